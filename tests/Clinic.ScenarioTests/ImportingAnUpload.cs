using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Clinic.Imports;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class ImportingAnUpload
{
    [Fact]
    public async Task A_bundle_too_large_for_a_request_goes_by_ticket_and_its_original_is_gone_afterwards()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var patient = Bundles.Patient("Ranganathan");
        var bundle = Bundles.Bytes(
            Bundles.Of(
            [patient, .. Enumerable.Range(0, 1_500).Select(n => Bundles.Observation(patient, new string('n', 2_600)))]));

        // More than an import takes at once, and less than its base64 may have behind the gateway.
        Assert.InRange(bundle.Length, Import.BodyBytesMax + 1, 4_500_000);
        (await clinic.Owner.PostBytes("/v1/imports", bundle, "application/json"))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "import-too-large");

        var ticket = await Offer(clinic, bundle);
        var import = ticket.Headers.Location!.ToString();
        (await clinic.Owner.Post(import + "/start", null)).ExpectProblem(HttpStatusCode.Conflict, "upload-missing");
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, bundle));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await Uploads.Put(ticket.Json, bundle));
        (await clinic.Owner.Post(import + "/start", null)).Expect(HttpStatusCode.Accepted);
        var report = await clinic.Owner.AwaitImport(import);

        Assert.Equal(1_501, report["total"]!["kept"]!.GetValue<int>());
        Assert.Empty(await Incoming(app, clinic.Id));
        (await clinic.Owner.Post(import + "/start", null)).ExpectProblem(HttpStatusCode.Conflict, "import-not-awaited");
        (await clinic.Owner.Get(await clinic.Owner.OnlyPatient(report) + "/export"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "export-too-large");
    }

    [Theory]
    [InlineData("body")]
    [InlineData("checksum")]
    [InlineData("no precondition")]
    public async Task A_ticket_takes_nothing_but_what_it_was_asked_for(string what)
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var bundle = Bundles.LuigiWiegand;
        var ticket = (await Offer(clinic, bundle)).Json;
        var other = bundle.ToArray();
        other[^1] = (byte)' ';
        var headers = ticket["headers"]!.AsObject();
        if (what == "checksum")
        {
            headers["x-amz-checksum-sha256"] = Convert.ToBase64String(SHA256.HashData(other));
        }
        else if (what == "no precondition")
        {
            headers.Remove("If-None-Match");
        }

        Assert.NotEqual(HttpStatusCode.OK, await Uploads.Put(ticket, other));
        Assert.Empty(await Incoming(app, clinic.Id));
    }

    [Fact]
    public async Task What_is_no_bundle_fails_as_a_whole_with_its_reason()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var bytes = "{\"resourceType\":\"Bundle\",\"entry\":[{]"u8.ToArray();
        var ticket = await Offer(clinic, bytes);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, bytes));
        (await clinic.Owner.Post(ticket.Headers.Location + "/start", null)).Expect(HttpStatusCode.Accepted);

        var report = await clinic.Owner.AwaitImport(ticket.Headers.Location!.ToString());

        Assert.Equal(("failed", "malformed-json"), (report["state"]!.GetValue<string>(), report["reason"]!.GetValue<string>()));
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Another_clinics_ticket_is_answered_like_one_that_never_was()
    {
        var app = await ClinicApp.Get();
        var (own, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var ticket = await Offer(other, Bundles.LuigiWiegand);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, Bundles.LuigiWiegand));

        var foreign = (await own.Owner.Post(ticket.Headers.Location + "/start", null))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        var absent = (await own.Owner.Post($"/v1/imports/{Guid.CreateVersion7()}/start", null))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(absent.Text, foreign.Text);
        (await other.Owner.Post(ticket.Headers.Location + "/start", null)).Expect(HttpStatusCode.Accepted);
        await other.Owner.AwaitImport(ticket.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData(0, "sizeBytes")]
    [InlineData((64 * 1024 * 1024) + 1, "sizeBytes")]
    [InlineData(10, "sha256")]
    public async Task A_ticket_for_nothing_or_too_much_or_without_a_hash_is_refused(long size, string field)
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var hash = field == "sha256" ? "c2hvcnQ=" : Convert.ToBase64String(SHA256.HashData([]));
        var answer = await clinic.Owner.Post("/v1/imports/uploads", new JsonObject { ["sizeBytes"] = size, ["sha256"] = hash });
        answer.ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        Assert.Equal(field, Assert.Single(answer.Json["errors"]!.AsArray())!["field"]!.GetValue<string>());
    }

    private static Task<Answered> Offer(SignedUpClinic clinic, byte[] bundle) => Uploads.Offer(clinic.Owner, bundle);

    private static async Task<List<string>> Incoming(ClinicApp app, string tenant)
    {
        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        var answer = await s3.ListObjectsV2Async(
            new() { BucketName = CloudNames.Local.Bucket(CloudParts.Incoming), Prefix = $"T/{tenant}/" });
        return [.. (answer.S3Objects ?? []).Select(o => o.Key)];
    }
}
