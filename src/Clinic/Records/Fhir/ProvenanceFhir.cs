namespace Clinic.Records.Fhir;

/// <summary>Provenance of an entry that was imported and then amended here: what it was made of goes out beside it.</summary>
internal static class ProvenanceFhir
{
    public const string Type = "Provenance";

    /// <param name="id">The same each time for the same entry.</param>
    /// <param name="recorded">When it was amended.</param>
    /// <param name="kept">Full URL of the imported resource, or its type and id where it came without.</param>
    public static FhirResource Write(Guid id, FhirResource amended, string kept, DateTimeOffset recorded) => new(
        Type, FhirJson.Url(id), FhirJson.Bytes(json =>
        {
            json.WriteString("resourceType", Type);
            json.WriteString("id", id.ToString("D"));
            json.Once("target", () => json.WriteString("reference", amended.FullUrl));
            json.WriteString("recorded", FhirJson.Instant(recorded));
            json.Once("agent", () =>
            {
                json.WriteStartObject("who");
                json.WriteString("display", "clinic");
                json.WriteEndObject();
            });
            json.Once("entity", () =>
            {
                json.WriteString("role", "revision");
                json.Reference("what", kept);
            });
        }));
}
