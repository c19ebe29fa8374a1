using System.Net;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
[Trait("Promise", "ISO-6")]
public sealed class GrantsThatEnd
{
    [Fact]
    public async Task A_grant_ends_by_itself_before_any_clock_strikes_and_a_clock_says_so()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        var patient = await Grants.Register(clinic);
        var grant = await Grants.Approved(operators, clinic, [patient], "identity");
        (await operators.Read(grant, patient)).Expect(HttpStatusCode.OK);

        app.Clock.Advance(TimeSpan.FromHours(8));
        (await operators.Read(grant, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-not-in-force");
        Assert.Contains(await app.Raw.Trail(clinic.Id, nameof(AuditAction.SupportRead)), l => l.Note == "grant-not-in-force");
        Assert.Equal("ended", await State(clinic, grant));
        await app.Tick();
        await app.Tick();

        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.AccessEnded)));
        Assert.Equal("ended", await State(clinic, grant));
    }

    [Fact]
    public async Task A_request_that_nobody_answers_is_over_after_three_days()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        var patient = await Grants.Register(clinic);
        var id = await Grants.Ask(operators, clinic.Owner, Grants.Request(clinic.Id, [patient], "identity"));

        app.Clock.Advance(TimeSpan.FromHours(73));
        var owner = await app.SignInAnew(clinic);
        (await owner.Answer(id, "approval")).ExpectProblem(HttpStatusCode.Conflict, "access-answered");
        await app.Tick();

        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.AccessExpired)));
        (await owner.Answer(id, "approval", version: "\"2\"")).ExpectProblem(HttpStatusCode.Conflict, "access-answered");
        Assert.Empty((await owner.Get("/v1/access-requests?state=asked")).Expect(HttpStatusCode.OK).Json["requests"]!.AsArray());
        (await (await app.SignInOperator()).Read(id, patient)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    private static async Task<string> State(SignedUpClinic clinic, string id) =>
        (await clinic.Owner.Get($"/v1/access-requests/{id}")).Expect(HttpStatusCode.OK).Json["state"]!.GetValue<string>();
}
