using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// What clients put, before a worker saw it and while one does: read past the gate there is nothing to read, and when it is over
/// nobody has its key.
/// </summary>
[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
[Trait("Promise", "ENC-4")]
public sealed class UploadsLieSealed
{
    private const string UploadKeyAttribute = "upk";

    [Fact]
    public async Task A_document_is_noise_before_it_is_confirmed_while_it_is_sealed_and_afterwards()
    {
        var (app, clinic, patient) = await Begin();
        var words = Words();
        var bytes = Letter(words);
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        var path = ticket.Headers.Location!.ToString();
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        Assert.Single(await app.Objects(clinic.Id, CloudParts.Incoming));
        await NothingOf(app, words);
        Assert.True(await HasKey(app, clinic, $"PAT#{Hex(patient)}|CHT#document#"));

        var (looked, lies, found) = (0, (IReadOnlyList<(string Key, long SizeBytes)>)[], (IReadOnlyList<string>)[]);
        using (app.Gate.After(async call =>
        {
            // The sealed part is put, and the upload lies there still.
            if (call.Tenant == clinic.Id && call.Operation == "PutObject"
                && call.Requests.Any(r => r.Resource.Contains("-documents-", StringComparison.Ordinal))
                && Interlocked.Increment(ref looked) == 1)
            {
                lies = await app.Objects(clinic.Id, CloudParts.Incoming);
                found = (await Dump.Take(app.Cloud.StandIns, CloudParts.Incoming)).Find(words);
            }
        }))
        {
            (await clinic.Owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
            Assert.Equal("available", (await clinic.Owner.AwaitDocument(path))["state"]!.GetValue<string>());
        }

        Assert.Contains("/up/", Assert.Single(lies).Key, StringComparison.Ordinal);
        Assert.Empty(found);
        await NothingOf(app, words);
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        Assert.False(await HasKey(app, clinic, $"PAT#{Hex(patient)}|CHT#document#"));
        Assert.Equal(bytes, (await clinic.Owner.Content(path, null)).Expect(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task A_bundle_is_noise_before_its_import_is_started_and_afterwards()
    {
        var (app, clinic, _) = await Begin();
        var words = Words();
        var bundle = Bundles.Bytes(Bundles.Of([Bundles.Patient(words[0]), Bundles.Patient(words[1])]));
        Assert.Contains(words[0], Encoding.UTF8.GetString(bundle), StringComparison.Ordinal);
        var ticket = await Uploads.Offer(clinic.Owner, bundle);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, bundle));
        await NothingOf(app, words);
        Assert.True(await HasKey(app, clinic, "IMP#"));

        (await clinic.Owner.Post(ticket.Headers.Location + "/start", null)).Expect(HttpStatusCode.Accepted);
        var report = await clinic.Owner.AwaitImport(ticket.Headers.Location!.ToString());

        Assert.Equal("finished", report["state"]!.GetValue<string>());
        await NothingOf(app, words);
        Assert.False(await HasKey(app, clinic, "IMP#"));
    }

    [Fact]
    public async Task Of_a_refused_document_and_a_failed_import_nobody_keeps_the_key()
    {
        var (app, clinic, patient) = await Begin();
        var path = await clinic.Owner.Send(patient, "not a PDF at all"u8.ToArray());
        Assert.Equal("refused", (await clinic.Owner.AwaitDocument(path))["state"]!.GetValue<string>());
        var bytes = "{\"resourceType\":"u8.ToArray();
        var ticket = await Uploads.Offer(clinic.Owner, bytes);
        await Uploads.Put(ticket.Json, bytes);
        (await clinic.Owner.Post(ticket.Headers.Location + "/start", null)).Expect(HttpStatusCode.Accepted);
        await clinic.Owner.AwaitImport(ticket.Headers.Location!.ToString());

        Assert.False(await HasKey(app, clinic, $"PAT#{Hex(patient)}|CHT#document#"));
        Assert.False(await HasKey(app, clinic, "IMP#"));
    }

    /// <summary>The dump would tell: the same file as a ticket without a key would leave it there.</summary>
    [Fact]
    public async Task A_file_under_the_buckets_own_key_alone_would_be_seen()
    {
        var (app, clinic, _) = await Begin();
        var words = Words();
        using var s3 = Local.AdminClients.S3(app.Cloud.StandIns.S3);
        var (bucket, place) = (CloudNames.Local.Bucket(CloudParts.Incoming), $"T/{clinic.Id}/up/planted");
        await s3.PutObjectAsync(new() { BucketName = bucket, Key = place, ContentBody = string.Join(' ', words) });
        var dump = await Dump.Take(app.Cloud.StandIns, CloudParts.Incoming);
        await s3.DeleteObjectAsync(bucket, place);

        Assert.Equal(words.Order(), dump.Find(words).Order());
    }

    /// <summary>The scanner has no key of a client, so it gets a copy: only where one is on, and only until it spoke.</summary>
    [Fact]
    public async Task The_scanner_gets_a_copy_and_it_is_gone_as_soon_as_it_spoke()
    {
        var (app, clinic, patient) = await Begin();
        var steps = new List<string>();
        using (app.Gate.After(call =>
        {
            if (call.Tenant == clinic.Id && call.Service == "s3" && call.Operation is not "HeadObject")
            {
                lock (steps)
                {
                    steps.Add($"{call.Operation} {Where(call)}");
                }
            }

            return Task.CompletedTask;
        }))
        {
            await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        }

        string[] expected =
        [
            "PutObject up", "GetObject up", "PutObject scan", "GetObjectTagging scan", "DeleteObject scan", "GetObject up",
            "PutObject sealed",
        ];
        Assert.Equal(expected, steps.Take(expected.Length));
    }

    private static string Where(GateCall call)
    {
        var place = call.Requests[0].Resource;
        return place.Contains("/scan/", StringComparison.Ordinal) ? "scan"
            : place.Contains("/up/", StringComparison.Ordinal) ? "up" : "sealed";
    }

    private static async Task NothingOf(ClinicApp app, string[] words)
    {
        var dump = await Dump.Take(app.Cloud.StandIns, CloudParts.Incoming);
        Assert.Empty(dump.Find(words));
    }

    private static async Task<bool> HasKey(ClinicApp app, SignedUpClinic clinic, string place)
    {
        var rows = (await app.Raw.Of(clinic.Id, CloudParts.Records))
            .Where(row => row.Key.StartsWith(place, StringComparison.Ordinal) && row.Value.ContainsKey("st")).ToList();
        Assert.NotEmpty(rows);
        return rows.Exists(row => row.Value.ContainsKey(UploadKeyAttribute));
    }

    private static string[] Words() =>
        ["Ranganathan" + Samples.Letters(Samples.Next()), "Thyroid" + Samples.Letters(Samples.Next())];

    private static byte[] Letter(string[] words) =>
        [.. "%PDF-1.7\n"u8, .. Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(string.Join(' ', words), 5_000)))];

    private static string Hex(string id) => id.Replace("-", "", StringComparison.Ordinal);

    private static async Task<(ClinicApp App, SignedUpClinic Clinic, string Patient)> Begin()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        return (app, clinic, await clinic.Owner.RegisterPatient());
    }
}
