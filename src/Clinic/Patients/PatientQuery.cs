using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Patients;

/// <summary>A search, decided: which tokens to look up, and which bodies are really meant.</summary>
/// <param name="Value">Looked up first.</param>
/// <param name="Sounds">Looked up beside it, for what comes after it; null when the search is for an exact value.</param>
/// <param name="Words">Of a name, the longest first; none when the search is for an exact value.</param>
/// <param name="Identity">The query in words, for the sealed part of the trail and to bind cursors to.</param>
/// <param name="IsMeant">For an exact value.</param>
internal sealed record PatientQuery(
    IndexValue Value, IndexValue? Sounds, IReadOnlyList<string> Words, string Identity, int Size,
    Func<PatientRecord, bool> IsMeant)
{
    /// <summary>Begins the sort key of a cursor when the first list is through; no id begins with it.</summary>
    private const string InSounds = "S";

    public static PatientQuery Exact(string kind, string value, string what, int size, Func<PatientRecord, string?> of) =>
        new(new IndexValue(kind, value, BlindIndex.ExactBytes), null, [], $"{what} {value}", size, r => of(r) == value);

    /// <param name="words">At least one.</param>
    public static PatientQuery ByName(IReadOnlyList<string> words, int size)
    {
        // The longest word tells most apart.
        List<string> ordered = [.. words.OrderByDescending(w => w.Length)];
        return new(
            PatientIndex.ForName(ordered[0]), PatientIndex.ForSound(ordered[0]), ordered, "name " + string.Join(' ', words), size,
            _ => false);
    }

    /// <summary>
    /// One part of the index, in one round: first who has the value, then, as far as there is room, who sounds alike.
    /// </summary>
    public async Task<Candidates> Find(TenantStore store, CursorPosition from, CancellationToken ct)
    {
        var isInSounds = from.Sort?.StartsWith(InSounds, StringComparison.Ordinal) == true;
        var first = isInSounds ? Task.FromResult(Nobody) : Part(store, Value, from.Sort, ct);
        var soundsFrom = isInSounds && from.Sort!.Length > InSounds.Length ? from.Sort[InSounds.Length..] : null;
        var second = Sounds is { } sounds ? Part(store, sounds, soundsFrom, ct) : Task.FromResult(Nobody);
        await Task.WhenAll(first, second);
        var (named, alike) = (await first, await second);
        if (Sounds is null || named.NextSort is not null)
        {
            return new Candidates(Ids(named.Items), [], named.NextSort);
        }

        var taken = alike.Items.Take(Size - named.Items.Count).ToList();
        var more = taken.Count < alike.Items.Count || alike.NextSort is not null;
        var ids = Ids(named.Items);
        return new Candidates(
            ids, [.. Ids(taken).Except(ids)],
            more ? InSounds + (taken.Count > 0 ? taken[^1].Key.Sort : soundsFrom) : null);
    }

    /// <summary>Null when she is not meant, or was among the named in an earlier part.</summary>
    public HitMatch? MatchOf(Patient patient, bool isAlike) =>
        Words.Count == 0 ? IsMeant(patient.Record) ? HitMatch.Exact : null
        : isAlike && PatientIndex.Begins(PatientIndex.Words(patient.Record.Name.Display), Words[0]) ? null
        : PatientIndex.NameMatch(patient.Record.Name.Display, Words);

    private static Page<Item> Nobody { get; } = new([], null);

    private async Task<Page<Item>> Part(TenantStore store, IndexValue value, string? from, CancellationToken ct)
    {
        var token = (await PatientIndex.Tokens(store, [value], ct))[0];
        return await store.Query(Keys.SearchArea(token), "", Size, from, newestFirst: false, ct);
    }

    private static IReadOnlyList<PatientId> Ids(IEnumerable<Item> items) =>
        [.. items.Select(i => new PatientId(Guid.ParseExact(i.Key.Sort, "N")))];
}

/// <summary>Whom the index names: some share no more than a coarse token with who was asked for.</summary>
internal sealed record Candidates(IReadOnlyList<PatientId> Named, IReadOnlyList<PatientId> Alike, string? NextSort)
{
    public IReadOnlyList<PatientId> All { get; } = [.. Named, .. Alike];
}
