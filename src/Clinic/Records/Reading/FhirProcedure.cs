using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>Procedure.</summary>
internal static class FhirProcedure
{
    public static ReadResource Read(JsonElement procedure)
    {
        if (procedure.Member("code").Concept(CodeSystems.Snomed) is not { } code)
        {
            return NotRecorded.NoCode;
        }

        var (text, isError) = (procedure.Text("status"), FhirValues.IsEnteredInError(procedure.Text("status")));
        if ((isError ? ProcedureStatus.Unknown : FhirValues.Enum<ProcedureStatus>(text)) is not { } status)
        {
            return NotRecorded.Status;
        }

        var at = procedure.Instant("performedDateTime") ?? procedure.Member("performedPeriod").Instant("start");
        return at is null
            ? NotRecorded.NoTime
            : Recordable.Of(at, procedure, new FindingMembers
            {
                Procedure = new ProcedureFinding(
                    code, status, procedure.First("bodySite").Concept(CodeSystems.Snomed),
                    status is ProcedureStatus.Completed or ProcedureStatus.Stopped
                        ? procedure.Member("outcome").Concept(CodeSystems.Snomed) : null,
                    procedure.Notes()),
            }) with
            {
                IsRetracted = isError,
            };
    }
}
