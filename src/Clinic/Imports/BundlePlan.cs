using Clinic.Platform.Http;

namespace Clinic.Imports;

/// <summary>A resource that will be written: whose it is, and where it stands in the source.</summary>
/// <param name="Patient">Reference by which the source names the patient.</param>
/// <param name="IsCopy">It is about nobody, and another patient of the bundle has it too: counted there.</param>
/// <param name="IsSource">Another entry of the bundle is its revision, so it is kept and makes no entry of the record.</param>
internal sealed record PlannedEntry(
    int Index, string Type, string Id, string? FullUrl, string Patient, bool IsCopy, int Start, int Length)
{
    public bool IsSource { get; init; }

    /// <summary>Where the Binary stands that the attachment of a DocumentReference names; nowhere when its length is 0.</summary>
    public (int Start, int Length) Attached { get; init; }
}

/// <summary>
/// A bundle understood as a whole: patients first, then what is theirs, patient by patient. The same bytes give the same plan, so
/// a worker that died is followed by one that does the same.
/// </summary>
internal sealed record BundlePlan(
    IReadOnlyList<PlannedEntry> Entries, IReadOnlyList<(int First, int Count)> Parts, IReadOnlyList<EntryRefusal> Refused,
    IReadOnlyDictionary<string, TypeCount> Counts)
{
    /// <summary>
    /// What is about nobody (an organisation, a practitioner) is kept with each patient of the bundle, when they are few.
    /// </summary>
    public const int SharingPatientsMax = 5;
    public const int PartBytesMax = 1024 * 1024;
    public const int PartEntriesMax = 500;

    public static Outcome<BundlePlan> Make(ReadOnlyMemory<byte> bundle, string source, DateOnly today)
    {
        if (!BundleReader.Read(bundle.Span).Holds(out var entries, out var why))
        {
            return why;
        }

        var report = new PlanReport();
        var planned = entries.GroupBy(e => e.Group)
            .SelectMany(group => new BundlePlanning(bundle, source, today, report).Plan([.. group])).ToList();
        return new BundlePlan(planned, Cut(planned), [.. report.Refused.OrderBy(r => r.Entry)], report.Counts);
    }

    private static int Size(PlannedEntry entry) => entry.Length + entry.Attached.Length;

    private static List<(int First, int Count)> Cut(List<PlannedEntry> entries)
    {
        var parts = new List<(int First, int Count)>();
        var (first, bytes) = (0, 0);
        for (var i = 0; i < entries.Count; i++)
        {
            if (i > first && (bytes + Size(entries[i]) > PartBytesMax || i - first == PartEntriesMax))
            {
                parts.Add((first, i - first));
                (first, bytes) = (i, 0);
            }

            bytes += Size(entries[i]);
        }

        if (first < entries.Count)
        {
            parts.Add((first, entries.Count - first));
        }

        return parts;
    }
}
