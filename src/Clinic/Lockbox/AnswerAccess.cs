using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Lockbox;

/// <summary>What is left out stays as it was asked for; what is named must lie within it.</summary>
public sealed record ApproveAccessRequest(
    IReadOnlyList<AccessField>? Fields = null, IReadOnlyList<PatientId>? Patients = null, int? Hours = null);

/// <param name="Fields">As granted; absent where nothing is.</param>
/// <param name="Ends">When the grant ends by itself.</param>
public sealed record AnswerAccessResponse(
    AccessId Id, AccessState State, long Version, IReadOnlyList<AccessField>? Fields, IReadOnlyList<PatientId>? Patients,
    DateTimeOffset? Ends);

/// <summary>
/// An owner answers a request for access, and takes back what was granted (ISO-6). If-Match names the version that she read, so
/// of two owners who answer at once one decides.
/// </summary>
public static class AnswerAccess
{
    internal static Task<Results<Ok<AnswerAccessResponse>, ProblemHttpResult>> Approve(
        AccessId request, ApproveAccessRequest answer, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct) =>
        Answer(request, http, store, AuditAction.AccessGranted, a => DecideApproval(answer, a, caller, clock.GetUtcNow()), ct);

    internal static Task<Results<Ok<AnswerAccessResponse>, ProblemHttpResult>> Refuse(
        AccessId request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct) =>
        Answer(request, http, store, AuditAction.AccessRefused, a => DecideRefusal(a, caller, clock.GetUtcNow()), ct);

    internal static Task<Results<Ok<AnswerAccessResponse>, ProblemHttpResult>> Revoke(
        AccessId request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct) =>
        Answer(request, http, store, AuditAction.AccessRevoked, a => DecideRevocation(a, caller, clock.GetUtcNow()), ct);

    internal static Outcome<Access> DecideApproval(ApproveAccessRequest answer, Access access, Caller by, DateTimeOffset now)
    {
        if (access.State(by.State!, now) != AccessState.Asked)
        {
            return AccessRefusals.Answered;
        }

        var asked = access.Request.Asked;
        var granted = new AccessScope(
            answer.Fields ?? asked.Fields, answer.Patients ?? asked.Patients, answer.Hours ?? asked.Hours);
        var rules = granted.Check(new FieldRules()).Need(granted.IsWithin(asked), "fields", "within what was asked for");
        return rules.Refusal is { } refusal
            ? refusal
            : Next(access, AccessState.Granted, by) with
            {
                Granted = granted,
                Ends = now.AddHours(granted.Hours),
                Freeze = by.State!.Freeze,
            };
    }

    internal static Outcome<Access> DecideRefusal(Access access, Caller by, DateTimeOffset now) =>
        access.State(by.State!, now) == AccessState.Asked
            ? Next(access, AccessState.Refused, by) : AccessRefusals.Answered;

    internal static Outcome<Access> DecideRevocation(Access access, Caller by, DateTimeOffset now) =>
        access.State(by.State!, now) == AccessState.Granted
            ? Next(access, AccessState.Revoked, by) : AccessRefusals.NotGranted;

    private static Access Next(Access access, AccessState state, Caller by) =>
        access with { Stored = state, AnsweredBy = by.Member, Version = access.Version + 1 };

    private static async Task<Results<Ok<AnswerAccessResponse>, ProblemHttpResult>> Answer(
        AccessId id, HttpContext http, TenantStore store, AuditAction action, Func<Access, Outcome<Access>> decide,
        CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        if (await AccessItem.FindWhole(store, id, ct) is not { } before)
        {
            return await Refused(store, id, action, Problems.NotFound, ct);
        }

        if (before.Version != version)
        {
            return await Refused(store, id, action, Problems.Stale, ct);
        }

        if (!decide(before).Holds(out var after, out why))
        {
            return await Refused(store, id, action, why, ct);
        }

        var response = new AnswerAccessResponse(
            id, after.Stored, after.Version, after.Granted?.Fields, after.Granted?.Patients, after.Ends);
        var change = Change.By(store.Caller, action, subject: Keys.Hex(id.Value))
            .Noting($"operator {after.Request.Operator}: {AccessNotes.Scope(after.Granted ?? after.Request.Asked)}")
            .Replace(AccessItem.AtClinic(after), before.Version)
            .Answers(new Answer(200, null, ETags.Of(after.Version),
                JsonSerializer.SerializeToUtf8Bytes(response, LockboxJson.Default.AnswerAccessResponse)));
        var commit = await store.Commit(Clocks(change, after), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, after.Version);
        return TypedResults.Ok(response);
    }

    private static Change Clocks(Change change, Access after)
    {
        var subject = Keys.Hex(after.Request.Id.Value);
        return after.Stored switch
        {
            AccessState.Granted => change.Delete(Keys.Clock(Durations.AccessAsked.Name, subject))
                .Insert(ClockRow.Start(Durations.AccessGranted.Name, subject, after.Ends!.Value)),
            AccessState.Refused => change.Delete(Keys.Clock(Durations.AccessAsked.Name, subject)),
            _ => change.Delete(Keys.Clock(Durations.AccessGranted.Name, subject)),
        };
    }

    private static async Task<ProblemHttpResult> Refused(
        TenantStore store, AccessId id, AuditAction action, Refusal why, CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, action, AuditOutcome.Refused) { Subject = Keys.Hex(id.Value), Note = why.Code };
        await store.Note(entry, ct);
        return Problems.From(why);
    }
}
