using System.Text.Json;
using Clinic.Chart.Findings;
using Clinic.Platform.Access;
using Clinic.Visits;

namespace Clinic.Records.Fhir;

/// <summary>A signed note as a Composition: its text in sections, its signatures as attestations. Drafts do not go out.</summary>
internal static class NoteFhir
{
    public const string Type = "Composition";
    public const string AddendumTitle = "Addendum";
    private const string NoteCode = "34109-9";

    public static FhirResource Write(Note note, IReadOnlyList<Addendum> addenda, FhirLinks links)
    {
        var signed = note.Signed ?? throw new InvalidOperationException("A draft does not go out.");
        var json = FhirJson.Bytes(json =>
        {
            json.Head(Type, note.Id.Value, note.Version, note.At);
            json.WriteString("status", addenda.Count > 0 ? "amended" : "final");
            json.Coded("type", CodeSystems.Loinc, NoteCode);
            json.Reference("subject", links.Patient);
            json.Reference("encounter", links.Of(note.Visit));
            json.WriteString("date", FhirJson.Instant(signed.At));
            Author(json, signed.By, signed.Name);
            json.WriteString("title", "SOAP note");
            json.WriteStartArray("attester");
            Attester(json, "professional", signed);
            if (note.Cosigned is { } cosigned)
            {
                Attester(json, "legal", cosigned);
            }

            json.WriteEndArray();
            json.WriteStartArray("section");
            Section(json, "Subjective", "61150-9", note.Text.Subjective);
            Section(json, "Objective", "61149-1", note.Text.Objective);
            Section(json, "Assessment", "51848-0", note.Text.Assessment);
            Section(json, "Plan", "18776-5", note.Text.Plan);
            foreach (var addendum in addenda)
            {
                json.WriteStartObject();
                json.WriteString("title", AddendumTitle);
                Author(json, addendum.By, addendum.Name);
                json.Narrative("generated", FhirJson.Instant(addendum.At), addendum.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return new FhirResource(Type, FhirJson.Url(note.Id.Value), json);
    }

    private static void Section(Utf8JsonWriter json, string title, string code, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            json.WriteStartObject();
            json.WriteString("title", title);
            json.Coded("code", CodeSystems.Loinc, code);
            json.Narrative("generated", text);
            json.WriteEndObject();
        }
    }

    private static void Author(Utf8JsonWriter json, MemberId by, string name) =>
        json.Once("author", () => json.Member(by, name));

    private static void Attester(Utf8JsonWriter json, string mode, Signature signature)
    {
        json.WriteStartObject();
        json.WriteString("mode", mode);
        json.WriteString("time", FhirJson.Instant(signature.At));
        json.WriteStartObject("party");
        json.Member(signature.By, signature.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
