using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Tenancy;

/// <summary>The clinic's account: sign-up, confirmation, profile, locations.</summary>
public static class TenancyModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var clinics = v1.MapGroup("/clinics").WithTags("Clinics");
        clinics.MapPost("/", SignUpClinic.Handle).WithName(nameof(SignUpClinic))
            .OpenToAll("a clinic signs up before anybody can sign in").ExemptFromIdempotency("no caller yet to scope a key to")
            .WithSummary("Sign up a clinic with its owner");
        clinics.MapPost("/confirmations", ConfirmClinic.Handle).WithName(nameof(ConfirmClinic))
            .OpenToAll("the token of the mail is the proof").ExemptFromIdempotency("a token works once")
            .WithSummary("Confirm the owner's address by the token of the mail");
        clinics.MapGet("/current", ReadClinic.Handle).WithName(nameof(ReadClinic)).Requires(Permission.ClinicRead)
            .WithSummary("The signed-in person's clinic");
        var locations = v1.MapGroup("/locations").WithTags("Locations");
        locations.MapGet("/", ListLocations.Handle).WithName(nameof(ListLocations)).Requires(Permission.LocationRead)
            .WithSummary("The clinic's locations");
        locations.MapPost("/", AddLocation.Handle).WithName(nameof(AddLocation)).Requires(Permission.LocationSet)
            .WithSummary("Add a location");
        locations.MapPut("/{location}", ChangeLocation.Handle).WithName(nameof(ChangeLocation)).Requires(Permission.LocationSet)
            .WithSummary("Rename, move, close or open a location; If-Match names the version that was read");
    }

    internal static void Register(ClockHandlers clocks) =>
        clocks.On(Durations.SignUpUnconfirmed.Name, (s, due, _, ct) => PurgeUnconfirmedClinic.Strike(
            due, s.GetRequiredService<LoginPointers>(), s.GetRequiredService<KeyShredder>(), ct));
}
