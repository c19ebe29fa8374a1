using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Lockbox;

/// <summary>
/// Rows of requests: at the platform as they were made, at the clinic with what became of them. Plain are ids, codes and
/// instants, so that the decision needs no key.
/// </summary>
internal static class AccessItem
{
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item AtPlatform(AccessRequest request) => Head(request);

    public static Item AtClinic(Access access)
    {
        var row = Head(access.Request).SetVersion(access.Version)
            .Set("st", access.Stored.ToString())
            .Set("received", access.ReceivedAt);
        row = access.Granted is { } granted ? Set(row, "g_", granted) : row;
        row = access.Ends is { } ends ? row.Set("ends", ends) : row;
        row = access.AnsweredBy is { } by ? row.Set("by", Keys.Hex(by.Value)) : row;
        return access.Freeze is { } freeze ? row.Set(TenantStateItem.Freeze, freeze) : row;
    }

    public static Item Entry(AccessId id) => new(Keys.AccessEntry(id));

    public static AccessRequest ReadRequest(AccessId id, Item row) => new(
        id, TenantId.Parse(row.Need("clinic")), new MemberId(Guid.ParseExact(row.Need("op"), "N")),
        Enum.Parse<AccessReason>(row.Need("why")), ReadScope(row, ""), row.Instant("at"), null);

    public static Access Read(AccessId id, Item row) => new(
        ReadRequest(id, row), Enum.Parse<AccessState>(row.Need("st")), row.Instant("received"),
        row.Has("g_hours") ? ReadScope(row, "g_") : null, row.Has("ends") ? row.Instant("ends") : null,
        row.Text("by") is { } by ? new MemberId(Guid.ParseExact(by, "N")) : null, row.Text(TenantStateItem.Freeze), row.Version);

    public static async Task<Access?> Find(TenantStore store, AccessId id, CancellationToken ct) =>
        await store.Get(Keys.Access(id), ct) is { } row ? Read(id, row) : null;

    /// <summary>With the words, for whoever writes the row again or shows it.</summary>
    public static async Task<Access?> FindWhole(TenantStore store, AccessId id, CancellationToken ct)
    {
        if (await store.Get(Keys.Access(id), ct) is not { } row)
        {
            return null;
        }

        var access = Read(id, row);
        return access with { Request = access.Request with { Words = await Words(store, row, ct) } };
    }

    public static async Task<AccessWords> Words(TenantStore store, Item row, CancellationToken ct) =>
        await store.Open(row, Body, Key, LockboxJson.Default.AccessWords, ct)
        ?? throw new InvalidOperationException("A request for access has no words.");

    private static Item Head(AccessRequest request) => Set(
        new Item(Keys.Access(request.Id))
            .Set("clinic", request.Clinic.Value)
            .Set("op", Keys.Hex(request.Operator.Value))
            .Set("why", request.Reason.ToString())
            .Set("at", request.At)
            .Seal(Body, request.Words!, LockboxJson.Default.AccessWords, Key),
        "", request.Asked);

    private static Item Set(Item row, string prefix, AccessScope scope) => row
        .Set(prefix + "fields", string.Join(',', scope.Fields))
        .Set(prefix + "patients", string.Join(',', scope.Patients.Select(p => Keys.Hex(p.Value))))
        .Set(prefix + "hours", scope.Hours);

    private static AccessScope ReadScope(Item row, string prefix) => new(
        [.. Parts(row.Need(prefix + "fields")).Select(Enum.Parse<AccessField>)],
        [.. Parts(row.Need(prefix + "patients")).Select(p => new PatientId(Guid.ParseExact(p, "N")))],
        (int)row.Number(prefix + "hours"));

    private static string[] Parts(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
