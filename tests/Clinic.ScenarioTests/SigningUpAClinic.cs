using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class SigningUpAClinic
{
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
