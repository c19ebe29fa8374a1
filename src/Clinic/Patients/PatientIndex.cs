using System.Globalization;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Platform.Text;

namespace Clinic.Patients;

/// <summary>A value to be made a token of: its kind, its normal form, and how much of the HMAC is kept.</summary>
internal readonly record struct IndexValue(string Kind, string Normalised, int LengthBytes);

/// <summary>
/// Which search values a patient has (ENC-3): phone, e-mail and ABHA exactly, names by the first three to five letters of each
/// word and by how the word sounds, two exact values for telling duplicates. At most 20 per patient; docs/threat-model.md says
/// what each leaks.
/// </summary>
internal static class PatientIndex
{
    public const int ItemsMax = 20;
    public const int PrefixMin = 3;
    public const int PrefixMax = 5;
    private const int WordsMax = 3;

    public const string PhoneKind = "P";
    public const string EmailKind = "E";
    public const string NameKind = "N";
    public const string SoundKind = "S";
    public const string AbhaNumberKind = "AN";
    public const string AbhaAddressKind = "AA";
    private const string PhoneAndNameKind = "DP";
    private const string NameAndBirthKind = "DN";

    /// <exception cref="InvalidOperationException">More than <see cref="ItemsMax"/>: a kind has no room.</exception>
    public static IReadOnlyList<IndexValue> Of(PatientRecord record)
    {
        var values = new List<IndexValue>(Duplicates(record));
        if (record.Phone is { } phone)
        {
            values.Add(new IndexValue(PhoneKind, phone, BlindIndex.ExactBytes));
        }

        if (record.Email is { } email)
        {
            values.Add(new IndexValue(EmailKind, email, BlindIndex.ExactBytes));
        }

        if (record.AbhaAddress is { } address)
        {
            values.Add(new IndexValue(AbhaAddressKind, address, BlindIndex.ExactBytes));
        }

        foreach (var word in Words(record.Name.Display))
        {
            values.AddRange(Prefixes(word).Select(p => new IndexValue(NameKind, p, BlindIndex.CoarseBytes)));
            values.Add(ForSound(word));
        }

        return Bounded([.. values.Distinct()]);
    }

    internal static IReadOnlyList<IndexValue> Bounded(IReadOnlyList<IndexValue> values) => values.Count <= ItemsMax
        ? values : throw new InvalidOperationException($"A patient has {values.Count} index items, at most {ItemsMax}.");

    /// <summary>
    /// Same phone and a name that begins alike; a name that sounds the same, in any order of its words, and the same birth; or
    /// the same health account. A family shares a phone, twins a birthday.
    /// </summary>
    public static IEnumerable<IndexValue> Duplicates(PatientRecord record)
    {
        var sounds = ContactText.NameWords(record.Name.Display).Select(IndicNameKey.Of).ToList();
        if (record.Phone is { } phone)
        {
            yield return new IndexValue(PhoneAndNameKind, $"{phone}|{Shorten(sounds[0], PrefixMin)}", BlindIndex.ExactBytes);
        }

        if (record.Birth.Date is { } date)
        {
            var name = string.Join(' ', sounds.Order(StringComparer.Ordinal));
            yield return new IndexValue(
                NameAndBirthKind, $"{name}|{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", BlindIndex.ExactBytes);
        }

        if (record.AbhaNumber is { } number)
        {
            yield return new IndexValue(AbhaNumberKind, number, BlindIndex.ExactBytes);
        }
    }

    /// <summary>
    /// What to look up for the beginning of a name: the longest prefix that is indexed. Shorter words are indexed whole.
    /// </summary>
    public static IndexValue ForName(string word) => new(NameKind, Shorten(word, PrefixMax), BlindIndex.CoarseBytes);

    /// <summary>What to look up for a whole word in another spelling.</summary>
    public static IndexValue ForSound(string word) => new(SoundKind, IndicNameKey.Of(word), BlindIndex.CoarseBytes);

