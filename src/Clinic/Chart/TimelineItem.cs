using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>
/// A row beside each thing in the record, so that all kinds are read in one order. Ids of the record are UUIDv7 of the instant
/// at which the thing happened, so key order is time order and an id alone finds its row.
/// </summary>
internal static class TimelineItem
{
    private const string KindName = "k";

    public static Item Write(PatientId patient, ChartKind kind, EntryId id) =>
        new Item(Keys.Timeline(patient, id)).Set(KindName, Codes.Of(kind));

    public static (ChartKind Kind, EntryId Id) Read(Item row) => (
        Enum.GetValues<ChartKind>().Single(k => Codes.Of(k) == row.Need(KindName)),
        EntryIds.OfSort(row.Key.Sort));
}
