using System.Text;

namespace Clinic.Documents;

/// <summary>
/// Whether a file is text, as it comes by: UTF-8 throughout, and no control characters but those that set lines and pages. So a
/// program that is called a text is not taken for one.
/// </summary>
internal sealed class PlainText
{
    private const int AtOnceBytes = 4096;
    private const string Setting = "\t\n\r\f";

    private readonly Decoder decoder =
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
    private readonly char[] letters = new char[AtOnceBytes + 2];

    /// <summary>False from the first thing on that no text holds.</summary>
    public bool Holds { get; private set; } = true;

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (Holds && bytes.Length > 0)
        {
            var some = bytes[..Math.Min(bytes.Length, AtOnceBytes)];
            Holds = Decode(some, flush: false);
            bytes = bytes[some.Length..];
        }
    }

    /// <summary>At the end: a character that was cut off shows now.</summary>
    public bool End() => Holds = Holds && Decode([], flush: true);

    private bool Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        try
        {
            var count = decoder.GetChars(bytes, letters, flush);
            foreach (var letter in letters.AsSpan(0, count))
            {
                if (char.IsControl(letter) && !Setting.Contains(letter))
                {
                    return false;
                }
            }

            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
