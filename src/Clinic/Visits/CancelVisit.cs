using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

public sealed record CancelVisitRequest(string Reason);

/// <summary>She does not come. The row stays: that she was expected is part of the record.</summary>
public static class CancelVisit
{
    internal static Task<Results<Ok<ChangeVisitResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, CancelVisitRequest request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct) => VisitAct.Carry(
            patient, visit, http, store, AuditAction.VisitCancelled,
            before => Decide(request, before, caller.Actor, clock.GetUtcNow()), ct);

    internal static Outcome<Visit> Decide(CancelVisitRequest request, Visit before, string actor, DateTimeOffset now)
    {
        var rules = new FieldRules().Text(request.Reason, "reason", VisitForm.ReasonLengthMax);
        return rules.Refusal is { } refusal ? refusal
            : before.State != VisitState.Planned ? VisitRefusals.NotPlanned
            : before with
            {
                State = VisitState.Cancelled,
                Version = before.Version + 1,
                At = now,
                By = actor,
                Record = before.Record with { CancelledBecause = request.Reason.Trim() },
            };
    }
}
