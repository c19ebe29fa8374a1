using System.Text.Json;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Platform.Trail;
using Clinic.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Staff;

/// <param name="Locations">Where the member will work; either these, or <paramref name="AllLocations"/>.</param>
/// <param name="AllLocations">At all of them, those too that are added later.</param>
public sealed record InviteStaffRequest(
    string Name, string Email, StaffRole Role, IReadOnlyList<LocationId>? Locations = null, bool AllLocations = false);

/// <param name="Member">The id that the member will have; it names the invitation until then.</param>
public sealed record InviteStaffResponse(MemberId Member, DateTimeOffset AcceptBefore);

/// <summary>
/// Invites somebody to work for the clinic (RBAC-2). A mail proves the address and brings the link; without an answer it is over
/// after 48 hours (IDN-5). The address may work for other clinics: nothing here says so.
/// </summary>
public static class InviteStaff
{
    private const string Place = "/v1/staff";

    internal static async Task<Results<Created<InviteStaffResponse>, ProblemHttpResult>> Handle(
        InviteStaffRequest request, Caller caller, TenantStore store, LoginPointers pointers, TimeProvider clock,
        CancellationToken ct)
    {
        if (!Decide(request, caller, clock.GetUtcNow()).Holds(out var invitation, out var why)
            || (why = await Taken(store, pointers, invitation.Person.Email, ct)) is not null)
        {
            return Problems.From(why);
        }

        var subject = Keys.Hex(invitation.Member.Value);
        var response = new InviteStaffResponse(invitation.Member, invitation.EndsAt);
        var change = Change.By(caller, AuditAction.StaffInvited, subject: subject)
            .Noting(StaffAccess.Note(invitation.Role, invitation.Scope))
            .Insert(InvitationItem.Write(invitation))
            .Insert(ClockRow.Start(Durations.InvitationOpen.Name, subject, invitation.EndsAt))
            .Publish(Topics.StaffInvited, subject)
            .Answers(new Answer(201, Place, null, JsonSerializer.SerializeToUtf8Bytes(
                response, StaffJson.Default.InviteStaffResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Created(Place, response) : Problems.From(why);
    }

    internal static Outcome<Invitation> Decide(InviteStaffRequest request, Caller caller, DateTimeOffset now)
    {
        var rules = new FieldRules().Text(request.Name, "name", 120).Email(request.Email, "email")
            .Access(request.Role, request.Locations, request.AllLocations, caller.State?.Locations ?? []);
        return rules.Refusal is { } refusal
            ? refusal
            : new Invitation(
                Id.New<MemberId>(now), StaffAccess.RoleOf(request.Role), StaffAccess.ScopeOf(request.Locations),
                now + Durations.InvitationOpen.Length, caller.Actor,
                new InvitedPerson(request.Name.Trim(), ContactText.Email(request.Email)!));
    }

    /// <summary>
    /// Looked up, not conditioned: an address is found by keyed token in the Directory, which is another signer's. What two
    /// invitations at the same moment would let through, the acceptance looks up again.
    /// </summary>
    private static async Task<Refusal?> Taken(TenantStore store, LoginPointers pointers, string email, CancellationToken ct)
    {
        var open = await InvitationItem.All(store, ct);
        return open.Count >= InvitationItem.OpenMax ? StaffRefusals.TooManyInvitations
            : open.Any(i => i.Person.Email == email) ? StaffRefusals.AlreadyInvited
            : await WorksHere(store, await pointers.Find(email, ct), null, ct) ? StaffRefusals.AlreadyMember
            : null;
    }

    /// <summary>Whether one of the pointers is of an active member of this clinic, other than one.</summary>
    internal static async Task<bool> WorksHere(
        TenantStore store, IReadOnlyList<(TenantId Tenant, MemberId Member)> pointers, MemberId? but, CancellationToken ct)
    {
        foreach (var (_, member) in pointers.Where(p => p.Tenant == store.Caller.Tenant && p.Member != but))
        {
            if (await store.Get(Keys.Member(member), ct) is { } row && row.Text(MemberItem.Status) == Member.Active)
            {
                return true;
            }
        }

        return false;
    }
}
