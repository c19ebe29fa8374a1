using System.Globalization;
using System.Text.Json;
using Clinic.Chart.Findings;
using Clinic.Records.Fhir;

namespace Clinic.Records.Reading;

/// <summary>Observation of one tooth, as we write it: foreign dental charts have no one form, and stay observations.</summary>
internal static class FhirTooth
{
    /// <summary>Null when it is none of that form.</summary>
    public static DentalFinding? Read(JsonElement observation)
    {
        var site = observation.Member("bodySite").First("coding");
        var parts = observation.Each("component")
            .ToLookup(p => p.Member("code").Text("text") ?? "", StringComparer.Ordinal);
        var state = FhirValues.Enum<DentalState>(parts[DentalFhir.State].FirstOrDefault().Text("valueString"));
        var code = FhirValues.Enum<DentalCode>(observation.Member("code").Text("text"));
        if (site.Text("system") != DentalFhir.ToothSystem || state is not { } known || code is not { } what
            || !int.TryParse(site.Text("code"), NumberStyles.None, CultureInfo.InvariantCulture, out var tooth))
        {
            return null;
        }

        var surfaces = parts[DentalFhir.Surface].Select(s => FhirValues.Enum<ToothSurface>(s.Text("valueString")))
            .OfType<ToothSurface>().ToList();
        var grade = parts[DentalFhir.MobilityGrade].FirstOrDefault().Member("valueInteger");
        return new DentalFinding(
            tooth, known, what, surfaces.Count == 0 ? null : surfaces,
            grade.ValueKind == JsonValueKind.Number && grade.TryGetInt32(out var number) ? number : null,
            Note: observation.Notes());
    }
}
