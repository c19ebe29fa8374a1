using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <param name="Reason">How it is known that the two are not one person.</param>
public sealed record UndoMergeRequest(string Reason);

/// <summary>
/// Takes a merge back, however long ago: the record is what it was, found and written again. What was written into the other one
/// since stays there.
/// </summary>
public static class UndoMerge
{
    internal static async Task<Results<Ok<MergePatientResponse>, ProblemHttpResult>> Handle(
        PatientId patient, UndoMergeRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why)
            || !MergeAct.Reason(request.Reason).Holds(out why))
        {
            return Problems.From(why);
        }

        return await MergeAct.Carry(
            http, store, AuditAction.PatientMergeUndone, request.Reason,
            token => MergeAct.Both(store, patient, merged => merged.Merging?.Into, Problems.NotFound, token),
            both => Decide(both, version, caller.Actor, clock.GetUtcNow()), ct);
    }

    /// <summary>Pure.</summary>
    internal static Outcome<MergePair> Decide(MergePair both, long version, string actor, DateTimeOffset now)
    {
        var (merged, into) = both;
        if (merged.Version != version)
        {
            return PatientRefusals.Stale(merged);
        }

        return merged.Merging is not { } merging ? MergeRefusals.NotMerged : new MergePair(
            merged with
            {
                State = merging.Was,
                Merging = null,
                Version = version + 1,
                VersionAt = now,
                VersionBy = actor,
            },
            into with
            {
                Absorbed = [.. into.Absorbed.Where(a => a != merged.Id)],
                Version = into.Version + 1,
                VersionAt = now,
                VersionBy = actor,
            });
    }
}
