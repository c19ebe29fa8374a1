using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Small pictures of photos: made by a function without rights, sealed and given out as the photo is.</summary>
[Trait("Promise", "CLN-8")]
[Trait("Promise", "ENC-4")]
public sealed class KeepingThumbnails
{
    private const string Words = "Ranganathan, left knee";
    private const int SealedOverhead = 28;

    [Fact]
    public async Task A_photo_gets_one_without_what_the_camera_wrote_and_it_lies_sealed()
    {
        var (app, clinic, patient) = await Begin();
        var photo = Pictures.Jpeg(1600, 1200, 6, Words);
        var path = await clinic.Owner.Keep(patient, photo, Photo(photo));

        var listed = Assert.Single((await clinic.Owner.Get($"/v1/patients/{patient}/documents")).Json["documents"]!.AsArray());
        Assert.Equal("made", listed!["thumbnail"]!.GetValue<string>());
        var answer = (await clinic.Owner.Get(path + "/thumbnail")).Expect(HttpStatusCode.OK);

        Assert.Equal((240, 320, "BRYG"), Pictures.Look(answer.Bytes));
        Assert.True(Clinic.Documents.ThumbnailJpeg.Fits(answer.Bytes));
        Assert.DoesNotContain("Ranganathan", Encoding.Latin1.GetString(answer.Bytes), StringComparison.Ordinal);
        Assert.Equal("image/jpeg", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal("inline", answer.ContentHeaders.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal(photo, (await clinic.Owner.Content(path, null)).Expect(HttpStatusCode.OK).Bytes);

        var kept = await app.Objects(clinic.Id, CloudParts.Documents);
        var small = Assert.Single(kept, o => o.Key.EndsWith("/thumbnail", StringComparison.Ordinal));
        Assert.Equal((2, answer.Bytes.Length + SealedOverhead), (kept.Count, small.SizeBytes));
        var sealedBytes = await app.Bytes(CloudParts.Documents, small.Key);
        Assert.Equal(-1, sealedBytes.AsSpan().IndexOf("JFIF"u8));
        Assert.Equal(-1, sealedBytes.AsSpan().IndexOf(answer.Bytes.AsSpan(answer.Bytes.Length / 2, 16)));
        Assert.Contains(
            await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentContentRead)),
            l => l is { Outcome: nameof(AuditOutcome.Requested), Note: "thumbnail" });
    }

    [Theory]
    [InlineData("bomb", "too-large")]
    [InlineData("noise", "unreadable")]
    [InlineData("half", "unreadable")]
    [InlineData("page", null)]
    public async Task Whatever_a_picture_does_to_its_decoder_the_document_is_kept(string what, string? fault)
    {
        var (app, clinic, patient) = await Begin();
        var (bytes, type) = what switch
        {
            "bomb" => (Pictures.Bomb(30_000, 30_000), "image/png"),
            "half" => (Pictures.Jpeg(1600, 1200)[..9_000], "image/jpeg"),
            "page" => ([.. Pictures.Jpeg(640, 480), .. "<html><script>alert(1)</script>"u8], "image/jpeg"),
            _ => (DocumentsOfAClinic.Jpeg(), "image/jpeg"),
        };

        var path = await clinic.Owner.Keep(patient, bytes, Photo(bytes, type, "scan"));

        var view = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            (fault is null ? "made" : "none", fault),
            (view["thumbnail"]!.GetValue<string>(), view["thumbnailFault"]?.GetValue<string>()));
        var answer = await clinic.Owner.Get(path + "/thumbnail");
        if (fault is null)
        {
            Assert.DoesNotContain("<script", Encoding.Latin1.GetString(answer.Expect(HttpStatusCode.OK).Bytes),
                StringComparison.Ordinal);
        }
        else
        {
            answer.ExpectProblem(HttpStatusCode.NotFound, "document-without-thumbnail");
            Assert.Single(await app.Objects(clinic.Id, CloudParts.Documents));
        }

