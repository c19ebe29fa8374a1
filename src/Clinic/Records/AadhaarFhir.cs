using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Clinic.Platform.Text;

namespace Clinic.Records;

/// <summary>
/// Aadhaar numbers in FHIR resources. A clinic may not store them (Aadhaar Act s.8A(4)), so of an imported resource everything
/// is kept in its own bytes but for these: the value of such an identifier becomes its last four before anything of it is kept.
/// An identifier is one by what its type or system says, or as a national number that is well formed. Free text, narrative and
/// the ids of resources are not looked through.
/// </summary>
internal static class AadhaarFhir
{
    private const string Code = "ADN";
    private const string System = "https://uidai.gov.in";

    /// <summary>As files write it; the national guide itself misspells it.</summary>
    private static readonly string[] Names = ["aadhaar", "aadhar", "adhaar", "adhar", "uidai", "आधार"];

    /// <summary>Of HL7's table 0203: a national person number, in general and of India.</summary>
    private static readonly string[] NationalCodes = ["NI", "NN", "NNIND"];

    /// <summary>The resource with masked numbers, and how many; the very bytes that came when there are none.</summary>
    public static (ReadOnlyMemory<byte> Json, int Masked) Masked(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, FhirText.Strict);
        var places = new List<(int Start, int Length, string Text)>();
        foreach (var value in Numbers(document.RootElement))
        {
            var raw = JsonMarshal.GetRawUtf8Value(value);
            if (!json.Span.Overlaps(raw, out var start))
            {
                throw new InvalidOperationException("The resource was not parsed in place.");
            }

            places.Add((start, raw.Length, AadhaarText.Masked(value.GetString()!)));
        }

        return places.Count == 0 ? (json, 0) : (Replace(json.Span, places), places.Count);
    }

    /// <summary>Values that show more of an Aadhaar number than its last four, in document order.</summary>
    public static IEnumerable<JsonElement> Numbers(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var number in element.EnumerateArray().SelectMany(Numbers))
                {
                    yield return number;
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (member.Name.EndsWith("identifier", StringComparison.OrdinalIgnoreCase))
                    {
                        foreach (var value in Identifiers(member.Value).Where(IsAadhaar).Select(i => i.GetProperty("value")))
                        {
                            yield return value;
                        }
                    }

                    foreach (var number in Numbers(member.Value))
                    {
                        yield return number;
                    }
                }

                break;
            default:
                break;
        }
    }

    /// <summary>For our own resource: masked, as it is everywhere.</summary>
    public static void Write(Utf8JsonWriter json, string? masked)
    {
        if (masked is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("type");
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", AbhaFhir.TypeSystem);
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("text", "Aadhaar");
        json.WriteEndObject();
        json.WriteString("system", System);
        json.WriteString("value", masked);
        json.WriteEndObject();
    }

    private static IEnumerable<JsonElement> Identifiers(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static bool IsAadhaar(JsonElement identifier)
    {
        if (identifier.Text("value") is not { } value || !AadhaarText.ShowsTooMuch(value))
        {
            return false;
        }

        var type = identifier.TryGetProperty("type", out var coded) ? coded : default;
        var codings = type.Each("coding").ToList();
        var words = codings.SelectMany(c => new[] { c.Text("system"), c.Text("code"), c.Text("display") })
            .Append(type.Text("text")).Append(identifier.Text("system")).OfType<string>().ToList();
        return codings.Any(c => AbhaFhir.IsTypeSystem(c.Text("system")) && c.Text("code") == Code)
            || words.Any(w => Names.Any(n => w.Contains(n, StringComparison.OrdinalIgnoreCase)))
            || (AadhaarText.Number(value) is not null && IsNational(codings, words));
    }

    private static bool IsNational(IReadOnlyList<JsonElement> codings, IReadOnlyList<string> words) =>
        codings.Any(c => NationalCodes.Contains(c.Text("code")))
        || words.Any(w => w.Contains("national", StringComparison.OrdinalIgnoreCase));

    /// <summary>Members may stand in any order, so an outer identifier's value may come after an inner one's.</summary>
    private static byte[] Replace(ReadOnlySpan<byte> json, List<(int Start, int Length, string Text)> places)
    {
        using var replaced = new MemoryStream(json.Length);
        var at = 0;
        foreach (var (start, length, text) in places.OrderBy(p => p.Start))
        {
            replaced.Write(json[at..start]);
            replaced.Write(Encoding.UTF8.GetBytes($"\"{text}\""));
            at = start + length;
        }

        replaced.Write(json[at..]);
        return replaced.ToArray();
    }
}
