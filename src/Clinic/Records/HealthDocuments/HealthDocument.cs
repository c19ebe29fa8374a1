using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Records.Fhir;

namespace Clinic.Records.HealthDocuments;

/// <param name="Snomed">Null of a section that is known by its title.</param>
/// <param name="Paragraphs">Words of its own, beside those of its entries.</param>
internal sealed record HealthSection(
    string Title, string? Snomed, IReadOnlyList<string> Paragraphs, IReadOnlyList<FhirResource> Entries)
{
    public bool IsEmpty => Paragraphs.Count == 0 && Entries.Count == 0;
}

/// <summary>Who stands for a health document: a member by her name, or else the clinic.</summary>
internal sealed record HealthAuthor(MemberId? Member, string? Name, string Clinic);

/// <summary>All that one health document says, before it is written.</summary>
/// <param name="Id">Of what it is about.</param>
/// <param name="Version">Of all that it is made of together.</param>
/// <param name="At">When what it is about was last written.</param>
/// <param name="Encounter">The visit's resource, where the type needs it.</param>
internal sealed record HealthDocument(
    HealthDocumentForm Form, Guid Id, string Version, DateTimeOffset At, Patient Patient, HealthAuthor Author,
    IReadOnlyList<HealthSection> Sections, FhirResource? Encounter = null);

internal static class HealthDocumentRefusals
{
    public static readonly Refusal TooLarge = new(
        422, "health-document-too-large", "This document is larger than one answer may be: its parts are read by themselves.");
}
