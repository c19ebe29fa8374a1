using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <summary>Corrects what is said of a visit that is not over. Its place in the record stays that of its first start.</summary>
public static class AmendVisit
{
    internal static Task<Results<Ok<ChangeVisitResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, VisitForm request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct) => VisitAct.Carry(
            patient, visit, http, store, AuditAction.VisitAmended,
            before => Decide(request, before, PatientPlaces.Of(caller), caller.Actor, clock.GetUtcNow()), ct);

    internal static Outcome<Visit> Decide(
        VisitForm request, Visit before, PatientPlaces places, string actor, DateTimeOffset now)
    {
        if (before.State is VisitState.Closed or VisitState.Cancelled)
        {
            return VisitRefusals.Over;
        }

        var placement = places.ForKnown(request.Location, before.Record.Location);
        return request.ToRecord("", placement, now).Holds(out var record, out var why)
            ? before with
            {
                Version = before.Version + 1,
                At = now,
                By = actor,
                Record = record with { OpenedAt = before.Record.OpenedAt },
            }
            : why;
    }
}
