using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Staff;

/// <param name="Locations">Where the member works; either these, or <paramref name="AllLocations"/>.</param>
public sealed record ChangeStaffRequest(
    StaffRole Role, IReadOnlyList<LocationId>? Locations = null, bool AllLocations = false);

public sealed record ChangeStaffResponse(MemberId Member, long Version);

/// <summary>
/// Gives a member another role or other locations. The sessions that run are rewritten in the same transaction: the very next
/// request is under the new ones.
/// </summary>
public static class ChangeStaff
{
    internal static async Task<Results<Ok<ChangeStaffResponse>, ProblemHttpResult>> Handle(
        MemberId member, ChangeStaffRequest request, HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        var commit = await SessionsOfMember.Commit(
            store, member, before => Decide(request, before, version, store, ct), SessionsOfMember.Regrant, ct);
        if (!commit.Holds(out why))
        {
            if (why == Problems.NotFound)
            {
                await store.Note(new AuditEntry(caller, AuditAction.StaffChanged, AuditOutcome.Refused)
                {
                    Subject = Keys.Hex(member.Value),
                    Note = why.Code,
                }, ct);
            }

            return Problems.From(why);
        }

        ETags.Write(http, version + 1);
        return TypedResults.Ok(new ChangeStaffResponse(member, version + 1));
    }

    private static async Task<Outcome<(Change Change, Member After)>> Decide(
        ChangeStaffRequest request, Member before, long version, TenantStore store, CancellationToken ct)
    {
        if (before.Version != version)
        {
            return Problems.Stale;
        }

        var allowed = (store.Caller.State?.Locations ?? []).Concat(before.Scope.Ids ?? []).ToHashSet();
        var rules = new FieldRules().Access(request.Role, request.Locations, request.AllLocations, allowed);
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        var after = before with
        {
            Role = StaffAccess.RoleOf(request.Role),
            Scope = StaffAccess.ScopeOf(request.Locations),
            Version = version + 1,
        };
        var change = Change.By(store.Caller, AuditAction.StaffChanged, subject: Keys.Hex(before.Id.Value))
            .Noting($"{StaffAccess.Note(before.Role, before.Scope)} -> {StaffAccess.Note(after.Role, after.Scope)}")
            .Replace(MemberItem.Roster(after), Condition.Exists, Problems.NotFound);
        var endsAnOwner = before.Role == Role.Owner && after.Role != Role.Owner;
        if (endsAnOwner && !(await StaffAccess.KeepAnOwner(change, store, before.Id, ct)).Holds(out _, out var why))
        {
            return why;
        }

        return (change, after);
    }
}
