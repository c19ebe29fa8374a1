using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Records;

/// <summary>
/// A resource as it is kept, which is as it came but for Aadhaar numbers: its bytes and its full URL, which other resources may
/// refer to.
/// </summary>
internal sealed record KeptResource(string Type, byte[] Json, string? FullUrl);

/// <summary>The entry of our record that was made of a kept resource.</summary>
/// <param name="Version">Of the entry, when the resource last wrote it: another one says that it was amended here.</param>
internal sealed record RecordLink(ChartKind Kind, EntryId Id, long Version);

/// <summary>
/// Rows of kept resources: beside the head of the patient, sealed under the key class of the type, with a keyed hash of the
/// content to tell a change by. The row holds the newest version; each earlier one has a row of its own.
/// </summary>
internal static class FhirRow
{
    public const string Hash = "h";
    private const string Body = "b";
    private const string FullUrl = "u";
    private const string Size = "z";
    private const string Year = "fy";
    private const string At = "at";
    private const string By = "by";
    private const string RecordKind = "rk";
    private const string RecordId = "ri";
    private const string RecordVersion = "rv";

    public static Item Write(
        Key place, PatientId patient, KeptResource resource, string hash, int financialYear, long version, string by,
        DateTimeOffset now)
    {
        var key = FhirTypes.KeyOf(patient, resource.Type, financialYear);
        var row = new Item(place).SetVersion(version).Set(Hash, hash).Set(Size, resource.Json.Length).Set(Year, financialYear)
            .Set(At, now).Set(By, by).Seal(Body, resource.Json, key);
        return resource.FullUrl is { } url ? row.Seal(FullUrl, System.Text.Encoding.UTF8.GetBytes(url), key) : row;
    }

    /// <summary>
    /// The same content at the place of earlier versions. A sealed body does not open elsewhere, so it is sealed anew.
    /// </summary>
    public static async Task<Item> Earlier(TenantStore store, PatientId patient, Item row, CancellationToken ct)
    {
        var (type, token) = Names(row.Key);
        var resource = await Open(store, patient, row, ct);
        return Write(
            Keys.FhirVersion(patient, type, token, row.Version), patient, resource, row.Need(Hash), (int)row.Number(Year),
            row.Version,
            row.Need(By), row.Instant(At));
    }

    public static Item WithLink(this Item row, RecordLink? link) => link is null ? row
        : row.Set(RecordKind, Codes.Of(link.Kind)).Set(RecordId, Keys.Hex(link.Id.Value)).Set(RecordVersion, link.Version);

    /// <summary>Null when it is only kept.</summary>
    public static RecordLink? LinkOf(Item row) => row.Text(RecordKind) is { } code
        ? new RecordLink(
            Enum.GetValues<ChartKind>().Single(k => Codes.Of(k) == code),
            new EntryId(Guid.ParseExact(row.Need(RecordId), "N")), row.Number(RecordVersion))
        : null;

    /// <summary>That nobody linked it otherwise meanwhile.</summary>
    public static Condition LinkIs(RecordLink? link) =>
        link is null ? Condition.Lacks(RecordId) : Condition.Is(RecordId, Keys.Hex(link.Id.Value));

    public static async Task<KeptResource> Open(TenantStore store, PatientId patient, Item row, CancellationToken ct)
    {
        var (type, _) = Names(row.Key);
        var key = KeyOf(patient, row);
        var json = await store.Open(row, Body, key, ct) ?? throw new InvalidOperationException("A kept resource has no body.");
        var url = await store.Open(row, FullUrl, key, ct);
        return new KeptResource(type, json, url is null ? null : System.Text.Encoding.UTF8.GetString(url));
    }

    public static long Bytes(Item row) => row.Number(Size);

    public static string TypeOf(Item row) => Names(row.Key).Type;

    public static KeyRef KeyOf(PatientId patient, Item row) =>
        FhirTypes.KeyOf(patient, Names(row.Key).Type, (int)row.Number(Year));

    private static (string Type, string Token) Names(Key place) => place.Sort.Split('#') is [_, var type, var token, ..]
        ? (type, token)
        : throw new InvalidOperationException("Not a kept resource.");
}
