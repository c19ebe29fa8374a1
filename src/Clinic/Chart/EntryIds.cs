using System.Globalization;
using Clinic.Platform.Access;

namespace Clinic.Chart;

/// <summary>Ids of the record, which begin with the instant at which the thing happened, in milliseconds.</summary>
internal static class EntryIds
{
    private const int InstantDigits = 12;

    /// <summary>A UUIDv7 knows no instant before 1970: what is older sorts first, and its body says when it was.</summary>
    public static EntryId New(DateTimeOffset at) => Id.New<EntryId>(Clamp(at));

    /// <summary>
    /// Of what came from elsewhere: the same for the same token and instant, so that a step taken twice writes one entry.
    /// </summary>
    /// <param name="token">32 hexadecimal digits, a keyed hash of what it is called there.</param>
    public static EntryId Of(DateTimeOffset at, string token)
    {
        // Where a UUIDv7 has version and variant, and otherwise chance (RFC 9562), stand bits of the token.
        var variant = "89ab"[Convert.ToInt32(token[..1], 16) & 3];
        return new EntryId(Guid.ParseExact($"{Prefix(at)}7{token[1..4]}{variant}{token[4..19]}", "N"));
    }

    /// <summary>Of the last part of a sort key.</summary>
    public static EntryId OfSort(string sort) => new(Guid.ParseExact(sort.AsSpan(sort.LastIndexOf('#') + 1), "N"));

    /// <summary>The instant that an id begins with.</summary>
    public static DateTimeOffset At(EntryId id) => DateTimeOffset.FromUnixTimeMilliseconds(
        long.Parse(id.Value.ToString("N").AsSpan(0, InstantDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>The same, but of what was told to be before any that an id knows.</summary>
    public static DateTimeOffset At(EntryId id, DateTimeOffset told) => told < DateTimeOffset.UnixEpoch ? told : At(id);

    /// <summary>How ids of this millisecond begin.</summary>
    public static string Prefix(DateTimeOffset at) =>
        Clamp(at).ToUnixTimeMilliseconds().ToString("x" + InstantDigits, CultureInfo.InvariantCulture);

    /// <summary>The sort keys under a prefix whose ids may be of the window: to the millisecond, both ends included.</summary>
    public static (string Low, string High) Sorts(string prefix, DateTimeOffset? from, DateTimeOffset? to) =>
        (prefix + (from is { } first ? Prefix(first) : ""), prefix + (to is { } last ? Prefix(last) : "") + AfterHex);

    /// <summary>Sorts after every hexadecimal digit.</summary>
    private const string AfterHex = "g";

    private static DateTimeOffset Clamp(DateTimeOffset at) => at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at;
}
