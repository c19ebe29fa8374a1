using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A clinic comes from a spreadsheet: it tries its list, registers it, and may take the whole of it back.</summary>
public sealed class ImportingAList(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public async Task A_dry_run_reports_and_writes_nobody_and_then_the_same_list_registers_whom_it_said()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var before = await Rows(app, clinic.Id);

        var tried = await clinic.Owner.TrySheet(PatientLists.Clinic);

        Assert.Equal("checked", tried.State());
        Assert.Equal(
            (68, 11, 54, 0, 3, 3),
            (tried.Count("rows"), tried.Count("refused"), tried.Count("wouldRegister"), tried.Count("known"),
                tried.Count("duplicates"), tried.Count("masked")));
        Assert.Equal("Shoe size", tried["unknownColumns"]![0]!["header"]!.GetValue<string>());
        Assert.Equal(before, await Rows(app, clinic.Id));
        Assert.Equal(["51", "52", "53"], (await clinic.Owner.Listed(tried, "duplicates")).Select(d => d["row"]!.ToString()));
        Assert.Equal(11, (await clinic.Owner.Listed(tried, "refusals")).Count);

        var applied = await clinic.Owner.ApplySheet(tried);

        Assert.Equal(("finished", 54, 3), (applied.State(), applied.Count("registered"), applied.Count("skipped")));
        var patients = await clinic.Owner.Listed(applied, "patients");
        Assert.Equal(54, patients.Count);
        Assert.Equal(54, (await app.Raw.Places(clinic.Id, CloudParts.Records, "PATS#")).Count);
        var found = (await clinic.Owner.Post("/v1/patients/search", new JsonObject { ["phone"] = "9822055518" }))
            .Expect(HttpStatusCode.OK).Json;
        var read = (await clinic.Owner.Get($"/v1/patients/{found["patients"]![0]!["id"]}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            ("consent-pending", "पद्मा अय्यर", "1947-08-15"),
            (read["state"]!.GetValue<string>(), read["record"]!["name"]!["given"]!.GetValue<string>(),
                read["record"]!["birth"]!["date"]!.GetValue<string>()));
        Assert.Null(applied["unknownColumns"]![0]!["header"]);
        Assert.Empty(await Incoming(app, clinic.Id));
    }

    [Fact]
    public async Task The_same_list_again_registers_nobody_and_after_an_undo_everybody()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var first = await clinic.Owner.ApplySheet(await clinic.Owner.TrySheet(PatientLists.Of(9)));
        Assert.Equal(9, first.Count("registered"));

        // Another type of file, other words for the same: it is the rows that are known.
        var again = await clinic.Owner.TrySheet(Book(PatientLists.Of(9)), PatientLists.Xlsx);
        Assert.Equal((9, 0), (again.Count("known"), again.Count("wouldRegister")));
        again = await clinic.Owner.ApplySheet(again, "register");
        Assert.Equal((0, 9), (again.Count("registered"), again.Count("skipped")));

        // Whom another list has too is not taken away with the first.
        var kept = await clinic.Owner.UndoSheet(first);
        Assert.Equal((0, 9), (kept.Count("removed"), kept.Count("stayed")));
        Assert.All(await clinic.Owner.Listed(kept, "patients"), p => Assert.Equal("in-another-list",
            p["why"]!.GetValue<string>()));

        var other = await clinic.Owner.ApplySheet(await clinic.Owner.TrySheet(PatientLists.Of(5, "M")), "register");
        Assert.Equal((5, 5), (other.Count("registered"), other.Count("duplicates")));
        Assert.Equal(5, (await clinic.Owner.UndoSheet(other)).Count("removed"));
        var anew = await clinic.Owner.ApplySheet(await clinic.Owner.TrySheet(PatientLists.Of(5, "M")), "register");
        Assert.Equal(5, anew.Count("registered"));
    }

    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task An_undo_erases_whom_nobody_worked_with_and_names_who_stays()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var before = await Rows(app, clinic.Id);
        var applied = await clinic.Owner.ApplySheet(await clinic.Owner.TrySheet(PatientLists.Of(6)));
        var ids = (await clinic.Owner.Listed(applied, "patients")).Select(p => p["id"]!.GetValue<string>()).ToList();
        var touched = (await clinic.Owner.Get($"/v1/patients/{ids[2]}")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(
            $"/v1/patients/{ids[2]}/consents",
            new JsonObject { ["consents"] = Samples.Registration()["consents"]!.DeepClone() })).Expect(HttpStatusCode.Created);
        Assert.Equal(6, (await app.Raw.Places(clinic.Id, CloudParts.Keys, "KEY#PAT#")).Select(k =>
            k.Split('|')[0]).Distinct().Count());

        var undone = await clinic.Owner.UndoSheet(applied);

        Assert.Equal(("undone", 5, 1), (undone.State(), undone.Count("removed"), undone.Count("stayed")));
        var listed = (await clinic.Owner.Listed(undone, "patients")).ToDictionary(p => p["id"]!.GetValue<string>());
        Assert.Equal("changed", listed[ids[2]]["why"]!.GetValue<string>());
        await Until.Holds(
            async () => (await app.Raw.Places(clinic.Id, CloudParts.Keys, "KEY#PAT#"))
                .All(k => k.Contains(Guid.Parse(ids[2]).ToString("N"), StringComparison.Ordinal)), "end of the keys");
        (await clinic.Owner.Get($"/v1/patients/{ids[0]}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await clinic.Owner.Get($"/v1/patients/{ids[2]}")).Expect(HttpStatusCode.OK);
        var after = (await Rows(app, clinic.Id)).Except(before).ToList();
        Assert.All(
            after.Where(r => r.StartsWith("IDX#", StringComparison.Ordinal)),
            r => Assert.EndsWith(Guid.Parse(ids[2]).ToString("N"), r, StringComparison.Ordinal));
        Assert.Equal(5, after.Count(r => r.StartsWith("PAT#", StringComparison.Ordinal)
            && r.EndsWith("|HEAD", StringComparison.Ordinal)) - 1);
        Assert.NotEmpty(await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientErased)));
        (await clinic.Owner.Post(PatientLists.PathOf(undone) + "/undo", null))
            .ExpectProblem(HttpStatusCode.Conflict, "sheet-not-applied");
    }

    [Fact]
    public async Task A_list_of_several_parts_registers_each_row_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var tried = await clinic.Owner.TrySheet(PatientLists.Of(520));
        Assert.Equal(520, tried.Count("wouldRegister") + tried.Count("duplicates"));

        var began = System.Diagnostics.Stopwatch.StartNew();
        var applied = await clinic.Owner.ApplySheet(tried, "register");

        output.WriteLine($"{applied.Count("registered") / began.Elapsed.TotalSeconds:0} rows/s");
        Assert.Equal(("finished", 520), (applied.State(), applied.Count("registered")));
        Assert.Equal(520, (await clinic.Owner.Listed(applied, "patients")).Count);
        Assert.Equal(520, (await app.Raw.Places(clinic.Id, CloudParts.Records, "PATS#")).Count);
    }

    [Fact]
    public async Task Another_clinic_reaches_no_list()
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var tried = await clinic.Owner.TrySheet(PatientLists.Of(1));
        foreach (var path in new[] { "", "/refusals", "/duplicates", "/patients" })
        {
            (await other.Owner.Get(PatientLists.PathOf(tried) + path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        (await other.Owner.Post(PatientLists.PathOf(tried) + "/apply", new JsonObject()))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await other.Owner.Post(PatientLists.PathOf(tried) + "/undo", null)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("checked", (await clinic.Owner.AwaitSheet(PatientLists.PathOf(tried))).State());
    }

    [Fact]
    public async Task A_changed_mapping_and_an_unfinished_run_are_not_applied()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var mapping = (await clinic.Owner.Get("/v1/sheet-mapping")).Expect(HttpStatusCode.OK);
        Assert.Equal("\"0\"", mapping.Headers.ETag!.Tag);
        var bytes = Encoding.UTF8.GetBytes("Client,Age\nMaya Thapa,44\n");
        (await clinic.Owner.PostBytes("/v1/sheet-imports", bytes, PatientLists.Csv))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "sheet-no-name-column");
        var failed = await clinic.Owner.TrySheet(Book(bytes), PatientLists.Xlsx);
        Assert.Equal(("failed", "sheet-no-name-column"), (failed.State(), failed["reason"]!.GetValue<string>()));
        (await clinic.Owner.Post(PatientLists.PathOf(failed) + "/apply", new JsonObject()))
            .ExpectProblem(HttpStatusCode.Conflict, "sheet-not-checked");

        var body = JsonNode.Parse("{\"columns\":[{\"header\":\"Client\",\"field\":\"name\"}]}")!;
        (await clinic.Owner.Put("/v1/sheet-mapping", body, "\"0\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Put("/v1/sheet-mapping", body, "\"0\""))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        var tried = await clinic.Owner.TrySheet(bytes);
        Assert.Equal(1, tried.Count("wouldRegister"));
        (await clinic.Owner.Put("/v1/sheet-mapping", body, "\"1\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(PatientLists.PathOf(tried) + "/apply", new JsonObject()))
            .ExpectProblem(HttpStatusCode.Conflict, "sheet-mapping-changed");
        (await clinic.Owner.Post(PatientLists.PathOf(tried) + "/undo", null))
            .ExpectProblem(HttpStatusCode.Conflict, "sheet-not-applied");
    }

    [Theory]
    [InlineData("text/csv", "PK\u0003\u0004", HttpStatusCode.UnprocessableEntity, "sheet-other-type")]
    [InlineData(PatientLists.Xlsx, "Name,Age\n", HttpStatusCode.UnprocessableEntity, "sheet-other-type")]
    [InlineData("application/json", "{}", HttpStatusCode.UnsupportedMediaType, "media-type")]
    public async Task What_is_no_list_is_refused_at_once(string type, string text, HttpStatusCode status, string code)
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        (await clinic.Owner.PostBytes("/v1/sheet-imports", Encoding.UTF8.GetBytes(text), type)).ExpectProblem(status, code);
    }

    [Fact]
    public async Task A_hostile_list_fails_as_a_whole_with_its_reason()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var before = await Rows(app, clinic.Id);

        (await clinic.Owner.PostBytes("/v1/sheet-imports", PatientLists.Of(50_000), PatientLists.Csv))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "sheet-too-many-rows");
        var ticket = await PatientLists.Offer(clinic.Owner, PatientLists.Of(50_000));
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, PatientLists.Of(50_000)));
        (await clinic.Owner.Post(ticket.Headers.Location + "/start", null)).Expect(HttpStatusCode.Accepted);
        var rows = await clinic.Owner.AwaitSheet(ticket.Headers.Location!.ToString());
        var laughs = await clinic.Owner.TrySheet(
            PatientLists.Package("<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet>&b;</worksheet>"), PatientLists.Xlsx);

        Assert.Equal(("failed", "sheet-too-many-rows"), (rows.State(), rows["reason"]!.GetValue<string>()));
        Assert.Equal(("failed", "sheet-malformed"), (laughs.State(), laughs["reason"]!.GetValue<string>()));
        Assert.Equal(before, await Rows(app, clinic.Id));
        Assert.Empty(await Incoming(app, clinic.Id));
    }

    internal static byte[] Book(byte[] csv) => PatientLists.Workbook(
        [.. Encoding.UTF8.GetString(csv).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(','))]);

    /// <summary>Places of all that is not of the list itself, of messages and of claims: equal means that nobody was
    /// written.</summary>
    private static async Task<List<string>> Rows(ClinicApp app, string tenant) =>
        [.. (await app.Raw.Places(tenant, CloudParts.Records))
            .Where(p => p.Split('#', '|')[0] is not ("SHT" or "OUT" or "INB" or "IDEM" or "CLK")).Order(StringComparer.Ordinal)];

    private static async Task<List<string>> Incoming(ClinicApp app, string tenant)
    {
        using var s3 = Local.AdminClients.S3(app.Cloud.StandIns.S3);
        var answer = await s3.ListObjectsV2Async(
            new() { BucketName = CloudNames.Local.Bucket(CloudParts.Incoming), Prefix = $"T/{tenant}/" });
        return [.. (answer.S3Objects ?? []).Select(o => o.Key)];
    }
}
