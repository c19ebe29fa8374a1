using System.Globalization;
using System.Text;

namespace Clinic.Local.Gate;

/// <summary>Spelling rules that AWS signatures depend on.</summary>
internal static class AwsText
{
    private const string Unreserved = "-_.~";

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Percent-encodes all but unreserved characters; a path keeps its slashes.</summary>
    public static string Encode(string text, bool keepSlash = false)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            var letter = (char)unit;
            if (char.IsAsciiLetterOrDigit(letter) || Unreserved.Contains(letter, StringComparison.Ordinal)
                || (keepSlash && letter == '/'))
            {
                result.Append(letter);
            }
            else
            {
                result.Append('%').Append(unit.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return result.ToString();
    }

    /// <summary>Undoes percent-encoding once; '+' is a plus, as S3 has it.</summary>
    public static string Decode(string text) => Uri.UnescapeDataString(text);

    /// <summary>Header values: no space around, one space within.</summary>
    public static string Squeeze(string value) =>
        value.Contains("  ", StringComparison.Ordinal)
            ? string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : value.Trim();
}

/// <summary>
/// The query as name and value, decoded once. A name given twice keeps its first value and is refused where it
/// matters.
/// </summary>
internal sealed class AwsQuery
{
    private readonly List<KeyValuePair<string, string>> _fields = [];

    public AwsQuery(string query)
    {
        foreach (var field in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = field.IndexOf('=', StringComparison.Ordinal);
            _fields.Add(at < 0
                ? new(AwsText.Decode(field), "")
                : new(AwsText.Decode(field[..at]), AwsText.Decode(field[(at + 1)..])));
        }
    }

    public IEnumerable<string> Names => _fields.Select(pair => pair.Key);

    public bool HasTwice => _fields.DistinctBy(pair => pair.Key).Count() != _fields.Count;

    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _fields)
            {
                if (key == name) { return value; }
            }

            return null;
        }
    }

    public bool Has(string name) => this[name] is not null;

    /// <summary>Sorted and encoded as signatures want it, without the signature itself.</summary>
    public string Canonical() => Text(_fields
        .Where(field => field.Key != "X-Amz-Signature")
        .Select(Encoded)
        .OrderBy(field => field.Key, StringComparer.Ordinal)
        .ThenBy(field => field.Value, StringComparer.Ordinal));

    /// <summary>What is left for the stand-in when the signature's own fields are gone.</summary>
    public string WithoutSignature() => Text(_fields
        .Where(field => !field.Key.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase))
        .Select(Encoded));

    private static KeyValuePair<string, string> Encoded(KeyValuePair<string, string> field) =>
        new(AwsText.Encode(field.Key), AwsText.Encode(field.Value));

    private static string Text(IEnumerable<KeyValuePair<string, string>> fields) =>
        string.Join('&', fields.Select(field => $"{field.Key}={field.Value}"));
}
