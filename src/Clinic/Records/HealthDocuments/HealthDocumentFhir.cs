using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;
using Clinic.Records.Fhir;

namespace Clinic.Records.HealthDocuments;

/// <summary>
/// A health document as the national guide shapes one: a FHIR document whose Composition comes first and whose references lead
/// to its own entries.
/// </summary>
internal static class HealthDocumentFhir
{
    public const string IdentifierSystem = "urn:clinic:health-document";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    public static byte[] Write(HealthDocument document, DateTimeOffset now)
    {
        var composition = Composition(document);
        List<FhirResource> all =
        [
            composition,
            new FhirResource(
                FhirTypes.Patient, PatientFhir.UrlOf(document.Patient.Id),
                PatientFhir.Write(document.Patient, [], document.Patient.Id.ToString())),
            Organization(document),
        ];
        if (document.Author.Member is not null)
        {
            all.Add(Practitioner(document));
        }

        if (document.Encounter is { } encounter)
        {
            all.Add(encounter);
        }

        all.AddRange(document.Sections.SelectMany(s => s.Entries).DistinctBy(r => r.FullUrl));
        return FhirJson.Bytes(json =>
        {
            Envelope(json, document, now);
            json.WriteStartArray("entry");
            foreach (var resource in all)
            {
                json.WriteStartObject();
                json.WriteString("fullUrl", resource.FullUrl);
                json.WritePropertyName("resource");
                json.WriteRawValue(resource.Json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Who stands for it, among its entries.</summary>
    public static string AuthorUrl(HealthAuthor author) =>
        author.Member is { } member ? FhirJson.Url(member.Value) : FhirJson.Url(Derived("clinic", author.Clinic));

    /// <summary>An id for a resource that is no row of ours: the same each time.</summary>
    public static Guid Derived(string what, string of)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{what}\0{of}"), bytes);

        // A UUID that is worked out (RFC 9562, version 8).
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }

    private static void Envelope(Utf8JsonWriter json, HealthDocument document, DateTimeOffset now)
    {
        var name = $"{Codes.Of(document.Form.Type)}/{document.Id:D}";
        json.WriteString("resourceType", "Bundle");
        json.WriteString("id", Derived("bundle", name).ToString("D"));
        json.WriteStartObject("meta");
        json.WriteString("versionId", document.Version);
        json.WriteString("lastUpdated", FhirJson.Instant(document.At));
        Profile(json, HealthDocumentForm.BundleProfile);
        json.Once("security", () =>
        {
            json.WriteString("system", Confidentiality);
            json.WriteString("code", "V");
            json.WriteString("display", "very restricted");
        });
        json.WriteEndObject();
        json.WriteStartObject("identifier");
        json.WriteString("system", IdentifierSystem);
        json.WriteString("value", name);
        json.WriteEndObject();
        json.WriteString("type", "document");
        json.WriteString("timestamp", FhirJson.Instant(now));
    }

    private static void Profile(Utf8JsonWriter json, string url)
    {
        json.WriteStartArray("profile");
        json.WriteStringValue(url);
        json.WriteEndArray();
    }

    private static FhirResource Composition(HealthDocument document)
    {
        var (form, patient) = (document.Form, document.Patient);
        var id = Derived("composition", $"{Codes.Of(form.Type)}/{document.Id:D}");
        var bytes = FhirJson.Bytes(json =>
        {
            json.WriteString("resourceType", "Composition");
            json.WriteString("id", id.ToString("D"));
            json.WriteStartObject("meta");
            json.WriteString("versionId", document.Version);
            json.WriteString("lastUpdated", FhirJson.Instant(document.At));
            Profile(json, form.ProfileUrl);
            json.WriteEndObject();
            json.Narrative("generated", $"{form.Title}: {patient.Record.Name.Display}, {document.Author.Clinic}");
            json.WriteString("status", "final");
            if (form.Snomed is { } code)
            {
                json.Coded("type", CodeSystems.Snomed, code, form.Title);
            }
            else
            {
                json.Worded("type", form.Title);
            }

            json.Reference("subject", PatientFhir.UrlOf(patient.Id));
            json.Reference("encounter", document.Encounter?.FullUrl);
            json.WriteString("date", FhirJson.Instant(document.At));
            json.Once("author", () => json.WriteString("reference", AuthorUrl(document.Author)));
            json.WriteString("title", form.Title);
            json.WriteString("confidentiality", "V");
            json.Reference("custodian", FhirJson.Url(Derived("clinic", document.Author.Clinic)));
            Sections(json, document.Sections);
        });
        return new FhirResource("Composition", FhirJson.Url(id), bytes);
    }

    /// <summary>Of a visit about which nothing is written down there is none: FHIR has no empty lists.</summary>
    private static void Sections(Utf8JsonWriter json, IReadOnlyList<HealthSection> sections)
    {
        if (sections.Count == 0)
        {
            return;
        }

        json.WriteStartArray("section");
        foreach (var section in sections)
        {
            Section(json, section);
        }

        json.WriteEndArray();
    }

    private static void Section(Utf8JsonWriter json, HealthSection section)
    {
        json.WriteStartObject();
        json.WriteString("title", section.Title);
        if (section.Snomed is { } code)
        {
            json.Coded("code", CodeSystems.Snomed, code);
        }

        json.Narrative("generated", [.. section.Paragraphs, .. section.Entries.Select(Words)]);
        if (section.Entries.Count > 0)
        {
            json.WriteStartArray("entry");
            foreach (var entry in section.Entries)
            {
                json.WriteStartObject();
                json.WriteString("reference", entry.FullUrl);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>An entry in words, for who reads the document and not its data.</summary>
    private static string Words(FhirResource entry)
    {
        using var json = JsonDocument.Parse(entry.Json, FhirText.Strict);
        var line = ResourceLine.Of(json.RootElement);
        return string.Join("; ", new[] { line.Title, RecordPage.Shown(line.At) }.Concat(line.Details).Where(w => w.Length > 0));
    }

    private static FhirResource Organization(HealthDocument document)
    {
        var id = Derived("clinic", document.Author.Clinic);
        return new FhirResource("Organization", FhirJson.Url(id), FhirJson.Bytes(json =>
        {
            json.Head("Organization", id, 1, document.At);
            json.WriteString("name", document.Author.Clinic);
        }));
    }

    private static FhirResource Practitioner(HealthDocument document)
    {
        var member = document.Author.Member!.Value;
        return new FhirResource("Practitioner", FhirJson.Url(member.Value), FhirJson.Bytes(json =>
        {
            json.Head("Practitioner", member.Value, 1, document.At);
            json.Once("identifier", () =>
            {
                json.WriteString("system", FhirJson.MemberSystem);
                json.WriteString("value", member.ToString());
            });
            json.Once("name", () => json.WriteString("text", document.Author.Name));
        }));
    }
}
