using System.Globalization;
using System.Text.Json;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>
/// Data types of FHIR R4, as far as our record has them. What is missing or of another form is null, never a fault.
/// </summary>
internal static class FhirValues
{
    /// <summary>What a note of ours may hold: a longer one stays in the source alone.</summary>
    private const int NoteMax = ConditionFinding.NoteMax;
    private const int QuantityDigits = 6;

    /// <summary>With an hour it has a zone, too.</summary>
    private static readonly string[] Instants =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private static readonly string[] Days = ["yyyy-MM-dd", "yyyy-MM", "yyyy"];

    /// <summary>Undefined when absent, which every reader here takes for nothing.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static JsonElement First(this JsonElement element, string name) => element.Each(name).FirstOrDefault();

    /// <summary>Of a date without a time its beginning in UTC; of a month or year, that of its first day.</summary>
    public static DateTimeOffset? Instant(this JsonElement element, string name)
    {
        var text = element.Text(name);
        return DateTimeOffset.TryParseExact(
            text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant)
            || DateTimeOffset.TryParseExact(
                text, Days, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out instant)
            ? instant
            : null;
    }

    /// <summary>The day as it is written, wherever that was; of a month or year none.</summary>
    public static DateOnly? Day(this JsonElement element, string name)
    {
        const int length = 10;
        var text = element.Text(name);
        return text?.Length >= length && DateOnly.TryParseExact(
            text.AsSpan(0, length), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
    }

    /// <summary>
    /// Its words, and those of its codings that our record knows by system and form. Null when neither words nor such a coding
    /// stand in it.
    /// </summary>
    public static Concept? Concept(this JsonElement concept, params IReadOnlyList<string> systems)
    {
        var all = concept.Each("coding").ToList();
        var known = all.Where(c => c.Text("system") is { } s && systems.Contains(s) && c.Text("code") is { } code
                && CodeSystems.Holds(s, code))
            .Select(c => new Coding(c.Text("system")!, c.Text("code")!, Words(c.Text("display")))).Take(CodingsMax).ToList();
        var words = Words(concept.Text("text")) ?? all.Select(c => Words(c.Text("display")) ?? Words(c.Text("code")))
            .FirstOrDefault(w => w is not null);
        return words is null && known.Count == 0 ? null : new Concept(words, known.Count == 0 ? null : known);
    }

    private const int CodingsMax = 5;

    /// <summary>The code of the first coding, for value sets that FHIR binds.</summary>
    public static string? Code(this JsonElement concept) => concept.First("coding").Text("code");

    /// <summary>Digits beyond what a record keeps are rounded away: the source has them.</summary>
    public static LabQuantity? Quantity(this JsonElement quantity, int digits = QuantityDigits) =>
        quantity.ValueKind == JsonValueKind.Object && quantity.TryGetProperty("value", out var number)
            && number.ValueKind == JsonValueKind.Number && number.TryGetDecimal(out var value)
            && (quantity.Text("code") ?? quantity.Text("unit")) is { } unit
            ? new LabQuantity(Rounded(value, digits), unit, quantity.Text("comparator"))
            : null;

    /// <summary>Unlike Math.Round alone, it adds and removes no zeros of a number that is short enough.</summary>
    private static decimal Rounded(decimal value, int digits) => value.Scale > digits ? Math.Round(value, digits) : value;

    /// <summary>All its notes; null when there is none, or more than a note of ours holds.</summary>
    public static string? Notes(this JsonElement resource)
    {
        var notes = string.Join('\n', resource.Each("note").Select(n => Words(n.Text("text"))).OfType<string>());
        return notes.Length is > 0 and <= NoteMax ? notes : null;
    }

    /// <summary>By the words of FHIR's enums, which are ours.</summary>
    public static T? Enum<T>(string? code)
        where T : struct, Enum => code is null ? null
            : System.Enum.GetValues<T>().Cast<T?>().FirstOrDefault(v => Platform.Http.Codes.Of(v!.Value) == code);

    public static bool IsEnteredInError(string? status) => status == NotRecorded.EnteredInError;

    public static string? Words(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
