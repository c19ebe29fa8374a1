using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clinic.Identity;

/// <summary>Signing in and out, and one's own sessions.</summary>
public static class IdentityModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var sessions = v1.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapPost("/", SignIn.Handle).WithName(nameof(SignIn))
            .OpenToAll("signing in is how a session begins").ExemptFromIdempotency("each sign-in is a session of its own")
            .WithSummary("Sign in: sets the session cookie and answers the CSRF token");
        sessions.MapGet("/", ListSessions.Handle).WithName(nameof(ListSessions)).Requires(Permission.SessionOwn)
            .WithSummary("One's own sessions");
        sessions.MapGet("/current", ReadSession.Handle).WithName(nameof(ReadSession)).Requires(Permission.SessionOwn)
            .WithSummary("The current session and its CSRF token");
        sessions.MapDelete("/current", EndSession.HandleCurrent).WithName("SignOut").Requires(Permission.SessionOwn)
            .WithSummary("Sign out");
        sessions.MapDelete("/{session}", EndSession.Handle).WithName(nameof(EndSession)).Requires(Permission.SessionOwn)
            .WithSummary("End one of one's own sessions");
    }

    internal static void Register(ClockHandlers clocks) =>
        clocks.On(Durations.SessionEnd.Name, (_, due, _, ct) => PurgeSession.Strike(due, ct));
}
