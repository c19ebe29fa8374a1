using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;

namespace Clinic.Platform.Store;

/// <summary>What a sealed attribute authenticates about where it stands.</summary>
internal static class SealedPlace
{
    public static byte[] Aad(TenantId tenant, TableSpec table, Item item, string attribute) =>
        FieldCipher.Aad(tenant.Value, table.Name + "|" + Keys.Partition(tenant, item.Key.Area), item.Key.Sort, attribute,
            item.Schema);
}
