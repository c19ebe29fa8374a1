using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>Immunization.</summary>
internal static class FhirImmunization
{
    public static ReadResource Read(JsonElement immunization)
    {
        if (immunization.Member("vaccineCode").Concept(CodeSystems.Cvx, CodeSystems.Snomed) is not { } vaccine)
        {
            return NotRecorded.NoCode;
        }

        var (text, isError) = (immunization.Text("status"), FhirValues.IsEnteredInError(immunization.Text("status")));
        if ((isError ? ImmunizationStatus.Completed : FhirValues.Enum<ImmunizationStatus>(text)) is not { } status)
        {
            return NotRecorded.Status;
        }

        if (immunization.Instant("occurrenceDateTime") is not { } at)
        {
            return NotRecorded.NoTime;
        }

        var dose = immunization.First("protocolApplied").Member("doseNumberPositiveInt");
        int? number = dose.ValueKind == JsonValueKind.Number && dose.TryGetInt32(out var counted) ? counted : null;
        var given = new ImmunizationFinding(vaccine, status, DoseNumber: number, Note: immunization.Notes());
        given = status == ImmunizationStatus.NotDone
            ? given with { StatusReason = immunization.Member("statusReason").Concept()?.Text ?? "not told" }
            : given with
            {
                LotNumber = FhirValues.Words(immunization.Text("lotNumber")),
                ExpirationDate = immunization.Day("expirationDate"),
                Site = immunization.Member("site").Concept(CodeSystems.Snomed),
                Route = immunization.Member("route").Concept(CodeSystems.Snomed),
            };
        return Recordable.Of(at, immunization, new FindingMembers { Immunization = given }) with { IsRetracted = isError };
    }
}
