namespace Clinic.Testing.Hostile;

/// <summary>All bends of one operation, and a choice of them for a short run.</summary>
public static class HostileCatalogue
{
    public const int BendsMin = 200;

    /// <summary>At least as many as asked for: what the document and the lists give, then drawn ones.</summary>
    public static IReadOnlyList<Bend> All(Subject subject, int atLeast = BendsMin)
    {
        var ofBody = MemberBends.Of(subject).Concat(BodyBends.Of(subject)).Concat(FramingBends.Of(subject));
        List<Bend> bends =
        [
            .. subject.Route.IsReplayable && subject.HasBody ? ofBody.Select(Keyed) : ofBody,
            .. QueryBends.Of(subject), .. PathBends.Of(subject), .. RightBends.Of(subject), .. HeaderBends.Of(subject),
        ];
        var random = subject.Random("more");
        for (var n = 0; bends.Count < atLeast; n++)
        {
            var junk = new string([.. Enumerable.Range(0, 16).Select(_ => (char)('a' + random.Next(26)))]);
            bends.Add(new Bend("path", $"another drawn path ({n})", r => r with { Target = $"/v1/{junk}/{subject.Marker}" }));
        }

        return bends;
    }

    /// <summary>Every second body comes with an idempotency key, which has it read elsewhere and earlier.</summary>
    private static Bend Keyed(Bend bend, int index) => index % 2 == 0 ? bend : bend with
    {
        What = bend.What + ", with a key",
        Apply = r => bend.Apply(r).And("Idempotency-Key", $"hostile-{index}"),
    };

    /// <summary>
    /// A few of each route, so that over all routes every kind comes at least once: kinds that no route before had come first.
    /// </summary>
    public static IReadOnlyList<Bend> Some(Subject subject, int count, ISet<string> had)
    {
        var random = subject.Random("some");
        var all = All(subject).Where(b => !b.IsSlow).ToArray();
        random.Shuffle(all);
        var fresh = all.DistinctBy(b => b.Kind).Where(b => !had.Contains(b.Kind)).Take(count).ToList();
        var chosen = fresh.Concat(all.Except(fresh).Where(b => b.Expected != Expected.Unchanged)).Take(count).ToList();
        had.UnionWith(chosen.Select(b => b.Kind));
        return chosen;
    }
}
