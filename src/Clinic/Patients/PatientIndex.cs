using System.Globalization;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Platform.Text;

namespace Clinic.Patients;

/// <summary>A value to be made a token of: its kind, its normal form, and how much of the HMAC is kept.</summary>
internal readonly record struct IndexValue(string Kind, string Normalised, int LengthBytes);

/// <summary>
/// Which search values a patient has (ENC-3): phone and e-mail exactly, names by the first three to five letters of each word,
/// two exact values for telling duplicates. At most 20 per patient; docs/threat-model.md says what each leaks.
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
    private const string PhoneAndNameKind = "DP";
    private const string NameAndBirthKind = "DN";

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

        foreach (var word in ContactText.NameWords(record.Name.Display).Distinct().Take(WordsMax))
        {
            values.AddRange(Prefixes(word).Select(p => new IndexValue(NameKind, p, BlindIndex.CoarseBytes)));
        }

        return [.. values.Distinct()];
    }

    /// <summary>
    /// Same phone and a name that begins alike; or the same name and birth. A family shares a phone, twins a birthday.
    /// </summary>
    public static IEnumerable<IndexValue> Duplicates(PatientRecord record)
    {
        var words = ContactText.NameWords(record.Name.Display);
        if (record.Phone is { } phone)
        {
            yield return new IndexValue(PhoneAndNameKind, $"{phone}|{Shorten(words[0], PrefixMin)}", BlindIndex.ExactBytes);
        }

        if (record.Birth.Date is { } date)
        {
            var name = string.Join(' ', words.Order(StringComparer.Ordinal));
            yield return new IndexValue(
                NameAndBirthKind, $"{name}|{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", BlindIndex.ExactBytes);
        }
    }

    /// <summary>
    /// What to look up for the beginning of a name: the longest prefix that is indexed. Shorter words are indexed whole.
    /// </summary>
    public static IndexValue ForName(string word) => new(NameKind, Shorten(word, PrefixMax), BlindIndex.CoarseBytes);

    /// <summary>
    /// Whether each word that was asked for begins a word of the name: the coarse token alone also hits others.
    /// </summary>
    public static bool NameMatches(string name, IReadOnlyList<string> asked)
    {
        var words = ContactText.NameWords(name);
        return asked.All(a => words.Any(w => w.StartsWith(a, StringComparison.Ordinal)));
    }

    /// <summary>Tokens to look up.</summary>
    public static async Task<IReadOnlyList<SearchToken>> Tokens(
        TenantStore store, IEnumerable<IndexValue> values, CancellationToken ct) =>
        await Tokens(store, (await store.State(ct)).IndexEpoch, values, ct);

    /// <summary>Enters a new patient; while an epoch is being filled, in both.</summary>
    public static async Task<Change> Enter(
        Change change, TenantStore store, PatientId id, PatientRecord record, CancellationToken ct)
    {
        foreach (var epoch in (await store.State(ct)).EpochsWritten)
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
