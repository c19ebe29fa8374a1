using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Clinic.Documents;

/// <summary>Bytes of a file that go out in one answer.</summary>
internal readonly record struct Stretch(long From, int Length)
{
    public long Last => From + Length - 1;
}

/// <summary>
/// The part of a file that a client asked for (RFC 9110, 14.1.2): from a byte on, up to one, or the last so many.
/// </summary>
internal readonly record struct AskedRange(long? First, long? Last)
{
    private const string Unit = "bytes";

    /// <summary>
    /// Null when there is no range to heed: none, of another unit, malformed, or several at once. A server may ignore each of
    /// these (RFC 9110, 14.2).
    /// </summary>
    public static AskedRange? Of(string? header) =>
        RangeHeaderValue.TryParse(header, out var parsed)
        && parsed.Unit.Equals(Unit, StringComparison.OrdinalIgnoreCase) && parsed.Ranges.Count == 1
            ? new AskedRange(parsed.Ranges.Single().From, parsed.Ranges.Single().To) : null;

    /// <summary>What goes out, from its beginning on, however much was asked for; null when the file ends before it.</summary>
    public Stretch? Within(long sizeBytes, int answerBytesMax)
    {
        var from = First ?? Math.Max(0, sizeBytes - Last!.Value);
        var last = First is null ? sizeBytes - 1 : Math.Min(Last ?? long.MaxValue, sizeBytes - 1);
        return from > last ? null : new Stretch(from, (int)Math.Min(last - from + 1, answerBytesMax));
    }

    /// <summary>As it stands in the trail.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Unit} {First}-{Last}");
}
