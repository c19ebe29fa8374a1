using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Staff;

/// <summary>Who works for the clinic, in which role and at which of its locations.</summary>
public static class StaffModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var staff = v1.MapGroup("/staff").WithTags("Staff");
        staff.MapGet("/", ListStaff.Handle).WithName(nameof(ListStaff)).Requires(Permission.StaffRead)
            .WithSummary("Who works for the clinic, and the open invitations");
        staff.MapPost("/invitations", InviteStaff.Handle).WithName(nameof(InviteStaff)).Requires(Permission.StaffInvite)
            .WithSummary("Invite somebody by mail to work for the clinic");
        staff.MapPut("/{member}", ChangeStaff.Handle).WithName(nameof(ChangeStaff)).Requires(Permission.StaffSet)
            .WithSummary("Change role or locations of a member; If-Match names the version that was read");
        staff.MapDelete("/{member}", RemoveStaff.Handle).WithName(nameof(RemoveStaff)).Requires(Permission.StaffSet)
            .WithSummary("Remove a member, or take back an invitation");
        v1.MapPost("/invitations/acceptances", AcceptInvitation.Handle).WithName(nameof(AcceptInvitation)).WithTags("Staff")
            .OpenToAll("the token of the mail is the proof").ExemptFromIdempotency("a token works once")
            .WithSummary("Accept an invitation by the token of the mail, with a password");
    }

    internal static void Register(ClockHandlers clocks) => clocks.On(
        Durations.InvitationOpen.Name, (s, due, _, ct) =>
        PurgeInvitation.Strike(due, s.GetRequiredService<LoginPointers>(), ct));
}
