using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <summary>She is here: the visit begins, and notes can be written about it.</summary>
public static class OpenVisit
{
    internal static Task<Results<Ok<ChangeVisitResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct) => VisitAct.Carry(
            patient, visit, http, store, AuditAction.VisitOpened, before => Decide(before, caller.Actor, clock.GetUtcNow()), ct,
            head => VisitRefusals.AfterDeath(head, clock.GetUtcNow()));

    internal static Outcome<Visit> Decide(Visit before, string actor, DateTimeOffset now) => before.State != VisitState.Planned
        ? VisitRefusals.NotPlanned
        : before with
        {
            State = VisitState.Open,
            Version = before.Version + 1,
            At = now,
            By = actor,
            Record = before.Record with { OpenedAt = now },
        };
}