        Assert.Equal(bytes, (await clinic.Owner.Content(path, null)).Expect(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task What_is_no_photo_has_none_and_nobody_is_asked()
    {
        var (app, clinic, patient) = await Begin();
        var report = Pictures.Jpeg(640, 480);
        using var calls = app.Gate.Record(d => Asks(d.Call, clinic));

        var path = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        await clinic.Owner.Keep(patient, report, Photo(report, kind: "report"));

        (await clinic.Owner.Get(path + "/thumbnail"))
            .ExpectProblem(HttpStatusCode.NotFound, "document-without-thumbnail");
        Assert.Empty(calls.Decisions);
    }

    [Fact]
    public async Task A_function_that_dies_over_it_costs_the_thumbnail_alone()
    {
        var (app, clinic, patient) = await Begin();
        var photo = Pictures.Jpeg(1600, 1200);
        var (asked, killed) = (0, 0);
        using (app.Gate.Before(call =>
        {
            asked += Asks(call, clinic) ? 1 : 0;
            if (asked > 0 && call is { Service: "s3", Operation: "GetObject" } && call.Tenant == clinic.Id
                && Interlocked.Increment(ref killed) == 1)
            {
                ThumbnailProcess.Kill();
            }

            return Task.CompletedTask;
        }))
        {
            var path = await clinic.Owner.Keep(patient, photo, Photo(photo));
            var view = (await clinic.Owner.Get(path)).Json;
            Assert.Equal(("none", "failed"), (view["thumbnail"]!.GetValue<string>(), view["thumbnailFault"]!.GetValue<string>()));
            Assert.Equal((1, 1), (asked, killed));
        }

        var next = await clinic.Owner.Keep(patient, photo, Photo(photo));
        (await clinic.Owner.Get(next + "/thumbnail")).Expect(HttpStatusCode.OK);
    }

    /// <summary>The gate says no to who asks; a function that was taken over says something else.</summary>
    [Fact]
    public async Task What_is_no_thumbnail_is_not_kept_as_one()
    {
        var (app, clinic, patient) = await Begin();
        foreach (var (said, fault) in new[]
        {
            ($$"""{"jpeg":"{{Convert.ToBase64String(Pictures.Jpeg(300, 200, 1, Words))}}"}""", "failed"),
            ($$"""{"jpeg":"{{Convert.ToBase64String(Pictures.Jpeg(640, 480))}}"}""", "failed"),
            ($$"""{"jpeg":"{{Convert.ToBase64String("<html><script>"u8)}}"}""", "failed"),
            ($$"""{"jpeg":"{{new string('A', 200_000)}}"}""", "failed"),
            ("""{"jpeg":"!"}""", "failed"), ("no JSON", "failed"), ("{}", "failed"), ("""{"fault":"unreadable"}""", "unreadable"),
        })
        {
            ThumbnailProcess.Answer(clinic.Id, said);
            var photo = Pictures.Jpeg(64, 48);
            var path = await clinic.Owner.Keep(patient, photo, Photo(photo));
            Assert.Equal(fault, (await clinic.Owner.Get(path)).Json["thumbnailFault"]!.GetValue<string>());
        }

        Assert.DoesNotContain(
            await app.Objects(clinic.Id, CloudParts.Documents), o => o.Key.EndsWith("/thumbnail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_function_is_given_is_in_no_log_and_its_process_holds_nothing()
    {
        var (app, clinic, patient) = await Begin();
        var photo = Pictures.Jpeg(640, 480);
        JsonNode? given = null;
        using (app.Gate.Before(call =>
        {
            given = Asks(call, clinic) ? JsonNode.Parse(call.Body.Span) : given;
            return Task.CompletedTask;
        }))
        {
            await clinic.Owner.Keep(patient, photo, Photo(photo));
        }

        var part = given!["parts"]!.AsArray().Single()!;
        var url = new Uri(part["url"]!.GetValue<string>());
        Assert.Contains("X-Amz-Expires=60", url.Query, StringComparison.Ordinal);
        string[] secrets =
        [
            part["headers"]!["x-amz-server-side-encryption-customer-key"]!.GetValue<string>(),
            url.Query.Split("X-Amz-Signature=")[1].Split('&')[0], "X-Amz-Signature",
        ];
        Assert.DoesNotContain(
            LogCapture.Lines, l => secrets.Any(s => l.Contains(s, StringComparison.Ordinal)));

        // Its time is not over yet: the object is gone, and without its key it was noise.
        using var http = new HttpClient();
        Assert.False((await http.GetAsync(url)).IsSuccessStatusCode);
        var environment = await File.ReadAllTextAsync($"/proc/{ThumbnailProcess.Pid}/environ");
        Assert.Contains("AWS_LAMBDA_RUNTIME_API", environment, StringComparison.Ordinal);
        Assert.DoesNotMatch("AWS_(ACCESS|SECRET|SESSION|ENDPOINT)|AKIA", environment);
    }

    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task It_is_given_to_whom_the_photo_is_given_and_no_longer()
    {
        var (app, clinic, patient) = await Begin();
        var photo = Pictures.Jpeg(640, 480);
        var path = await clinic.Owner.Keep(patient, photo, Photo(photo));
        var (stranger, desk) = (await app.SignUpClinic(), await app.Join(clinic, "receptionist", null));
        var other = await clinic.Owner.RegisterPatient();
        (await stranger.Owner.Get(path + "/thumbnail")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await desk.Client.Get(path + "/thumbnail")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Get($"/v1/patients/{other}/documents/{path.Split('/')[^1]}/thumbnail"))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");

        var later = Pictures.Png(900, 300);
        var offer = Photo(later, "image/png");
        offer["replaces"] = path.Split('/')[^1];
        var next = await clinic.Owner.Keep(patient, later, offer);
        Assert.Equal((320, 240), Size(await clinic.Owner.Get(path + "/thumbnail")));
        Assert.Equal((320, 107), Size(await clinic.Owner.Get(next + "/thumbnail")));

        var tag = (await clinic.Owner.Get(next)).ETag;
        (await clinic.Owner.Send(
            HttpMethod.Post, next + "/retraction", new JsonObject { ["reason"] = "Another patient's." },
            r => r.Headers.TryAddWithoutValidation("If-Match", tag))).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Get(next + "/thumbnail")).ExpectProblem(HttpStatusCode.Conflict, "document-retracted");
        Assert.Equal("none", (await clinic.Owner.Get(next)).Json["thumbnail"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task Of_an_erased_patient_none_stays()
    {
        var (app, clinic, patient) = await Begin();
        var photo = Pictures.Jpeg(640, 480);
        var path = await clinic.Owner.Keep(patient, photo, Photo(photo));
        Assert.Equal(2, (await app.Objects(clinic.Id, CloudParts.Documents)).Count);

        var caller = Caller.System(TenantId.Parse(clinic.Id), "test", "message");
        var commit = await app.ApiServices.GetRequiredService<TenantStores>().For(caller).Commit(
            Change.By(caller, AuditAction.MessageRedriven)
                .Publish(Topics.PatientErasure, patient.Replace("-", "", StringComparison.Ordinal)),
            CancellationToken.None);
        Assert.True(commit.Holds(out _));

        await Until.Holds(
            async () => (await app.Objects(clinic.Id, CloudParts.Documents)).Count == 0, "removal of her files");
        (await clinic.Owner.Get(path + "/thumbnail")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    private static bool Asks(Local.Gate.GateCall call, SignedUpClinic clinic) =>
        call is { Service: "lambda", Operation: "Invoke" }
        && Encoding.UTF8.GetString(call.Body.Span).Contains($"/T/{clinic.Id}/", StringComparison.Ordinal);

    private static JsonObject Photo(byte[] bytes, string type = "image/jpeg", string kind = "photo") =>
        DocumentsOfAClinic.Offer(bytes, type, kind);

    private static (int Width, int Height) Size(Answered answer)
    {
        var (width, height, _) = Pictures.Look(answer.Expect(HttpStatusCode.OK).Bytes);
        return (width, height);
    }

    private static async Task<(ClinicApp App, SignedUpClinic Clinic, string Patient)> Begin()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        return (app, clinic, await clinic.Owner.RegisterPatient());
    }
}
