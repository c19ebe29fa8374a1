using System.Net;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Trait("Promise", "INC-7")]
public sealed class ReleasingAnOwnersFreeze
{
    [Fact]
    public async Task It_takes_an_operator_and_the_link_that_the_owner_is_mailed()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        (await clinic.Owner.FreezeOwn()).Expect(HttpStatusCode.NoContent);
        await Freezes.Refused(clinic.Owner);
        await app.Mail.Await(clinic.Email, "is frozen");

        var offer = (await operators.Release(clinic.Id, "owner-asked")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("release-offered", offer["step"]!.GetValue<string>());
        Assert.Equal("Frozen", await Freezes.Status(app, clinic.Id));
        var token = ClinicApp.TokenIn(await app.Mail.Await(clinic.Email, "Release"));
        (await app.Client().UseLink(token)).Expect(HttpStatusCode.NoContent);

        (await app.Client().UseLink(token)).ExpectProblem(HttpStatusCode.NotFound, "release-unknown");
        await Freezes.Refused(clinic.Owner);
        (await (await app.SignInAnew(clinic)).Get("/v1/clinics/current")).Expect(HttpStatusCode.OK);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicReleaseOffered)));
        Assert.Equal("by the owner's link",
            Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicReleased))).Note);
        await Until.Holds(
            async () => (await operators.Get($"/platform/v1/clinics/{clinic.Id}/freeze")).Json["last"]!["step"]!
                .GetValue<string>() == "released",
            "news of the release at the platform");
    }

    [Fact]
    public async Task An_operator_cannot_lift_it_by_freezing_on_top()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        (await clinic.Owner.FreezeOwn()).Expect(HttpStatusCode.NoContent);
        (await operators.Release(clinic.Id, "owner-asked")).Expect(HttpStatusCode.OK);
        var old = ClinicApp.TokenIn(await app.Mail.Await(clinic.Email, "Release"));

        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        (await app.Client().UseLink(old)).ExpectProblem(HttpStatusCode.NotFound, "release-unknown");
        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);

        Assert.Equal("Frozen", await Freezes.Status(app, clinic.Id));
        Assert.Equal("contained; the owner's own stays",
            Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicReleased))).Note);
        (await app.Client().SignIn(clinic.Email, clinic.Password))
            .ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        (await operators.Release(clinic.Id, "owner-asked")).Expect(HttpStatusCode.OK);
        var links = await Until.Holds(
            async () => (await app.Mail.To(clinic.Email)).Where(m => m.Text.Contains("/release#", StringComparison.Ordinal))
                .Select(ClinicApp.TokenIn).ToList() is { Count: 2 } both ? both : null,
            "second link");
        (await app.Client().UseLink(links.Single(l => l != old))).Expect(HttpStatusCode.NoContent);
        Assert.Equal("Active", await Freezes.Status(app, clinic.Id));

        (await (await app.SignInAnew(clinic)).FreezeOwn()).Expect(HttpStatusCode.NoContent);
        (await app.Client().UseLink(old)).ExpectProblem(HttpStatusCode.NotFound, "release-unknown");
        (await app.Client().UseLink("zzzzzzzz" + old[8..])).ExpectProblem(HttpStatusCode.NotFound, "release-unknown");
        Assert.Equal("Frozen", await Freezes.Status(app, clinic.Id));
    }
}
