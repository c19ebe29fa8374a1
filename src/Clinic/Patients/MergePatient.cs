using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <param name="Into">The record of hers that stays.</param>
/// <param name="IntoVersion">The version of it that was read.</param>
/// <param name="Reason">How it is known that the two are one person.</param>
public sealed record MergePatientRequest(PatientId Into, long IntoVersion, string Reason);

public sealed record MergePatientResponse(PatientId Id, PatientState State, long Version, PatientId Into, long IntoVersion);

/// <summary>
/// Merges a record into another of the same patient (CLN-1). No row moves: keys are per record, and an undo must be exact. The
/// merged one's head names the other, the other's head names it, and lists of the record read both (docs/adr/0026).
/// </summary>
public static class MergePatient
{
    internal static async Task<Results<Ok<MergePatientResponse>, ProblemHttpResult>> Handle(
        PatientId patient, MergePatientRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why)
            || !MergeAct.Reason(request.Reason).Holds(out why))
        {
            return Problems.From(why);
        }

        return await MergeAct.Carry(
            http, store, AuditAction.PatientMerged, request.Reason,
            token => MergeAct.Both(store, patient, _ => request.Into, UnknownInto, token),
            both => Decide(both, version, request.IntoVersion, caller.Actor, clock.GetUtcNow()), ct);
    }

    private static Refusal UnknownInto { get; } =
        Refusal.Invalid([new FieldError("into", "a patient of this clinic whom you may see")]);

    /// <summary>
    /// Pure: every rule of a merge. What may be undone needs no more proof than a reason. Nobody sees more of her by it: a
    /// record of no location, which everybody sees, goes into one of any, and not the other way.
    /// </summary>
    internal static Outcome<MergePair> Decide(MergePair both, long version, long intoVersion, string actor, DateTimeOffset now)
    {
        var (merged, into) = both;
        if (Broken(merged, version, into, intoVersion) is { } refusal)
        {
            return refusal;
        }

        return new MergePair(
            merged with
            {
                State = PatientState.Merged,
                Merging = new Merging(into.Id, merged.State),
                Version = version + 1,
                VersionAt = now,
                VersionBy = actor,
            },
            into with
            {
                Absorbed = [.. into.Absorbed, merged.Id],
                Version = intoVersion + 1,
                VersionAt = now,
                VersionBy = actor,
            });
    }

    private static Refusal? Broken(Patient merged, long version, Patient into, long intoVersion) =>
        merged.Id == into.Id ? MergeRefusals.Itself
        : merged.Merging is not null ? PatientRefusals.MergedAway(merged)
        : merged.Version != version ? PatientRefusals.Stale(merged)
        : into.Merging is not null ? MergeRefusals.IntoMerged with { More = PatientRefusals.MergedAway(into).More }
        : into.Version != intoVersion ? PatientRefusals.StaleInto(into)
        : merged.Absorbed.Count > 0 ? MergeRefusals.Chain
        : into.Absorbed.Count >= Patient.AbsorbedMax ? MergeRefusals.TooMany
        : into.State != PatientState.Active ? MergeRefusals.IntoNotActive
        : merged.Record.Location is { } place && place != into.Record.Location ? MergeRefusals.Locations
        : null;
}

internal static class MergeRefusals
{
    public static readonly Refusal Itself = Refusal.Invalid([new FieldError("into", "another patient than the merged one")]);
    public static readonly Refusal IntoMerged = new(
        409, "merge-into-merged", "That record was itself merged into another: merge into the one that it is in.");
    public static readonly Refusal Chain = new(
        409, "merge-of-survivor", "Others were merged into this record: merge the other way, or undo those first.");
    public static readonly Refusal TooMany = new(
        409, "merge-too-many", $"Into one record at most {Patient.AbsorbedMax} others are merged.");
    public static readonly Refusal IntoNotActive = new(
        409, "merge-into-not-active",
        "The consents of the record that stays are not complete: record them, or merge the other way.");
    public static readonly Refusal Locations = new(
        409, "merge-across-locations", "The two are of different locations: amend one, so that who sees her is decided.");
    public static readonly Refusal NotMerged = new(409, "patient-not-merged", "This record is not merged into another.");
}
