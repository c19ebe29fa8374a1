using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class OwnSessions
{
    [Fact]
    [Trait("Promise", "IDN-8")]
    public async Task A_person_sees_own_sessions_with_device_and_ends_another_one_at_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        using var phone = app.Client();
        var signedIn = await phone.Send(
            HttpMethod.Post, "/v1/sessions", Credentials(clinic), r => r.Headers.UserAgent.ParseAdd("ClinicPhone/1.0"));
        var session = signedIn.Expect(HttpStatusCode.Created).Json["session"]!.GetValue<string>();

        var sessions = (await clinic.Owner.Get("/v1/sessions")).Expect(HttpStatusCode.OK).Json["sessions"]!.AsArray();
        Assert.Equal(2, sessions.Count);
        var other = sessions.Single(s => s!["session"]!.GetValue<string>() == session)!;
        Assert.Equal("ClinicPhone/1.0", other["device"]!.GetValue<string>());
        Assert.Equal("127.0.0.1", other["address"]!.GetValue<string>());
        Assert.False(other["current"]!.GetValue<bool>());

        (await clinic.Owner.Delete($"/v1/sessions/{session}")).Expect(HttpStatusCode.NoContent);
        (await phone.Get("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        (await clinic.Owner.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Promise", "IDN-8")]
    public async Task Sign_ins_and_failed_ones_are_in_the_trail_with_address_and_device()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        using var stranger = app.Client();
        var guess = Credentials(clinic);
        guess["password"] = "not the password at all";
        (await stranger.Send(HttpMethod.Post, "/v1/sessions", guess, r => r.Headers.UserAgent.ParseAdd("Guesser/2.0")))
            .ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");

        var trail = (await clinic.Owner.Get("/v1/audit")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
        var failed = trail.Single(e => e!["action"]!.GetValue<string>() == "SignInFailed")!;
        Assert.Equal("Guesser/2.0", failed["device"]!.GetValue<string>());
        Assert.Equal("127.0.0.1", failed["address"]!.GetValue<string>());
        Assert.Contains(trail, e => e!["action"]!.GetValue<string>() == "SignedIn");
    }

    [Fact]
    [Trait("Promise", "IDN-3")]
    public async Task The_session_cookie_is_http_only_and_strict_and_the_only_one()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        using var browser = app.Client();
        var signedIn = (await browser.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);

        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        var isHttps = app.Site.Scheme == Uri.UriSchemeHttps;
        Assert.StartsWith(isHttps ? "__Host-session=" : "session=", cookie, StringComparison.Ordinal);
        Assert.Equal(isHttps, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_have_one_answer()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        using var stranger = app.Client();
        var wrong = await stranger.SignIn(clinic.Email, "not the password at all");
        var unknown = await stranger.SignIn("nobody@nowhere.example", "not the password at all");
        wrong.ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        Assert.Equal(wrong.Text, unknown.Text);
    }

    [Fact]
    public async Task Nobody_signs_in_before_the_address_is_confirmed()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        (await clinic.Owner.SignIn(clinic.Email, clinic.Password)).ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
    }

    private static JsonObject Credentials(SignedUpClinic clinic) =>
        new() { ["email"] = clinic.Email, ["password"] = clinic.Password };
}
