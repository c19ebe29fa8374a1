using System.Net;
using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A record in the order in which things happened, whatever its length, for those who may read it.</summary>
[Trait("Host", "InProcess")]
public sealed class ReadingAChart
{
    private static readonly Lazy<Task<SignedUpClinic>> Shared = new(async () => await (await ClinicApp.Get()).SignUpClinic());

    [Fact]
    [Trait("Promise", "CLN-2")]
    public async Task The_record_is_read_by_time_and_kind_over_parts_that_miss_and_repeat_nothing()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var now = app.Clock.GetUtcNow();
        var written = new List<(string Kind, string Id, DateTimeOffset At)>();
        var kindsOfAll = Charts.OfEachKind();
        foreach (var (index, (kind, member, finding)) in kindsOfAll.Index())
        {
            // Each at an instant of its own: two of one instant are in no order.
            var at = now.AddDays(-3 * (index * 7 % kindsOfAll.Count));
            written.Add((kind, Charts.IdOf(await clinic.Owner.Record(patient, member, finding, at)), at));
        }

        // Before anything that an id knows, and in her life.
        var old = await clinic.Owner.Post("/v1/patients", Samples.Registration(birthDate: "1950-01-01"));
        var hers = old.Headers.Location!.ToString();
        var birth = new DateTimeOffset(1951, 6, 1, 0, 0, 0, TimeSpan.Zero);
        await clinic.Owner.Record(hers, "condition", Charts.NoOnset(Charts.Word()), birth);
        var early = Assert.Single(await All(clinic.Owner, hers, "to=1960-01-01T00:00:00Z"));
        Assert.Equal(birth, early["at"]!.GetValue<DateTimeOffset>());
        Assert.Empty(await All(clinic.Owner, hers, "from=1960-01-01T00:00:00Z"));

        var newest = written.OrderByDescending(w => w.At).ToList();
        foreach (var size in (int[])[1, 3, 100])
        {
            Assert.Equal(newest.Select(w => w.Id), Ids(await All(clinic.Owner, patient, $"size={size}")));
        }

