using System.Text.Json;
using Clinic.Chart;
using Clinic.Identity;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <param name="Open">She is here: the visit begins as open.</param>
public sealed record PlanVisitRequest(VisitForm Visit, bool Open = false);

public sealed record PlanVisitResponse(PatientId Patient, EntryId Id, VisitState State, long Version);

/// <summary>Writes down that a patient will be seen, or is (CLN-3).</summary>
public static class PlanVisit
{
    internal static async Task<Results<Created<PlanVisitResponse>, ProblemHttpResult>> Handle(
        PatientId patient, PlanVisitRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = "to plan a visit",
        };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out var head, out var why)
            || !Decide(request, head, PatientPlaces.Of(caller), caller.Actor, clock.GetUtcNow()).Holds(out var visit, out why))
        {
            return Problems.From(why);
        }

        var response = new PlanVisitResponse(patient, visit.Id, visit.State, visit.Version);
        var place = $"/v1/patients/{patient}/visits/{visit.Id}";
        var change = Change.By(caller, AuditAction.VisitPlanned, patient, Keys.Hex(visit.Id.Value))
            .Noting(Codes.Of(visit.State))
            .Require(Keys.Patient(patient), PatientItem.IsActive, ChartRefusals.NotActive)
            .Insert(VisitItem.Write(patient, visit))
            .Insert(TimelineItem.Write(patient, ChartKind.Visit, visit.Id))
            .Answers(new Answer(201, place, ETags.Of(visit.Version), JsonSerializer.SerializeToUtf8Bytes(
                response, VisitsJson.Default.PlanVisitResponse)));
        var commit = await store.Commit(Practitioner(change, visit.Record, "visit."), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, visit.Version);
        return TypedResults.Created(place, response);
    }

    internal static Outcome<Visit> Decide(
        PlanVisitRequest request, Patient patient, PatientPlaces places, string actor, DateTimeOffset now)
    {
        if (patient.State != PatientState.Active)
        {
            return ChartRefusals.NotActive;
        }

        if (!request.Visit.ToRecord("visit.", places.ForNew(request.Visit.Location), now).Holds(out var record, out var why))
        {
            return why;
        }

        if (VisitRefusals.AfterDeath(patient, record.Start) is { } refusal)
        {
            return refusal;
        }

        var visit = new Visit(
            EntryIds.New(record.Start), VisitState.Planned, 1, now, actor, NoteWrites: 0, Drafts: 0, Notes: [], record);
        return !request.Open ? visit
            : OpenVisit.Decide(visit, actor, now).Holds(out var open, out why) ? open with { Version = 1 }
            : why;
    }

    /// <summary>Somebody who works here now: a condition, for a removal may be under way.</summary>
    internal static Change Practitioner(Change change, VisitRecord record, string prefix) => record.Practitioner is { } member
        ? change.Require(
            Keys.Member(member), Condition.Is(MemberItem.Status, Member.Active),
            Refusal.Invalid([new FieldError(prefix + "practitioner", "somebody who works for the clinic")]))
        : change;
}
