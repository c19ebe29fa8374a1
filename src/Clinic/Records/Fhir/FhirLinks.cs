using Clinic.Platform.Access;

namespace Clinic.Records.Fhir;

/// <summary>How resources of one bundle name each other: a reference leads to an entry of it, or is left out.</summary>
/// <param name="Patient">Her full URL.</param>
/// <param name="Of">The full URL under which an entry of the record goes out; null when it does not.</param>
internal sealed record FhirLinks(string Patient, Func<EntryId, string?> Of)
{
    public string? OfAny(EntryId? id) => id is { } given ? Of(given) : null;
}

/// <summary>A resource on its way out.</summary>
/// <param name="FullUrl">Null of a kept one that came without.</param>
internal sealed record FhirResource(string Type, string? FullUrl, byte[] Json);
