using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class GivingConsent
{
    [Fact]
    [Trait("Promise", "CON-1")]
    [Trait("Promise", "CON-7")]
    public async Task Each_consent_is_kept_with_the_notice_its_language_and_hash_and_who_recorded_it()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        registration["consents"]![1]!["language"] = "hi";
        var path = await Register(clinic, registration);

        var notices = (await clinic.Owner.Get("/v1/notices")).Expect(HttpStatusCode.OK).Json["notices"]!.AsArray();
        var artefacts = (await clinic.Owner.Get(path + "/consents")).Expect(HttpStatusCode.OK).Json["artefacts"]!.AsArray();
        Assert.Equal(["health-data", "personal-data"], artefacts.Select(a => Text(a, "purpose")).Order());
        foreach (var artefact in artefacts)
        {
            var notice = notices.Single(
                n => Text(n, "version") == Text(artefact, "noticeVersion") && Text(n, "language") == Text(artefact, "language"));
            Assert.Equal(Text(notice, "textHash"), Text(artefact, "noticeHash"));
            Assert.Equal("record", Text(notice, "subject"));
            Assert.False(string.IsNullOrEmpty(Text(artefact, "recordedBy")));
        }
    }

    [Fact]
    [Trait("Promise", "CON-1")]
    public async Task A_consent_on_a_notice_that_was_never_published_is_refused()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        registration["consents"]![0]!["noticeVersion"] = "1999-01-01";
        var refused = (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        Assert.Equal("consents[0].noticeVersion", Text(refused.Json["errors"]![0], "field"));
    }

    [Fact]
    [Trait("Promise", "CON-3")]
    public async Task No_channel_is_open_until_its_own_statement_opens_it_and_it_closes_as_easily()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var path = await Register(clinic, Samples.Registration());
        Assert.Equal(["health-data", "personal-data"], await Given(clinic, path));

        await Record(clinic, path, Samples.Consent("communication-sms"));
        Assert.Equal(["communication-sms", "health-data", "personal-data"], await Given(clinic, path));

        await Record(clinic, path, Samples.Consent("communication-sms", given: false));
        Assert.Equal(["health-data", "personal-data"], await Given(clinic, path));
        var all = (await clinic.Owner.Get(path + "/consents")).Expect(HttpStatusCode.OK).Json["artefacts"]!.AsArray();
        Assert.Equal(4, all.Count);
    }

    [Fact]
    [Trait("Promise", "CON-3")]
    public async Task A_channel_without_its_address_cannot_be_opened()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        registration["patient"]!.AsObject().Remove("email");
        registration["consents"]!.AsArray().Add(Samples.Consent("communication-email"));
        (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
    }

    [Fact]
    [Trait("Promise", "CON-6")]
    public async Task Under_eighteen_a_guardian_is_named_and_consents()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var birth = DateOnly.FromDateTime(app.Clock.GetUtcNow().UtcDateTime).AddYears(-12);
        var registration = Samples.Registration(birthDate: birth.ToString("yyyy-MM-dd", null));
        (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "guardian-required");

        registration["patient"]!["guardian"] =
            new JsonObject { ["name"] = "Prakash Deshpande", ["relationship"] = "father",
                ["phone"] = Samples.Phone(Samples.Next()) };
        var path = await Register(clinic, registration);
        var artefacts = (await clinic.Owner.Get(path + "/consents")).Expect(HttpStatusCode.OK).Json["artefacts"]!.AsArray();
        Assert.All(artefacts, a => Assert.True(a!["byGuardian"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task An_essential_consent_is_not_withdrawn_by_the_way()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var path = await Register(clinic, Samples.Registration());
        var body = new JsonObject { ["consents"] = new JsonArray(Samples.Consent("health-data", given: false)) };
        (await clinic.Owner.Post(path + "/consents", body))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "withdrawal-elsewhere");
    }

    private static async Task<string> Register(SignedUpClinic clinic, JsonObject registration) =>
        (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created).Headers.Location!.ToString();

    private static async Task Record(SignedUpClinic clinic, string path, JsonObject consent) =>
        (await clinic.Owner.Post(path + "/consents", new JsonObject { ["consents"] = new JsonArray(consent) }))
            .Expect(HttpStatusCode.Created);

    private static async Task<IEnumerable<string>> Given(SignedUpClinic clinic, string path) =>
        (await clinic.Owner.Get(path + "/consents")).Expect(HttpStatusCode.OK).Json["now"]!.AsArray()
            .Where(c => c!["given"]!.GetValue<bool>()).Select(c => Text(c, "purpose")).Order(StringComparer.Ordinal);

    private static string Text(JsonNode? node, string name) => node![name]!.GetValue<string>();
}
