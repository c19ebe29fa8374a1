using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <summary>
/// Every value by which a person could be known, as the tests of this process sent it. The plaintext sweep looks for each of
/// them where none may be.
/// </summary>
public static class SpokenValues
{
    /// <summary>Shorter ones occur by chance in ciphertext and ids.</summary>
    private const int LengthMin = 5;

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "given", "family", "name", "phone", "email", "line", "text", "title", "description", "password", "value", "relationship",
        "abhaNumber", "abhaAddress", "number", "reason", "legalBasis",
        "subjective", "objective", "assessment", "plan",
        "note", "display", "dose", "frequency", "lotNumber", "statusReason", "valueString", "specimen", "performer", "report",
        "conclusion",
    };

    /// <summary>Those that are a patient's alone. A mail may name its reader and the clinic, and no problem a patient.</summary>
    private static readonly HashSet<string> PatientNames = new(StringComparer.Ordinal)
    {
        "given", "family", "abhaNumber", "abhaAddress", "number",
    };

    private static readonly ConcurrentDictionary<string, byte> Values = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, byte> Patients = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> All => [.. Values.Keys];

    public static IReadOnlyList<string> OfPatients => [.. Patients.Keys];

    public static void Hear(JsonNode? body)
    {
        switch (body)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (Names.Contains(name) && value is JsonValue leaf && leaf.TryGetValue<string>(out var text)
                        && !(name is "reason" or "plan" && IsCode(text)))
                    {
                        Hear(text);
                        if (PatientNames.Contains(name) && text.Length >= LengthMin)
                        {
                            Patients.TryAdd(text, 0);
                        }
                    }

                    Hear(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Hear(item);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Some reasons are one of a closed list, as a clinic's plan is, and stand plainly in rows and logs; others are a person's
    /// words.
    /// </summary>
    private static bool IsCode(string text) => text.All(letter => char.IsAsciiLetterLower(letter) || letter == '-');

    public static void Hear(string text)
    {
        // A few digits alone also occur by chance, in the fractions of thousands of instants; with their word they are looked
        // for.
        var words = text.Split(' ').Where(p => !p.All(char.IsAsciiDigit));
        foreach (var part in words.Append(text).Where(p => p.Length >= LengthMin))
        {
            Values.TryAdd(part, 0);
        }
    }
}
