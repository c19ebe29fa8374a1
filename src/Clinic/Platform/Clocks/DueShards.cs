using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Store;

namespace Clinic.Platform.Clocks;

/// <summary>Shards of the due index: enough that no partition is hot, few enough to query all each minute.</summary>
internal static class DueShards
{
    public const int Count = 8;

    public static int Of(Key key) => SHA256.HashData(Encoding.UTF8.GetBytes(key.Area + "|" + key.Sort))[0] % Count;
}
