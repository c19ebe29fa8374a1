using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class RefusingEntries
{
    [Fact]
    public async Task Each_refused_entry_is_listed_with_place_and_reason_and_no_value_and_the_rest_is_kept()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var patient = Bundles.Patient("Chattopadhyay");
        var nameless = Bundles.Patient();
        nameless.Remove("name");
        var twin = Bundles.Observation(patient);
        var bundle = Bundles.Of(
            patient, Bundles.Observation(patient), nameless, Bundles.Observation(nameless), twin, twin.DeepClone().AsObject(),
            new JsonObject { ["resourceType"] = "Secret Mukherjee", ["id"] = Bundles.NewId() },
            new JsonObject { ["resourceType"] = "Observation", ["id"] = "not/an id" },
            new JsonObject { ["resourceType"] = "Observation", ["id"] = "7" },
            Bundles.Observation(Bundles.Patient()));
        bundle["entry"]!.AsArray().Add((JsonNode)"no object");
        bundle["entry"]!.AsArray().Add(new JsonObject { ["request"] = new JsonObject { ["method"] = "DELETE" } });

        var report = await clinic.Owner.Import(Bundles.Bytes(bundle));

        Assert.Equal(12, report["total"]!["read"]!.GetValue<int>());
        Assert.Equal(3, report["total"]!["kept"]!.GetValue<int>());
        Assert.Equal(9, report["total"]!["refused"]!.GetValue<int>());
        var list = (await clinic.Owner.Get($"/v1/imports/{report["id"]}/refusals")).Expect(HttpStatusCode.OK);
        var found = list.Json["refusals"]!.AsArray()
            .Select(r => $"{r!["path"]} {r["reason"]}{(r["kept"]!.GetValue<bool>() ? " kept" : "")}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "entry[10] not-an-object", "entry[11] no-resource", "entry[1].resource no-time kept",
                "entry[2].resource.name patient-name",
                "entry[3].resource patient-unknown", "entry[4].resource no-time kept", "entry[5].resource.id duplicate-id",
                "entry[6].resource.resourceType unknown-type",
                "entry[7].resource.id bad-id", "entry[8].resource.id source-needed", "entry[9].resource patient-unknown",
            ],
            found);
        Assert.DoesNotContain("Mukherjee", list.Text + report.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_refusals_has_an_end_and_the_rest_is_counted()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var strangers = Enumerable.Range(0, 1_100).Select(_ => Bundles.Observation(Bundles.Patient()));

        var report = await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(strangers)));

        Assert.Equal(1_100, report["total"]!["refused"]!.GetValue<int>());
        Assert.Equal(1_000, report["refusalsListed"]!.GetValue<int>());
        var (listed, cursor) = (0, "");
        do
        {
            var page = (await clinic.Owner.Get($"/v1/imports/{report["id"]}/refusals{cursor}")).Expect(HttpStatusCode.OK).Json;
            listed += page["refusals"]!.AsArray().Count;
            cursor = page["next"] is { } next ? "?cursor=" + next : null;
        }
        while (cursor is not null);
        Assert.Equal(1_000, listed);
    }

    [Theory]
    [InlineData("deep", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("cut", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("latin", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("many", HttpStatusCode.UnprocessableEntity, "too-many-entries")]
    [InlineData("patient", HttpStatusCode.UnprocessableEntity, "not-a-bundle")]
    [InlineData("entry twice", HttpStatusCode.UnprocessableEntity, "not-a-bundle")]
    [InlineData("large", HttpStatusCode.RequestEntityTooLarge, "import-too-large")]
    [InlineData("xml", HttpStatusCode.UnsupportedMediaType, "media-type")]
    [InlineData("source", HttpStatusCode.UnprocessableEntity, "import-source")]
    public async Task A_body_that_is_no_bundle_is_refused_at_once_and_leaves_nothing(
        string what, HttpStatusCode status, string code)
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var text = what switch
        {
            "deep" => $$"""{"resourceType":"Bundle","entry":[{"resource":{{new string('[', 100_000)}}""",
            "cut" => """{"resourceType":"Bundle","entry":[{"resource":{"id":"1"}""",
            "many" => $$"""{"resourceType":"Bundle","entry":[{{string.Join(',', Enumerable.Repeat("{}", 50_001))}}]}""",
            "patient" => Bundles.Patient().ToJsonString(),
            "entry twice" => """{"resourceType":"Bundle","entry":[],"entry":[]}""",
            "large" => $$"""{"resourceType":"Bundle","entry":["{{new string('x', 4 * 1024 * 1024)}}"]}""",
            _ => """{"resourceType":"Bundle","entry":[]}""",
        };
        var body = what == "latin"
            ? Encoding.Latin1.GetBytes("""{"resourceType":"Bundle","entry":["é"]}""")
            : Encoding.UTF8.GetBytes(text);
        var query = what == "source" ? "?source=Not%20a%20code" : "";

        var answer = await clinic.Owner.PostBytes(
            "/v1/imports" + query, body, what == "xml" ? "application/fhir+xml" : "application/json");

        answer.ExpectProblem(status, code);
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "IMP#"));
    }

    [Fact]
    public async Task What_a_reader_could_take_for_something_else_is_kept_as_it_is_or_refused()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var patient = Bundles.Patient("Sengupta");
        var script = Bundles.Observation(patient);
        script["text"] = new JsonObject { ["status"] = "generated", ["div"] = "<div><script>alert('Sengupta')</script></div>" };
        var huge = Bundles.Observation(patient, new string('h', 200_000));
        var tooHuge = Bundles.Observation(patient, new string('h', 1024 * 1024));
        var (id, url) = (Bundles.NewId(), Bundles.UrlOf(patient));
        var twice = $$"""{"resourceType":"Observation","id":"{{id}}","status":"final","status":"entered-in-error"}""";
        var half = $$"""{"resourceType":"Basic","id":"{{id}}","language":"\ud800","subject":{"reference":"{{url}}" } }""";
        var text = Bundles.Of(patient, script, huge, tooHuge).ToJsonString();
        text = text[..^2] + $$""",{"resource":{{twice}}},{"resource":{{half}}}]}""";

        var report = await clinic.Owner.Import(Encoding.UTF8.GetBytes(text));

        Assert.Equal((4, 2), (report["total"]!["kept"]!.GetValue<int>(), report["total"]!["refused"]!.GetValue<int>()));
        var export = (await clinic.Owner.Get(await clinic.Owner.OnlyPatient(report) + "/export")).Expect(HttpStatusCode.OK);
        Assert.Contains(script.ToJsonString(), export.Text, StringComparison.Ordinal);
        Assert.Contains(huge.ToJsonString(), export.Text, StringComparison.Ordinal);
        Assert.Contains(half, export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("entered-in-error", export.Text, StringComparison.Ordinal);
    }
}