        string[] kinds = ["allergy", "lab-result", "dental-finding"];
        var some = newest.Where(w => kinds.Contains(w.Kind)).Select(w => w.Id);
        Assert.Equal(some, Ids(await All(clinic.Owner, patient, "size=2&kind=" + string.Join(',', kinds))));
        Assert.Equal(some, Ids(await All(clinic.Owner, patient, "size=1&" + string.Join('&', kinds.Select(k => "kind=" + k)))));
        var (from, to) = (now.AddDays(-12), now.AddDays(-3));
        Assert.Equal(
            newest.Where(w => w.At >= from && w.At < to).Select(w => w.Id),
            Ids(await All(clinic.Owner, patient, $"size=2&from={Text(from)}&to={Text(to)}")));
        var other = (await clinic.Owner.Get(patient + "/chart?size=1")).Json["next"]!.GetValue<string>();
        (await clinic.Owner.Get($"{patient}/chart?size=1&kind=allergy&cursor={other}"))
            .ExpectProblem(HttpStatusCode.BadRequest, "cursor");
        (await clinic.Owner.Get($"{hers}/chart?size=1&cursor={other}")).ExpectProblem(HttpStatusCode.BadRequest, "cursor");
        foreach (var wrong in (string[])["kind=allergies", "size=0", "size=101", $"from={Text(to)}&to={Text(from)}"])
        {
            (await clinic.Owner.Get($"{patient}/chart?{wrong}"))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        }
    }

    [Fact]
    [Trait("Promise", "CLN-4")]
    public async Task A_trend_is_one_measure_in_one_unit_with_least_most_and_latest()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var now = app.Clock.GetUtcNow();
        foreach (var (days, value, unit) in ((int, decimal, string)[])[(1, 101.3m, "[degF]"), (3, 36.6m, "Cel"), (2, 40m, "Cel")])
        {
            var finding = new JsonObject { ["temperature"] = new JsonObject { ["value"] = value, ["unit"] = unit } };
            await clinic.Owner.Record(patient, "vitalSigns", finding, now.AddDays(-days));
        }

        var trend = (await clinic.Owner.Get(patient + "/vital-signs/trend?measure=temperature")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal([36.6m, 40m, 38.5m], trend["points"]!.AsArray().Select(p => p!["value"]!.GetValue<decimal>()));
        Assert.Equal((36.6m, 40m, 38.5m), (Value("min"), Value("max"), Value("latest")));
        Assert.Equal(("Cel", "8310-5", false), (trend["unit"]!.GetValue<string>(), trend["loinc"]!.GetValue<string>(),
            trend["truncated"]!.GetValue<bool>()));
        var part = await clinic.Owner.Get(
            $"{patient}/vital-signs/trend?measure=temperature&from={Text(now.AddDays(-2))}&to={Text(now.AddDays(-1))}");
        Assert.Equal(40m, Assert.Single(part.Json["points"]!.AsArray())!["value"]!.GetValue<decimal>());
        var pulse = (await clinic.Owner.Get(patient + "/vital-signs/trend?measure=pulse")).Expect(HttpStatusCode.OK).Json;
        Assert.Empty(pulse["points"]!.AsArray());
        (await clinic.Owner.Get(patient + "/vital-signs/trend?measure=mood"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");

        decimal Value(string name) => trend[name]!["value"]!.GetValue<decimal>();
    }

    [Fact]
    [Trait("Promise", "CLN-6")]
    public async Task A_dental_chart_shows_each_tooth_as_it_is_and_as_it_is_planned()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var now = app.Clock.GetUtcNow();
        var found = await Tooth(36, "found", "caries", null, 9);
        var plan = await Tooth(36, "planned", "restoration", found, 8);
        var missing = await Tooth(11, "found", "missing", null, 7);
        Assert.Equal($"11: {missing} | ; 36: {found} | {plan}", await Shown());
        var done = await Tooth(36, "done", "restoration", plan, 1);
        Assert.Equal($"11: {missing} | ; 36: {done} | ", await Shown());

        foreach (var (tooth, replaces) in ((int, string)[])[(36, missing), (36, Guid.CreateVersion7().ToString())])
        {
            var refused = (await clinic.Owner.Post(
                patient + "/chart", Charts.Entry("dentalFinding", Charts.Tooth(tooth, "done", "crown", replaces), now)))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
            Assert.Equal("dentalFinding.replaces", refused.Json["errors"]![0]!["field"]!.GetValue<string>());
        }

        async Task<string> Tooth(int tooth, string state, string code, string? replaces, int daysAgo)
        {
            var finding = Charts.Tooth(tooth, state, code, replaces);
            return Charts.IdOf(await clinic.Owner.Record(patient, "dentalFinding", finding, now.AddDays(-daysAgo)));
        }

        async Task<string> Shown()
        {
            var chart = (await clinic.Owner.Get(patient + "/dental-chart")).Expect(HttpStatusCode.OK).Json;
            return string.Join("; ", chart["teeth"]!.AsArray().Select(t =>
                $"{t!["tooth"]}: {Entries(t["standing"]!)} | {Entries(t["planned"]!)}"));
        }

        static string Entries(JsonNode list) => string.Join(' ', list.AsArray().Select(e => e!["entry"]!.GetValue<string>()));
    }

    /// <summary>A query ends at 1 MB and an answer of Lambda at 6: a part ends before, and the next goes on there.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("kind=imaging-result,vital-signs&")]
    public async Task Long_texts_make_short_parts_and_nothing_is_missed(string kinds)
    {
        const int reports = 55, signs = 50;
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        await BulkChart.WriteMany(app, clinic, patient, ChartKind.ImagingResult, reports);
        await BulkChart.WriteMany(app, clinic, patient, ChartKind.VitalSigns, signs);

        var first = (await clinic.Owner.Get($"{patient}/chart?{kinds}size=100")).Expect(HttpStatusCode.OK);
        Assert.InRange(first.Bytes.Length, 500_000, 4_000_000);
        Assert.NotNull(first.Json["next"]);
        var all = await All(clinic.Owner, patient, kinds + "size=100");
        Assert.Equal((reports + signs, reports + signs), (all.Count, Ids(all).Distinct().Count()));
        Assert.Equal(all.Select(e => e["at"]!.GetValue<DateTimeOffset>()).OrderDescending(),
            all.Select(e => e["at"]!.GetValue<DateTimeOffset>()));
    }

    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task Only_who_may_read_or_write_her_record_does()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var registration = Samples.Registration();
        registration["patient"]!["location"] = at[1];
        var patient = await Charts.Patient(clinic.Owner, registration);
        var entry = Charts.Entry("condition", Charts.Condition(Charts.Word()), app.Clock.GetUtcNow());
        var path = (await clinic.Owner.Post(patient + "/chart", entry)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

        var (doctor, desk) = (await app.Join(clinic, "doctor", [at[0]]), await app.Join(clinic, "receptionist", [at[1]]));
        string[] reads = [patient + "/chart", path, path + "/versions", patient + "/vital-signs/trend?measure=pulse",
            patient + "/dental-chart"];
        foreach (var read in reads)
        {
            (await doctor.Client.Get(read)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
            (await desk.Client.Get(read)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
            (await clinic.Owner.Get(read)).Expect(HttpStatusCode.OK);
            var nobodys = read.Replace(patient, $"/v1/patients/{Guid.CreateVersion7()}", StringComparison.Ordinal);
            (await clinic.Owner.Get(nobodys)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        foreach (var (who, status) in ((ClinicClient, HttpStatusCode)[])
            [(doctor.Client, HttpStatusCode.NotFound), (desk.Client, HttpStatusCode.Forbidden)])
        {
            (await who.Post(patient + "/chart", entry)).Expect(status);
            (await who.Put(path, new JsonObject { ["condition"] = entry["condition"]!.DeepClone() }, "\"1\"")).Expect(status);
        }

        Assert.Contains(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ChartRead)),
            l => l is { Outcome: nameof(AuditOutcome.NothingReleased), Note: "other-location" });
        Assert.Equal("\"1\"", (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).ETag);
        (await clinic.Owner.Get(path.Replace("/condition/", "/allergy/", StringComparison.Ordinal)))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_finding_names_a_visit_of_hers_and_nothing_is_written_before_she_consents()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var (patient, other) = (await Charts.Patient(clinic.Owner), await Charts.Patient(clinic.Owner));
        var now = app.Clock.GetUtcNow();
        var visit = await BulkChart.Visit(app, clinic, patient, now);
        var entry = Charts.Entry("condition", Charts.Condition(Charts.Word()), now);
        entry["visit"] = visit;
        var path = (await clinic.Owner.Post(patient + "/chart", entry)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        Assert.Equal(visit, (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json["visit"]!.GetValue<string>());
        (await clinic.Owner.Post(other + "/chart", entry))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "visit-unknown");
        Assert.Empty(await All(clinic.Owner, other, "size=5"));

        var imported = await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(Bundles.Patient())));
        var pending = await clinic.Owner.OnlyPatient(imported);
        (await clinic.Owner.Post(pending + "/chart", Charts.Entry("condition", Charts.Condition(Charts.Word()), now)))
            .ExpectProblem(HttpStatusCode.Conflict, "patient-not-active");
        (await clinic.Owner.Get(pending + "/chart")).Expect(HttpStatusCode.OK);
    }

    internal static async Task<List<JsonNode>> All(ClinicClient client, string patient, string query)
    {
        var (all, cursor) = (new List<JsonNode>(), "");
        do
        {
            var part = (await client.Get($"{patient}/chart?{query}{cursor}")).Expect(HttpStatusCode.OK).Json;
            all.AddRange(part["entries"]!.AsArray()!);
            cursor = part["next"] is { } next ? $"&cursor={next.GetValue<string>()}" : "";
        }
        while (cursor.Length > 0);

        return all;
    }

    internal static IEnumerable<string> Ids(IEnumerable<JsonNode> entries) => entries.Select(e => e["id"]!.GetValue<string>());

    private static string Text(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O"));
}
