using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <summary>The visit is over. Not while a note of it is unsigned: a draft that nobody signs would be no record.</summary>
public static class CloseVisit
{
    internal static Task<Results<Ok<ChangeVisitResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct) => VisitAct.Carry(
            patient, visit, http, store, AuditAction.VisitClosed, before => Decide(before, caller.Actor, clock.GetUtcNow()), ct);

    internal static Outcome<Visit> Decide(Visit before, string actor, DateTimeOffset now) =>
        before.State != VisitState.Open ? VisitRefusals.NotOpen
        : before.Drafts > 0 ? VisitRefusals.Unsigned
        : before with
        {
            State = VisitState.Closed,
            Version = before.Version + 1,
            At = now,
            By = actor,
            Record = before.Record with { ClosedAt = now },
        };
}
