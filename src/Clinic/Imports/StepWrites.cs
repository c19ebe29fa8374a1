using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Records;

namespace Clinic.Imports;

/// <summary>What one step writes of kept resources, and what it says of them in the report.</summary>
internal sealed class StepWrites
{
    /// <summary>
    /// Rows and keys of a step, the last entry's beyond: with report, clock, trail and messages it stays below a transaction's
    /// 100.
    /// </summary>
    private const int OperationsMax = 80;
    private const int BytesMax = 1024 * 1024;

    private readonly List<(Item Row, Item? Before)> writes = [];
    private readonly Dictionary<string, TypeCount> counts = [];
    private readonly HashSet<int> years = [];
    private readonly List<EntryRefusal> keptAlone = [];
    private (int Rows, int Bytes) size;

    public IReadOnlyDictionary<string, TypeCount> Counts => counts;

    public bool IsEmpty => writes.Count == 0;

    public IReadOnlyList<EntryRefusal> KeptAlone => keptAlone;

    /// <param name="more">Rows that come beside those that were added.</param>
    public bool HasRoom(int more, PartEntry entry) => size.Rows + years.Count + more < OperationsMax
        && (size.Bytes == 0 || size.Bytes + entry.Json.Length <= BytesMax);

    /// <param name="year">Of its key, where keys are by financial year.</param>
    public void Add(PartEntry entry, Item row, Item? before, Taken record, int year)
    {
        writes.Add((row.WithLink(record.Link), before));
        size = (size.Rows + (before is null ? 1 : 2) + record.Rows, size.Bytes + entry.Json.Length);
        years.Add(year);
        Count(entry, new TypeCount(
            Kept: before is null ? 1 : 0, Versioned: before is null ? 0 : 1, Recorded: record.Rows > 0 ? 1 : 0));
        if (record.Why is { } why && !entry.IsCopy)
        {
            keptAlone.Add(new EntryRefusal(entry.Index, $"entry[{entry.Index}].resource", why, Kept: true));
        }
    }

    /// <summary>A copy is counted once, where it is not one.</summary>
    public void Count(PartEntry entry, TypeCount by)
    {
        if (!entry.IsCopy)
        {
            counts[entry.Type] = Imports.Counts.Sum(counts.GetValueOrDefault(entry.Type), by);
        }
    }

    public async Task<Change> Apply(Change change, TenantStore store, PatientId patient, CancellationToken ct)
    {
        foreach (var (row, before) in writes)
        {
            change = before is null
                ? change.Insert(row)
                : change.Replace(row, before.Version, Problems.Conflict)
                    .Insert(await FhirRow.Earlier(store, patient, before, ct));
        }

        return change;
    }
}
