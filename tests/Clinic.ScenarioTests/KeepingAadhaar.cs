using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>An Aadhaar number is given voluntarily, kept as its last four, and whole only in an open vault.</summary>
[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class KeepingAadhaar
{
    private const string Number = "999941057058";
    private const string Whole = "9999 4105 7058";
    private const string Masked = "XXXX XXXX 7058";

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task Without_a_vault_nothing_but_the_last_four_is_kept_or_said_anywhere()
    {
        var (app, clinic) = await Begin();
        var path = await Register(clinic);
        var taken = (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"1\"")).Expect(HttpStatusCode.OK);
        Assert.Equal((Masked, false), (Text(taken.Json, "masked"), taken.Json["inVault"]!.GetValue<bool>()));
        Assert.Equal("\"2\"", taken.ETag);

        var read = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        Assert.Equal(Masked, Text(read.Json["record"]!["aadhaar"], "masked"));
        Assert.Equal("card-seen", Text(read.Json["record"]!["aadhaar"], "check"));
        Assert.Equal(Text(taken.Json, "reference"), Text(read.Json["record"]!["aadhaar"], "reference"));
        (await clinic.Owner.Post(path + "/aadhaar/reveal", Reason())).ExpectProblem(HttpStatusCode.NotFound, "not-found");

        // All that the product says of her, opened: what is sealed shows here.
        foreach (var answer in (Answered[])[
            taken, read, await clinic.Owner.Get(path + "/versions"), await clinic.Owner.Get(path + "/export"),
            await clinic.Owner.Get("/v1/audit"), await clinic.Owner.Get(path + "/consents")])
        {
            Assert.DoesNotContain("4105", answer.Expect(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        }

        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Keys, "KEY|vault"));
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task It_is_taken_with_her_consent_alone_and_no_refusal_repeats_it()
    {
        var (_, clinic) = await Begin();
        var path = await Register(clinic);
        var registration = Samples.Registration();
        registration["patient"]!["aadhaar"] = Number;
        var asked = (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed-json");

        var (unwilling, mistyped, swapped) = (Given(), Given("999941057059"), Given("999914057058"));
        unwilling["consent"]!["given"] = false;
        var silent = Given();
        silent.Remove("consent");
        var answers = new[]
        {
            asked,
            (await Take(unwilling)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "aadhaar-consent"),
            (await Take(silent)).ExpectProblem(HttpStatusCode.BadRequest, "malformed-json"),
            (await Take(mistyped)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields"),
            (await Take(swapped)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields"),
            (await Take(Given(), null)).ExpectProblem((HttpStatusCode)428, "if-match-required"),
            (await Take(Given(), "\"7\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version"),
        };
        Assert.All(answers, a => Assert.DoesNotContain("9999", a.Text, StringComparison.Ordinal));
        Assert.Null((await clinic.Owner.Get(path)).Json["record"]!["aadhaar"]);

        var statement = Samples.Consent("aadhaar");
        statement["noticeVersion"] = "aadhaar-2026-11-01";
        (await clinic.Owner.Post(path + "/consents", new JsonObject { ["consents"] = new JsonArray(statement) }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");

        Task<Answered> Take(JsonObject body, string? ifMatch = "\"1\"") => clinic.Owner.Put(path + "/aadhaar", body, ifMatch);
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    [Trait("Promise", "ENC-3")]
    public async Task A_vault_keeps_it_sealed_shows_it_for_a_reason_and_gives_it_up()
    {
        var (app, clinic) = await Begin();
        await Open(clinic);
        var path = await Register(clinic);
        var taken = (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"1\"")).Expect(HttpStatusCode.OK);
        Assert.True(taken.Json["inVault"]!.GetValue<bool>());
        var place = $"VLT|{Text(taken.Json, "reference")}";
        var row = (await app.Raw.Of(clinic.Id, CloudParts.Records))[place];
        Assert.Equal(["b", "pk", "sk"], row.Keys.Order());

        Assert.DoesNotContain("4105", (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        (await clinic.Owner.Post(path + "/aadhaar/reveal", new JsonObject { ["reason"] = "short" }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        var shown = (await clinic.Owner.Post(path + "/aadhaar/reveal", Reason())).Expect(HttpStatusCode.OK);
        Assert.Equal(Whole, Text(shown.Json, "number"));
        var trail = (await clinic.Owner.Get("/v1/audit?action=AadhaarRevealed")).Expect(HttpStatusCode.OK);
        var entry = Assert.Single(trail.Json["entries"]!.AsArray())!;
        Assert.Equal((path.Split('/')[^1], Text(Reason(), "reason")), (Text(entry, "patient"), Text(entry, "term")));

        var offline = Given("999971658847");
        offline["check"] = "offline-ekyc";
        var again = (await clinic.Owner.Put(path + "/aadhaar", offline, "\"2\"")).Expect(HttpStatusCode.OK);
        Assert.False(again.Json["inVault"]!.GetValue<bool>());
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));

        (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"3\"")).Expect(HttpStatusCode.OK);
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        (await Remove(clinic, path, "\"3\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal("\"5\"", (await Remove(clinic, path, "\"4\"")).Expect(HttpStatusCode.NoContent).ETag);
        (await Remove(clinic, path, "\"5\"")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        var consents = (await clinic.Owner.Get(path + "/consents")).Expect(HttpStatusCode.OK);
        Assert.False(consents.Json["now"]!.AsArray().Single(c => Text(c, "purpose") == "aadhaar")!["given"]!.GetValue<bool>());
        Assert.Equal(4, consents.Json["artefacts"]!.AsArray().Count(a => Text(a, "purpose") == "aadhaar"));
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task Closing_the_vault_destroys_its_key_and_its_rows_and_nothing_else()
    {
        var (app, clinic) = await Begin();
        await Open(clinic);
        var path = await Register(clinic);
        (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"1\"")).Expect(HttpStatusCode.OK);
        var keys = await app.Raw.Places(clinic.Id, CloudParts.Keys);

        (await clinic.Owner.Delete(Vault)).Expect(HttpStatusCode.NoContent);
        (await clinic.Owner.Post(path + "/aadhaar/reveal", Reason())).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        var during = (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"2\"")).Expect(HttpStatusCode.OK);
        Assert.False(during.Json["inVault"]!.GetValue<bool>());

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Tick();
        Assert.Equal(["KEY|vault#001"], keys.Except(await app.Raw.Places(clinic.Id, CloudParts.Keys)));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#aadhaar-vault-closed"));
        Assert.Equal("closed", Text((await clinic.Owner.Get(Vault)).Expect(HttpStatusCode.OK).Json, "state"));
        Assert.Equal(Masked, Text((await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json["record"]!["aadhaar"], "masked"));

        (await clinic.Owner.Put(Vault, Grounds(), null)).ExpectProblem(HttpStatusCode.Conflict, "aadhaar-vault-emptying");
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await Open(clinic);
        (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"3\"")).Expect(HttpStatusCode.OK);
        var shown = (await clinic.Owner.Post(path + "/aadhaar/reveal", Reason())).Expect(HttpStatusCode.OK);
        Assert.Equal(Whole, Text(shown.Json, "number"));
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task A_number_that_is_on_its_way_when_the_vault_is_closed_is_not_put_in()
    {
        var (app, clinic) = await Begin();
        await Open(clinic);
        var path = await Register(clinic);
        var closed = 0;
        using (app.Gate.Before(async call =>
        {
            var isNumber = call.Operation == "TransactWriteItems"
                && call.LeadingKeys.Any(k => k.StartsWith($"T#{clinic.Id}#VLT", StringComparison.Ordinal));
            if (isNumber && Interlocked.Increment(ref closed) == 1)
            {
                (await clinic.Owner.Delete(Vault)).Expect(HttpStatusCode.NoContent);
            }
        }))
        {
            (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"1\"")).ExpectProblem(HttpStatusCode.Conflict, "conflict");
        }

        Assert.Equal(1, closed);
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        Assert.Equal("\"1\"", (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).ETag);
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task An_emptying_that_is_cut_off_goes_on_where_it_stopped()
    {
        var (app, clinic) = await Begin();
        await Open(clinic);
        var path = await Register(clinic);
        (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"1\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Delete(Vault)).Expect(HttpStatusCode.NoContent);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        using (app.Gate.Before(call => call.Operation == "TransactWriteItems"
            && call.LeadingKeys.Any(k => k.StartsWith($"T#{clinic.Id}#VLT", StringComparison.Ordinal))
            ? throw Local.Gate.GateFaultException.Abort() : Task.CompletedTask))
        {
            await app.Tick();
        }

        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Keys, "KEY|vault"));
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        Assert.Equal("emptying", Text((await clinic.Owner.Get(Vault)).Expect(HttpStatusCode.OK).Json, "state"));
        (await clinic.Owner.Put(Vault, Grounds(), null)).ExpectProblem(HttpStatusCode.Conflict, "aadhaar-vault-emptying");

        await app.Tick();
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "VLT"));
        Assert.Equal("closed", Text((await clinic.Owner.Get(Vault)).Expect(HttpStatusCode.OK).Json, "state"));
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task A_vault_that_is_opened_again_before_its_minute_is_over_lost_nothing()
    {
        var (app, clinic) = await Begin();
        await Open(clinic);
        var path = await Register(clinic);
        (await clinic.Owner.Put(path + "/aadhaar", Given(), "\"1\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Delete(Vault)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("closing", Text((await clinic.Owner.Get(Vault)).Expect(HttpStatusCode.OK).Json, "state"));
        (await clinic.Owner.Delete(Vault)).Expect(HttpStatusCode.NoContent);

        await Open(clinic);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Tick();
        var shown = (await clinic.Owner.Post(path + "/aadhaar/reveal", Reason())).Expect(HttpStatusCode.OK);
        Assert.Equal(Whole, Text(shown.Json, "number"));
    }

    private const string Vault = "/v1/clinics/current/aadhaar-vault";

    private static async Task<(ClinicApp App, SignedUpClinic Clinic)> Begin()
    {
        var app = await ClinicApp.Get();
        return (app, await app.SignUpClinic());
    }

    private static async Task Open(SignedUpClinic clinic)
    {
        var opened = (await clinic.Owner.Put(Vault, Grounds(), null)).Expect(HttpStatusCode.OK);
        Assert.Equal("open", Text(opened.Json, "state"));
    }

    private static async Task<string> Register(SignedUpClinic clinic) =>
        (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

    private static Task<Answered> Remove(SignedUpClinic clinic, string path, string ifMatch) => clinic.Owner.Send(
        HttpMethod.Delete, path + "/aadhaar", null, r => r.Headers.TryAddWithoutValidation("If-Match", ifMatch));

    private static JsonObject Given(string number = Number) => new()
    {
        ["number"] = number,
        ["check"] = "card-seen",
        ["consent"] = new JsonObject { ["given"] = true, ["noticeVersion"] = "aadhaar-2026-11-01", ["language"] = "en" },
    };

    private static JsonObject Grounds() => new()
    {
        ["legalBasis"] = "Authorisation of the agency, letter 4711.",
        ["reason"] = "The insurance scheme asks for whole numbers.",
    };

    private static JsonObject Reason() => new() { ["reason"] = "Certificate with the whole number for Sunita." };

    private static string Text(JsonNode? node, string name) => node![name]!.GetValue<string>();
}
