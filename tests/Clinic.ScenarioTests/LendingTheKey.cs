using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Asking for access, and the owner's answers.</summary>
[Trait("Promise", "ISO-6")]
public sealed class LendingTheKey
{
    [Fact]
    public async Task An_operator_reads_the_granted_fields_of_the_granted_patient_and_it_stands_in_the_clinics_trail()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var registration = Samples.Registration();
        var (patient, other) = (await Grants.Register(clinic, registration), await Grants.Register(clinic));
        var id = await Grants.Ask(operators, clinic.Owner, Grants.Request(clinic.Id, [patient], "identity", "contact"));
        var mail = await app.Mail.Await(clinic.Email, "asks for access");
        Assert.DoesNotContain("4711", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(patient, mail.Text, StringComparison.Ordinal);
        (await operators.Read(id, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-not-in-force");

        var seen = (await clinic.Owner.Get($"/v1/access-requests/{id}")).Expect(HttpStatusCode.OK);
        Assert.Equal(("asked", "Olga Operator"), (seen.Json["state"]!.GetValue<string>(),
            seen.Json["operatorName"]!.GetValue<string>()));
        Assert.Contains("4711", seen.Json["text"]!.GetValue<string>(), StringComparison.Ordinal);
        (await clinic.Owner.Answer(id, "approval", new JsonObject { ["fields"] = new JsonArray("contact") }, seen.ETag))
            .Expect(HttpStatusCode.OK);

        var answer = (await operators.Read(id, patient)).Expect(HttpStatusCode.OK).Json.AsObject();
        Assert.Equal(["id", "contact"], answer.Select(m => m.Key));
        Assert.Equal(registration["patient"]!["phone"]!.GetValue<string>(), answer["contact"]!["phone"]!.GetValue<string>());
        (await operators.Read(id, other)).ExpectProblem(HttpStatusCode.Forbidden, "grant-scope");
        (await operators.Get($"/platform/v1/grants/{id}/trail")).ExpectProblem(HttpStatusCode.Forbidden, "grant-scope");
        (await operators.Get($"/v1/patients/{patient}")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.Post("/v1/patients/search", new JsonObject { ["name"] = "Iyer" }))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden");

        var trail = await app.Raw.Trail(clinic.Id, nameof(AuditAction.SupportRead));
        var read = Assert.Single(trail, l => l.Outcome == nameof(AuditOutcome.Requested));
        Assert.Equal(("contact", id.Replace("-", "", StringComparison.Ordinal)), (read.Note, read.Subject));
        Assert.Equal(["grant-not-in-force", "grant-scope", "grant-scope"],
            trail.Where(l => l.Outcome == nameof(AuditOutcome.Refused)).Select(l => l.Note));
        var shown = (await clinic.Owner.Get("/v1/audit?action=SupportRead")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
        Assert.All(shown, e => Assert.Equal("Operator", e!["role"]!.GetValue<string>()));
        Assert.Contains(await app.Raw.Trail("platform", nameof(AuditAction.SupportRead)), l => l.Subject == read.Subject
            && l.Note == $"{clinic.Id}: identity contact consents");
    }

    [Fact]
    public async Task The_role_that_reads_under_a_grant_lists_nothing_and_opens_patients_keys_alone()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var patient = await Grants.Register(clinic);
        var grant = await Grants.Approved(operators, clinic, [patient], "identity", "consents");
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id && d.Call.Role == RoleNames.TenantSupport);

        var answer = (await operators.Read(grant, patient)).Expect(HttpStatusCode.OK).Json.AsObject();

        Assert.Equal(["id", "identity", "consents"], answer.Select(m => m.Key));
        Assert.DoesNotContain("bloodGroup", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.All(calls.Decisions, d => Assert.True(d.Allowed));
        Assert.Subset(
            new HashSet<string> { "BatchGetItem", "GetItem", "PutItem", "Query", "Decrypt" },
            calls.Decisions.Select(d => d.Call.Operation).ToHashSet());
        Assert.All(calls.Decisions.Where(d => d.Call.Operation == "Query"), d => Assert.All(
            d.Call.LeadingKeys, k => Assert.Contains("#KEY", k, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("refusal")]
    [InlineData("revocation")]
    public async Task Refused_or_taken_back_it_is_shut_on_the_next_request(string how)
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var patient = await Grants.Register(clinic);
        var id = await Grants.Ask(operators, clinic.Owner, Grants.Request(clinic.Id, [patient], "identity"));
        if (how == "revocation")
        {
            (await clinic.Owner.Answer(id, "revocation")).ExpectProblem(HttpStatusCode.Conflict, "access-not-granted");
            (await clinic.Owner.Answer(id, "approval")).Expect(HttpStatusCode.OK);
            (await operators.Read(id, patient)).Expect(HttpStatusCode.OK);
        }

        (await clinic.Owner.Answer(id, how, version: how == "refusal" ? "\"1\"" : "\"2\"")).Expect(HttpStatusCode.OK);

        (await operators.Read(id, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-not-in-force");
        (await clinic.Owner.Answer(id, "approval", version: how == "refusal" ? "\"2\"" : "\"3\""))
            .ExpectProblem(HttpStatusCode.Conflict, "access-answered");
        Assert.Equal(how == "refusal" ? "refused" : "revoked", (await operators.Get($"/platform/v1/access-requests/{id}"))
            .Expect(HttpStatusCode.OK).Json["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_read_that_is_under_way_when_the_grant_is_taken_back_is_the_last()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var patient = await Grants.Register(clinic);
        var grant = await Grants.Approved(operators, clinic, [patient], "identity");
        var (hook, came, letGo) = Freezes.Hold(app, c => c.Operation == "PutItem" && c.Tenant == clinic.Id
            && c.Role == RoleNames.TenantSupport);
        using (hook)
        {
            var before = operators.Read(grant, patient);
            await came;
            (await clinic.Owner.Answer(grant, "revocation", version: "\"2\"")).Expect(HttpStatusCode.OK);
            letGo();
            (await before).Expect(HttpStatusCode.OK);
        }

        (await operators.Read(grant, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-not-in-force");
    }

    [Fact]
    public async Task A_grant_is_of_no_use_to_another_operator_and_not_for_another_clinics_patient()
    {
        var app = await ClinicApp.Get();
        var (clinic, elsewhere) = (await app.SignUpClinic(), await app.SignUpClinic());
        var (mine, other) = (await app.SignInOperator(), await app.SignInOperator());
        var (patient, foreign) = (await Grants.Register(clinic), await Grants.Register(elsewhere));
        var grant = await Grants.Approved(mine, clinic, [patient, foreign], "identity");

        var stolen = (await other.Read(grant, patient)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        var absent = (await other.Read(Guid.CreateVersion7().ToString(), patient))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(absent.Text, stolen.Text);
        (await mine.Read(grant, foreign)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await clinic.Owner.Read(grant, patient)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await elsewhere.Owner.Get($"/v1/access-requests/{grant}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await elsewhere.Owner.Answer(grant, "revocation", version: "\"2\""))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await mine.Answer(grant, "approval")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await mine.Read(grant, patient)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_two_owners_who_answer_at_once_one_decides()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var second = app.Client();
        (await second.SignIn(await Incidents.AddSignedInOwner(app, clinic.Id), Samples.Password)).Expect(HttpStatusCode.Created);
        var patient = await Grants.Register(clinic);
        var id = await Grants.Ask(operators, clinic.Owner, Grants.Request(clinic.Id, [patient], "identity"));

        var answers = await Task.WhenAll(clinic.Owner.Answer(id, "approval"), second.Answer(id, "refusal"));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Single(answers, a => a.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict);
        var approved = answers[0].Status == HttpStatusCode.OK;
        Assert.Equal(approved ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await operators.Read(id, patient)).Status);
        (await second.Answer(id, "refusal", version: null))
            .ExpectProblem(HttpStatusCode.PreconditionRequired, "if-match-required");
    }

    [Fact]
    public async Task A_freeze_ends_grants_and_lets_none_be_asked_for()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var patient = await Grants.Register(clinic);
        var grant = await Grants.Approved(operators, clinic, [patient], "identity");

        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        (await operators.Read(grant, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-not-in-force");
        (await operators.Post("/platform/v1/access-requests", Grants.Request(clinic.Id, [patient], "identity")))
            .ExpectProblem(HttpStatusCode.Conflict, "clinic-not-asked");

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        (await operators.Read(grant, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-not-in-force");
    }

    [Theory]
    [InlineData("TenantSupport")]
    [InlineData("platform")]
    public async Task Without_its_entry_in_either_trail_nothing_is_read(string whose)
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var registration = Samples.Registration();
        var patient = await Grants.Register(clinic, registration);
        var grant = await Grants.Approved(operators, clinic, [patient], "contact");
        using var broken = app.Gate.Before(c => c.Operation == "PutItem"
                && (whose == "platform" ? c.Tenant == "platform" && c.Role == RoleNames.TenantData : c.Role == whose)
                && System.Text.Encoding.UTF8.GetString(c.Body.Span).Contains(
                    grant.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal)
            ? throw new GateFaultException(400, "AccessDeniedException", "no trail") : Task.CompletedTask);

        var answer = (await operators.Read(grant, patient)).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");

        Assert.DoesNotContain(registration["patient"]!["phone"]!.GetValue<string>(), answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_and_trail_are_read_when_they_are_granted()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var report = await clinic.Owner.Import(Bundles.LuigiWiegand);
        var patient = (await clinic.Owner.OnlyPatient(report)).Split('/')[^1];
        var grant = await Grants.Approved(operators, clinic, [], "import-reports", "trail");

        var seen = (await operators.Get($"/platform/v1/grants/{grant}/imports/{report["id"]}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(report["total"]!.ToJsonString(), seen["total"]!.ToJsonString());
        var trail = (await operators.Get($"/platform/v1/grants/{grant}/trail")).Expect(HttpStatusCode.OK).Json;
        Assert.Contains(trail["entries"]!.AsArray(), e => e!["action"]!.GetValue<string>() == "AccessGranted");
        Assert.DoesNotContain(patient, trail.ToJsonString(), StringComparison.Ordinal);
        Assert.All(trail["entries"]!.AsArray(), e => Assert.Null(e!["address"]));
        (await operators.Read(grant, patient)).ExpectProblem(HttpStatusCode.Forbidden, "grant-scope");
    }

    [Fact]
    public async Task What_cannot_be_asked_for_is_refused()
    {
        (string Member, string Value, int Status)[] bends =
        [
            ("clinic", "\"zzzzzzzz\"", 404), ("clinic", "\"platform\"", 404), ("text", "\" \"", 422),
            ("fields", "[]", 422), ("fields", "[\"clinical\"]", 400), ("fields", "[\"trail\",\"trail\"]", 422),
            ("patients", "[]", 422), ("hours", "0", 422), ("hours", "25", 422),
        ];
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        foreach (var (member, value, status) in bends)
        {
            var request = Grants.Request(clinic.Id, [Guid.CreateVersion7().ToString()], "identity");
            var at = request.ContainsKey(member) ? request : request["scope"]!.AsObject();
            at[member] = JsonNode.Parse(value);
            var answer = await operators.Post("/platform/v1/access-requests", request);
            Assert.True(status == (int)answer.Status, $"{member} {value}: {(int)answer.Status}");
        }

        (await clinic.Owner.Post("/platform/v1/access-requests", Grants.Request(clinic.Id, [], "trail")))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task An_owner_cannot_grant_more_than_was_asked_for()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var (patient, other) = (await Grants.Register(clinic), await Grants.Register(clinic));
        var id = await Grants.Ask(operators, clinic.Owner, Grants.Request(clinic.Id, [patient], "identity"));
        foreach (var more in (JsonObject[])[
            new() { ["fields"] = new JsonArray("identity", "contact") },
            new() { ["patients"] = new JsonArray(patient, other) },
            new() { ["hours"] = 9 }])
        {
            (await clinic.Owner.Answer(id, "approval", more))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        }

        (await clinic.Owner.Answer(id, "approval", new JsonObject { ["hours"] = 1 })).Expect(HttpStatusCode.OK);
    }
}
