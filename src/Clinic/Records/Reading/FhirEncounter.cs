using System.Text.Json;
using Clinic.Visits;

namespace Clinic.Records.Reading;

/// <summary>Encounter: a visit.</summary>
internal static class FhirEncounter
{
    public static ReadResource Read(JsonElement encounter)
    {
        VisitState? state = encounter.Text("status") switch
        {
            "planned" => VisitState.Planned,
            "arrived" or "triaged" or "in-progress" or "onleave" => VisitState.Open,
            "finished" => VisitState.Closed,
            "cancelled" => VisitState.Cancelled,
            _ => null,
        };
        VisitClass? kind = encounter.Member("class").Text("code") switch
        {
            "AMB" => VisitClass.Ambulatory,
            "VR" => VisitClass.Virtual,
            "HH" => VisitClass.Home,
            "EMER" => VisitClass.Emergency,
            "IMP" or "ACUTE" or "NONAC" => VisitClass.Inpatient,
            _ => null,
        };
        var period = encounter.Member("period");
        if (FhirValues.IsEnteredInError(encounter.Text("status")))
        {
            return NotRecorded.EnteredInError;
        }

        if (state is not { } known)
        {
            return NotRecorded.Status;
        }

        if (kind is not { } place)
        {
            return NotRecorded.Class;
        }

        return period.Instant("start") is { } start
            ? new Recordable(start) { VisitState = known, Visit = Record(encounter, known, place, start, period) }
            : NotRecorded.NoTime;
    }

    private static VisitRecord Record(
        JsonElement encounter, VisitState state, VisitClass place, DateTimeOffset start, JsonElement period)
    {
        var began = state is VisitState.Open or VisitState.Closed;
        var end = period.Instant("end");
        var reason = encounter.First("reasonCode").Concept()?.Text ?? encounter.First("type").Concept()?.Text;
        return new VisitRecord(
            place, start, reason?.Length <= VisitForm.ReasonLengthMax ? reason : null, null, null, began ? start : null,
            state == VisitState.Closed ? end >= start ? end : start : null);
    }
}
