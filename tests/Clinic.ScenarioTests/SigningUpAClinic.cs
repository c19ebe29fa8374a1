using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class SigningUpAClinic
{
    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task A_group_signs_up_with_its_locations()
    {
        var app = await ClinicApp.Get();
        var request = Samples.SignUp();
        request["clinic"]!["plan"] = "group";
        request["clinic"]!["locations"]!.AsArray().Add(Samples.Location("Kothrud"));
        var clinic = await app.SignUpClinic(request);

        var profile = (await clinic.Owner.Get("/v1/clinics/current")).Expect(HttpStatusCode.OK).Json;
        var locations = (await clinic.Owner.Get("/v1/locations")).Expect(HttpStatusCode.OK).Json["locations"]!.AsArray();
        Assert.Equal(["Main", "Kothrud"], locations.Select(l => l!["name"]!.GetValue<string>()));
        Assert.All(locations, l => Assert.True(l!["open"]!.GetValue<bool>()));
        Assert.Equal("group", profile["plan"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_confirmation_works_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        var token = ClinicApp.TokenIn(await app.Mail.Await(clinic.Email, "Confirm"));
        var confirmation = new JsonObject { ["token"] = token };
        (await clinic.Owner.Post("/v1/clinics/confirmations", confirmation)).Expect(HttpStatusCode.NoContent);
        (await clinic.Owner.Post("/v1/clinics/confirmations", confirmation))
            .ExpectProblem(HttpStatusCode.NotFound, "confirmation-unknown");
    }

    [Fact]
    public async Task A_clinic_signs_up_confirms_signs_in_and_signs_out()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();

        var profile = (await clinic.Owner.Get("/v1/clinics/current")).Expect(HttpStatusCode.OK);
        Assert.Equal(clinic.Name, profile.Json["name"]!.GetValue<string>());
        await app.Mail.Await(clinic.Email, "Welcome");

        (await clinic.Owner.Delete("/v1/sessions/current")).Expect(HttpStatusCode.NoContent);
        (await clinic.Owner.Get("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
    }
}
