using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>A code of a known system.</summary>
/// <param name="System">Its FHIR name, such as http://snomed.info/sct.</param>
/// <param name="Display">The words that the system has for it.</param>
public sealed record Coding(string System, string Code, string? Display = null);

/// <summary>Something by words, by codes of one or more systems, or both (FHIR: CodeableConcept).</summary>
public sealed record Concept(string? Text = null, IReadOnlyList<Coding>? Coding = null)
{
    internal const int TextMax = 300;
    private const int CodingsMax = 5;

    internal void Check(FieldRules rules, string at, params IReadOnlyList<string> systems)
    {
        rules.Need(Text is not null || Coding is { Count: > 0 }, at, "a text, a coding, or both")
            .OptionalText(Text, at + ".text", TextMax)
            .Need(Coding is null or { Count: > 0 and <= CodingsMax }, at + ".coding", $"1 to {CodingsMax} codings");
        foreach (var (index, coding) in (Coding ?? []).Take(CodingsMax).Index())
        {
            var place = $"{at}.coding[{index}]";
            var known = systems.Contains(coding.System);
            rules.Need(known, place + ".system", "one of " + string.Join(' ', systems))
                .Need(!known || CodeSystems.Holds(coding.System, coding.Code), place + ".code",
                    "a code in the form of its system, its check digit included")
                .OptionalText(coding.Display, place + ".display", TextMax);
        }
    }

    internal bool Has(string system, string code) => (Coding ?? []).Any(c => c.System == system && c.Code == code);
}
