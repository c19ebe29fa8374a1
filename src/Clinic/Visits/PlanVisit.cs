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
        var now = clock.GetUtcNow();
        var carried = await Anew.Carry(() => Carry(store, patient, head => Decide(
            request, head, PatientPlaces.Of(caller), caller.Actor, now), ct));
        if (!carried.Holds(out var response, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, response.Version);
        return TypedResults.Created(Place(response), response);
    }

    private static async Task<Outcome<PlanVisitResponse>> Carry(
        TenantStore store, PatientId patient, Func<Patient, Outcome<Visit>> decide, CancellationToken ct)
    {
        var caller = store.Caller;
        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = "to plan a visit",
        };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out var head, out var why) || !decide(head).Holds(out var visit, out why))
        {
            return why;
        }

        var response = new PlanVisitResponse(patient, visit.Id, visit.State, visit.Version);
        var change = Change.By(caller, AuditAction.VisitPlanned, patient, Keys.Hex(visit.Id.Value))
            .Noting(Codes.Of(visit.State))
            .Require(Keys.Patient(patient), PatientItem.IsActiveAs(head), Problems.Conflict)
            .Insert(VisitItem.Write(patient, visit))
            .Insert(TimelineItem.Write(patient, ChartKind.Visit, visit.Id))
            .Answers(new Answer(201, Place(response), ETags.Of(visit.Version), JsonSerializer.SerializeToUtf8Bytes(
                response, VisitsJson.Default.PlanVisitResponse)));
        var commit = await store.Commit(Practitioner(change, visit.Record, "visit."), ct);
        return commit.Holds(out why) ? response : why;
    }

    private static string Place(PlanVisitResponse visit) => $"/v1/patients/{visit.Patient}/visits/{visit.Id}";

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