    /// <summary>
    /// How a name answers the words that were asked for, null when it does not: the coarse tokens alone also hit others. Each
    /// word begins a word of the name, or else sounds like one.
    /// </summary>
    public static HitMatch? NameMatch(string name, IReadOnlyList<string> asked)
    {
        var words = ContactText.NameWords(name);
        var unlike = asked.Where(a => !Begins(words, a)).ToList();
        if (unlike.Count == 0)
        {
            return HitMatch.Prefix;
        }

        var sounds = words.Select(IndicNameKey.Of).ToHashSet();
        return unlike.All(a => sounds.Contains(IndicNameKey.Of(a))) ? HitMatch.SoundsLike : null;
    }

    /// <summary>The words by which she is indexed: of a longer name the first three.</summary>
    public static IEnumerable<string> Words(string name) => ContactText.NameWords(name).Distinct().Take(WordsMax);

    public static bool Begins(IEnumerable<string> words, string asked) =>
        words.Any(w => w.StartsWith(asked, StringComparison.Ordinal));

    /// <summary>Tokens to look up.</summary>
    public static async Task<IReadOnlyList<SearchToken>> Tokens(
        TenantStore store, IEnumerable<IndexValue> values, CancellationToken ct) =>
        await Tokens(store, (await store.State(ct)).IndexEpoch, values, ct);

    /// <summary>Enters a new patient; while an epoch is being filled, in both.</summary>
    /// <param name="state">As it was read for several patients at once; null to read it.</param>
    public static async Task<Change> Enter(
        Change change, TenantStore store, PatientId id, PatientRecord record, CancellationToken ct, TenantState? state = null)
    {
        foreach (var epoch in (state ?? await store.State(ct)).EpochsWritten)
        {
            foreach (var token in await Tokens(store, epoch, Of(record), ct))
            {
                change.Insert(new Item(Keys.SearchItem(token, id)));
            }
        }

        return change;
    }

    /// <summary>Writes what an amendment adds and deletes what it takes away, in each epoch that is not over.</summary>
    public static async Task<Change> Move(
        Change change, TenantStore store, PatientId id, PatientRecord before, PatientRecord after, CancellationToken ct)
    {
        var state = await store.State(ct);
        foreach (var epoch in state.EpochsEmptied)
        {
            var old = await Tokens(store, epoch, Of(before), ct);
            IReadOnlyList<SearchToken> now = epoch == state.LeavingEpoch ? [] : await Tokens(store, epoch, Of(after), ct);
            foreach (var token in old.Except(now))
            {
                change.Delete(Keys.SearchItem(token, id));
            }

            foreach (var token in now.Except(old))
            {
                change.Insert(new Item(Keys.SearchItem(token, id)));
            }
        }

        return change;
    }

    /// <summary>Takes a patient out of every epoch.</summary>
    public static async Task<Change> Leave(
        Change change, TenantStore store, PatientId id, PatientRecord record, CancellationToken ct)
    {
        foreach (var epoch in (await store.State(ct)).EpochsEmptied)
        {
            foreach (var token in await Tokens(store, epoch, Of(record), ct))
            {
                change.Delete(Keys.SearchItem(token, id));
            }
        }

        return change;
    }

    internal static async Task<IReadOnlyList<SearchToken>> Tokens(
        TenantStore store, int epoch, IEnumerable<IndexValue> values, CancellationToken ct)
    {
        var tokens = new List<SearchToken>();
        foreach (var value in values)
        {
            tokens.Add(await store.Token(epoch, value.Kind, value.Normalised, value.LengthBytes, ct));
        }

        // Two prefixes may fall into one coarse token: one row serves both.
        return [.. tokens.Distinct()];
    }

    private static IEnumerable<string> Prefixes(string word)
    {
        for (var length = Math.Min(PrefixMin, word.Length); length <= Math.Min(PrefixMax, word.Length); length++)
        {
            yield return word[..length];
        }
    }

    private static string Shorten(string word, int length) => word.Length <= length ? word : word[..length];
}
