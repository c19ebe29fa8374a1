using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Chart;

public sealed class RecordPagesRules
{
    private static readonly PatientId[] Records =
        [.. Enumerable.Range(0, 3).Select(_ => Id.New<PatientId>(new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero)))];

    /// <summary>Rows of three records, read part after part as a store would give them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(100)]
    public void Parts_of_several_records_are_one_list_that_misses_and_repeats_nothing(int size)
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 60).Select(n => (Of: Records[random.Next(3)], Sort: $"TML#{n:d4}")).ToList();
        var (seen, from) = (new List<string>(), (string?)null);
        do
        {
            var part = RecordPages.Merge([.. Records.Select(of => (of, Page(rows, of, from, size)))], size);
            Assert.InRange(part.Rows.Count, part.NextSort is null ? 0 : 1, size);
            Assert.All(part.Rows, r => Assert.Contains((r.Of, r.Row.Key.Sort), rows));
            seen.AddRange(part.Rows.Select(r => r.Row.Key.Sort));
            from = part.NextSort;
        }
        while (from is not null);

        Assert.Equal(rows.Select(r => r.Sort).OrderDescending(StringComparer.Ordinal), seen);
    }

    private static Page<Item> Page(List<(PatientId Of, string Sort)> rows, PatientId of, string? from, int size)
    {
        var rest = rows.Where(r => r.Of == of && (from is null || string.CompareOrdinal(r.Sort, from) < 0))
            .Select(r => r.Sort).OrderDescending(StringComparer.Ordinal).ToList();
        return new Page<Item>(
            [.. rest.Take(size).Select(s => new Item(new Key("PAT#" + of, s)))],
            rest.Count >= size ? rest[..size].LastOrDefault() : null);
    }
}
