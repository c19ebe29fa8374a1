using System.Text.Json;
using Clinic.Records;

namespace Clinic.Imports;

/// <summary>Finds whose a resource is, by what it refers to.</summary>
internal static class FhirReferences
{
    public const string Uuid = "urn:uuid:";

    /// <summary>The members by which R4 resources name the patient they are about, most telling first.</summary>
    private static readonly string[] About = ["subject", "patient", "beneficiary", "individual", "for"];

    /// <summary>"Patient/7" and "Patient/7/_history/2" are one patient; an absolute address is itself.</summary>
    public static string Normal(string reference)
    {
        const string patient = FhirTypes.Patient + "/";
        if (!reference.StartsWith(patient, StringComparison.Ordinal))
        {
            return reference;
        }

        var end = reference.IndexOf('/', patient.Length);
        return end < 0 ? reference : reference[..end];
    }

    /// <summary>
    /// The patient of a resource: the first reference that <paramref name="known"/> has, those that say whom it is about first.
    /// When none is known, the reference that says whom it is about, so that it can be looked for among patients who came
    /// earlier. Null when it is about nobody.
    /// </summary>
    public static string? PatientOf(JsonElement resource, IReadOnlySet<string> known)
    {
        var about = About.SelectMany(name => Under(resource, name)).ToList();
        return about.Find(known.Contains) ?? about.FirstOrDefault() ?? Everywhere(resource).FirstOrDefault(known.Contains);
    }

    /// <summary>The id behind a reference, by address or by name; null when it is neither, or of another type.</summary>
    public static string? IdOf(string type, string reference)
    {
        if (reference.StartsWith(Uuid, StringComparison.Ordinal))
        {
            return reference[Uuid.Length..];
        }

        var segments = reference.Split('/');
        var at = Array.LastIndexOf(segments, type);
        return at >= 0 && at + 1 < segments.Length ? segments[at + 1] : null;
    }

    private static IEnumerable<string> Under(JsonElement resource, string member)
    {
        if (!resource.TryGetProperty(member, out var value))
        {
            return [];
        }

        var elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1);
        return elements.Select(e => e.Text("reference")).OfType<string>().Select(Normal);
    }

    private static IEnumerable<string> Everywhere(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Everywhere),
        JsonValueKind.Object => element.EnumerateObject()
            .Where(m => !m.NameEquals("contained"u8))
            .SelectMany(
                m => m.NameEquals("reference"u8) && FhirText.Text(m.Value) is { } text ? [Normal(text)] : Everywhere(m.Value)),
        _ => [],
    };
}
