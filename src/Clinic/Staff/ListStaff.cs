using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Staff;

/// <param name="Locations">At which the member works; absent when at all.</param>
/// <param name="Version">For If-Match.</param>
public sealed record StaffView(
    MemberId Member, string Name, string Email, StaffRole Role, IReadOnlyList<LocationId>? Locations, long Version);

public sealed record InvitationView(
    MemberId Member, string Name, string Email, StaffRole Role, IReadOnlyList<LocationId>? Locations,
    DateTimeOffset AcceptBefore);

/// <param name="Invitations">Open ones, with the first part of the list.</param>
public sealed record StaffListResponse(
    IReadOnlyList<StaffView> Members, IReadOnlyList<InvitationView> Invitations, string? Next);

/// <summary>Who works for the clinic, and who is invited to.</summary>
public static class ListStaff
{
    private const string Query = "staff";

    internal static async Task<Results<Ok<StaffListResponse>, ProblemHttpResult>> Handle(
        string? cursor, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        if (!(await Cursors.Read(store, Query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.StaffRead, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => Read(store, from, clock.GetUtcNow(), token), ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<StaffListResponse?> Read(
        TenantStore store, CursorPosition from, DateTimeOffset now, CancellationToken ct)
    {
        var roster = await store.Query(Keys.RosterArea, "", Page<Item>.SizeDefault, from.Sort, newestFirst: false, ct);
        var rows = await store.GetMany([.. roster.Items.Select(r => Keys.Member(MemberItem.IdOnRoster(r)))], ct);
        var byArea = rows.ToDictionary(r => r.Key.Area);
        var members = new List<StaffView>();
        foreach (var id in roster.Items.Select(MemberItem.IdOnRoster).Where(id => byArea.ContainsKey(Keys.Member(id).Area)))
        {
            var member = await MemberItem.Open(store, id, byArea[Keys.Member(id).Area], ct);
            members.Add(new StaffView(
                id, member.Profile.Name, member.Profile.Email, StaffAccess.Of(member.Role), member.Scope.Ids, member.Version));
        }

        IReadOnlyList<Invitation> invitations = from.Sort is null ? await InvitationItem.All(store, ct) : [];
        return new StaffListResponse(
            members,
            [.. invitations.Where(i => i.EndsAt > now).Select(i => new InvitationView(
                i.Member, i.Person.Name, i.Person.Email, StaffAccess.Of(i.Role), i.Scope.Ids, i.EndsAt))],
            await Cursors.Write(store, Query, roster.NextSort, ct));
    }
}
