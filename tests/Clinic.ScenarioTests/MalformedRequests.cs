using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Clinic.Testing.Hostile;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What every route refuses before it means anything; the sweeps of malformed requests found each of these.</summary>
public sealed class MalformedRequests
{
    private static readonly Lazy<Task<(ClinicApp App, SignedUpClinic Clinic)>> Started = new(SignUp);

    [Fact]
    public async Task A_foreign_origin_beside_an_own_one_is_foreign()
    {
        var (app, clinic) = await Start();
        string[] origins = [app.Url.GetLeftPart(UriPartial.Authority), "https://evil.example"];
        var answer = await clinic.Owner.Send(HttpMethod.Post, "/v1/patients", Samples.Registration(),
            r => r.Headers.TryAddWithoutValidation("Origin", origins));
        answer.ExpectProblem(HttpStatusCode.Forbidden, "origin");
    }

    [Fact]
    public async Task Two_idempotency_keys_are_none()
    {
        var (_, clinic) = await Start();
        var answer = await clinic.Owner.Send(HttpMethod.Post, "/v1/patients", Samples.Registration(),
            r => r.Headers.TryAddWithoutValidation("Idempotency-Key", ["first-key", "second-key"]));
        answer.ExpectProblem(HttpStatusCode.BadRequest, "idempotency-key");
    }

    [Fact]
    public async Task A_member_that_the_schema_lacks_is_not_repeated()
    {
        var (_, clinic) = await Start();
        var request = Samples.Registration();
        request["patient"]!["hivStatus"] = "positive";
        var answer = await clinic.Owner.Post("/v1/patients", request);
        answer.ExpectProblem(HttpStatusCode.BadRequest, "malformed-json");
        Assert.Equal("patient", answer.Json["errors"]![0]!["field"]!.ToString());
        Assert.DoesNotContain("hivStatus", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_with_null_in_it_names_the_list()
    {
        var (_, clinic) = await Start();
        var request = Samples.Registration();
        request["consents"] = new JsonArray(null, Samples.Consent("health-data"));
        var answer = await clinic.Owner.Post("/v1/patients", request);
        answer.ExpectProblem(HttpStatusCode.BadRequest, "malformed-json");
        Assert.StartsWith("consents", answer.Json["errors"]![0]!["field"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_acknowledged_duplicates_than_were_ever_shown_are_refused()
    {
        var (_, clinic) = await Start();
        var request = Samples.Registration();
        request["acknowledgedDuplicates"] = new JsonArray(
            [.. Enumerable.Range(0, 51).Select(_ => (JsonNode)Guid.CreateVersion7().ToString())]);
        var answer = await clinic.Owner.Post("/v1/patients", request);
        answer.ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        Assert.Equal("acknowledgedDuplicates", answer.Json["errors"]![0]!["field"]!.ToString());
    }

    [Fact]
    public async Task A_password_with_a_control_character_is_refused()
    {
        var (app, _) = await Start();
        var request = Samples.SignUp();
        request["owner"]!["password"] = "correct horse\0battery";
        var answer = await app.Client().Post("/v1/clinics", request);
        answer.ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        Assert.Equal("owner.password", answer.Json["errors"]![0]!["field"]!.ToString());
    }

    [Fact]
    public async Task An_incident_is_not_noticed_on_a_day_but_at_an_instant()
    {
        var (app, clinic) = await Start();
        var request = new JsonObject
        {
            ["awareAt"] = "2026-11-22",
            ["kind"] = "data-breach",
            ["title"] = "Stolen tablet",
            ["affectedClinics"] = new JsonArray(clinic.Id),
            ["description"] = "Stolen tablet",
            ["drill"] = true,
        };
        var answer = await (await app.SignInOperator()).Post("/platform/v1/incidents", request);
        answer.ExpectProblem(HttpStatusCode.BadRequest, "malformed-json");
        Assert.Equal("awareAt", answer.Json["errors"]![0]!["field"]!.ToString());
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/json-patch+json", null)]
    [InlineData("application/json;charset=utf-7", null)]
    [InlineData("application/json;charset=klingon", null)]
    [InlineData("application/json;charset=", null)]
    [InlineData("application/json", "gzip")]
    public async Task A_body_in_another_form_is_no_fault_of_ours(string type, string? coding)
    {
        var (_, clinic) = await Start();
        var answer = await clinic.Owner.Send(HttpMethod.Post, "/v1/patients", null, r =>
        {
            r.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Samples.Registration().ToJsonString()));
            r.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            r.Content.Headers.TryAddWithoutValidation("Content-Encoding", coding is null ? [] : [coding]);
        });
        answer.ExpectProblem(HttpStatusCode.UnsupportedMediaType, "media-type");
    }

    [Fact]
    public async Task A_charset_in_quotes_is_a_charset()
    {
        var (_, clinic) = await Start();
        var body = Encoding.UTF8.GetBytes(Samples.Registration().ToJsonString());
        var answer = await clinic.Owner.PostBytes("/v1/patients", body, "application/json;charset=\"UTF-8\"");
        answer.Expect(HttpStatusCode.Created);
    }

    private static Task<(ClinicApp App, SignedUpClinic Clinic)> Start() => Started.Value;

    private static async Task<(ClinicApp App, SignedUpClinic Clinic)> SignUp()
    {
        var app = await ClinicApp.Get();
        return (app, await app.SignUpClinic());
    }
}
