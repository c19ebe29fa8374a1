using System.Text.Json.Serialization.Metadata;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>What stands plainly in every row of the record.</summary>
/// <param name="Status">A code of the kind's own; <see cref="ChartItem.EnteredInError"/> is everybody's.</param>
/// <param name="Visit">The visit at which it was found or done.</param>
internal sealed record ChartRow(
    PatientId Patient, ChartKind Kind, EntryId Id, string Status, long Version, DateTimeOffset VersionAt, string VersionBy,
    EntryId? Visit)
{
    public bool IsRetracted => Status == ChartItem.EnteredInError;
}

/// <summary>The rows of everything in the record: one form for all kinds, the body sealed under her clinical key.</summary>
internal static class ChartItem
{
    public const string EnteredInError = "entered-in-error";
    private const string Status = "st";
    private const string At = "at";
    private const string By = "by";
    private const string Visit = "visit";
    private const string Body = "b";

    public static KeyRef ClinicalKey(PatientId patient) => KeyRef.Of(patient, KeyClass.Clinical);

    public static Key Place(PatientId patient, ChartKind kind, EntryId id) => Keys.Chart(patient, Codes.Of(kind), id);

    public static Key EarlierPlace(PatientId patient, ChartKind kind, EntryId id, long version) =>
        Keys.ChartVersion(patient, Codes.Of(kind), id, version);

    public static Item Write<T>(ChartRow row, T body, JsonTypeInfo<T> shape) =>
        Fill(new Item(Place(row.Patient, row.Kind, row.Id)), row, body, shape);

    /// <summary>An earlier version, in its own place: a sealed body does not open elsewhere, so it is sealed anew.</summary>
    public static Item Earlier<T>(ChartRow row, T body, JsonTypeInfo<T> shape) =>
        Fill(new Item(EarlierPlace(row.Patient, row.Kind, row.Id, row.Version)), row, body, shape);

    /// <summary>The visit at which it was found or done, as it stands plainly in every row.</summary>
    public static EntryId? VisitOf(Item item) =>
        item.Text(Visit) is { } visit ? new EntryId(Guid.ParseExact(visit, "N")) : null;

    public static DateTimeOffset WrittenAt(Item item) => item.Instant(At);

    public static string WrittenBy(Item item) => item.Need(By);

    public static bool IsRetracted(Item item) => item.Text(Status) == EnteredInError;

    /// <summary>Size of the sealed body, for limits of what one answer holds.</summary>
    public static int BodyBytes(Item item) => item.Bytes(Body)?.Length ?? 0;

    public static ChartRow Read(PatientId patient, ChartKind kind, EntryId id, Item item) => new(
        patient, kind, id, item.Need(Status), item.Version, item.Instant(At), item.Need(By),
        VisitOf(item));

    /// <exception cref="KeyGoneException">Erased.</exception>
    public static async Task<T> Open<T>(
        TenantStore store, PatientId patient, Item item, JsonTypeInfo<T> shape, CancellationToken ct)
        where T : class => await store.Open(item, Body, ClinicalKey(patient), shape, ct)
            ?? throw new InvalidOperationException("An entry of the record has no body.");

    private static Item Fill<T>(Item item, ChartRow row, T body, JsonTypeInfo<T> shape)
    {
        item.Set(Status, row.Status).SetVersion(row.Version).Set(At, row.VersionAt).Set(By, row.VersionBy)
            .Seal(Body, body, shape, ClinicalKey(row.Patient));
        return row.Visit is { } visit ? item.Set(Visit, Keys.Hex(visit.Value)) : item;
    }
}
