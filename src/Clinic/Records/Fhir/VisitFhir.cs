using Clinic.Visits;

namespace Clinic.Records.Fhir;

/// <summary>Encounter. Why a visit was cancelled stands in the narrative: R4 has no element for it.</summary>
internal static class VisitFhir
{
    public const string Type = "Encounter";
    private const string ClassSystem = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    public static FhirResource Write(Visit visit, FhirLinks links)
    {
        var record = visit.Record;
        var json = FhirJson.Bytes(json =>
        {
            json.Head(Type, visit.Id.Value, visit.Version, visit.At);
            json.Narrative("additional", record.CancelledBecause is { } why ? "Cancelled: " + why : null);
            json.WriteString("status", Status(visit.State));
            json.WriteStartObject("class");
            json.WriteString("system", ClassSystem);
            json.WriteString("code", Class(record.Class));
            json.WriteEndObject();
            json.Reference("subject", links.Patient);
            if (record.Practitioner is { } practitioner)
            {
                json.Once("participant", () =>
                {
                    json.WriteStartObject("individual");
                    json.Member(practitioner);
                    json.WriteEndObject();
                });
            }

            json.WriteStartObject("period");
            json.WriteString("start", FhirJson.Instant(record.OpenedAt ?? record.Start));
            json.Optional("end", record.ClosedAt is { } end ? FhirJson.Instant(end) : null);
            json.WriteEndObject();
            if (record.Reason is { } reason)
            {
                json.Once("reasonCode", () => json.WriteString("text", reason));
            }

            if (record.Location is { } location)
            {
                json.Once("location", () =>
                {
                    json.WriteStartObject("location");
                    json.Named("Location", FhirJson.LocationSystem, location.ToString());
                    json.WriteEndObject();
                });
            }
        });
        return new FhirResource(Type, FhirJson.Url(visit.Id.Value), json);
    }

    private static string Status(VisitState state) => state switch
    {
        VisitState.Planned => "planned",
        VisitState.Open => "in-progress",
        VisitState.Closed => "finished",
        VisitState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static string Class(VisitClass visitClass) => visitClass switch
    {
        VisitClass.Ambulatory => "AMB",
        VisitClass.Virtual => "VR",
        VisitClass.Home => "HH",
        VisitClass.Emergency => "EMER",
        VisitClass.Inpatient => "IMP",
        _ => throw new ArgumentOutOfRangeException(nameof(visitClass)),
    };
}
