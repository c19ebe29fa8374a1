using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Documents on their whole road: ticket, upload, confirmation, check and seal, download.</summary>
[Trait("Promise", "CLN-8")]
[Trait("Promise", "ENC-4")]
public sealed class KeepingDocuments
{
    private const int SealedOverhead = 28;

    [Fact]
    public async Task A_document_goes_up_by_ticket_is_sealed_and_comes_back_the_same()
    {
        var (app, clinic, patient) = await Begin();
        var bytes = DocumentsOfAClinic.Pdf();
        var offer = DocumentsOfAClinic.Offer(bytes);
        offer["title"] = "रक्त जाँच / 4 May";

        var path = await clinic.Owner.Keep(patient, bytes, offer);

        var view = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            ("report", "available", "clean", 1, DocumentsOfAClinic.Hash(bytes)),
            (view["kind"]!.GetValue<string>(), view["state"]!.GetValue<string>(), view["malware"]!.GetValue<string>(),
                view["number"]!.GetValue<int>(), view["sha256"]!.GetValue<string>()));
        var content = (await clinic.Owner.Get(path + "/content")).Expect(HttpStatusCode.OK);
        Assert.Equal(bytes, content.Bytes);
        Assert.Equal("application/pdf", content.ContentHeaders.ContentType!.ToString());
        Assert.Equal("attachment", content.ContentHeaders.ContentDisposition!.DispositionType);
        Assert.Equal("रक्त जाँच - 4 May.pdf", content.ContentHeaders.ContentDisposition.FileNameStar);
        Assert.Equal("nosniff", content.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", content.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(content.Headers.CacheControl!.NoStore);
        Assert.Equal("bytes", content.Headers.AcceptRanges.Single());
        Assert.False(System.Net.Http.Headers.EntityTagHeaderValue.Parse(content.ETag!).IsWeak);

        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        var kept = Assert.Single(await app.Objects(clinic.Id, CloudParts.Documents));
        Assert.Equal(bytes.Length + SealedOverhead, kept.SizeBytes);
        Assert.DoesNotContain("%PDF", Encoding.Latin1.GetString(await app.Bytes(CloudParts.Documents, kept.Key)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_byte_goes_out_without_its_entry_in_the_trail()
    {
        var (app, clinic, patient) = await Begin();
        var path = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        using (app.Gate.Before(call => call.Operation == "PutItem" && call.Tenant == clinic.Id
            ? throw new Local.Gate.GateFaultException(500, "InternalServerError", "no") : Task.CompletedTask))
        {
            (await clinic.Owner.Get(path + "/content")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        (await clinic.Owner.Get(path + "/content")).Expect(HttpStatusCode.OK);
        Assert.Contains(await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentContentRead)),
            l => l is { Outcome: nameof(AuditOutcome.Requested) } && path.Replace("-", "", StringComparison.Ordinal)
                .EndsWith(l.Subject!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("type", "type-mismatch")]
    [InlineData("text", "type-mismatch")]
    [InlineData("hash", "hash-mismatch")]
    [InlineData("malware", "malware")]
    public async Task What_is_not_what_it_was_said_to_be_is_refused_and_nothing_of_it_stays(string what, string fault)
    {
        var (app, clinic, patient) = await Begin();
        var bytes = what switch
        {
            "type" => [0x89, .. "PNG\r\n\x1a\n"u8, .. new byte[4], .. "IHDR"u8, .. new byte[40]],
            "text" => [.. "Haemoglobin 13.1 g/dl"u8, 0x00, 0x7F],
            "malware" => [.. DocumentsOfAClinic.Pdf(), .. Encoding.ASCII.GetBytes(DocumentsOfAClinic.Eicar)],
            _ => DocumentsOfAClinic.Pdf(DocumentsOfAClinic.PartBytes + 100),
        };
        var offer = DocumentsOfAClinic.Offer(bytes, what == "text" ? "text/plain" : "application/pdf");
        if (what == "hash")
        {
            offer["sha256"] = DocumentsOfAClinic.Hash(DocumentsOfAClinic.Pdf());
        }

        var path = await clinic.Owner.Send(patient, bytes, offer);
        var view = await clinic.Owner.AwaitDocument(path);

        Assert.Equal(("refused", fault), (view["state"]!.GetValue<string>(), view["fault"]!.GetValue<string>()));
        (await clinic.Owner.Get(path + "/content")).ExpectProblem(HttpStatusCode.Conflict, "document-refused");
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Documents));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentRefused)));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, $"PAT#{Hex(patient)}|TML#"));
    }

    [Fact]
    public async Task Nothing_is_confirmed_before_it_is_there_and_nothing_twice()
    {
        var (app, clinic, patient) = await Begin();
        var bytes = DocumentsOfAClinic.Pdf();
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        var path = ticket.Headers.Location!.ToString();
        var early = (await clinic.Owner.Post(path + "/confirmation", null))
            .ExpectProblem(HttpStatusCode.Conflict, "document-parts-missing");
        Assert.Equal("[1]", early.Json["parts"]!.ToJsonString());
        (await clinic.Owner.Get(path + "/content")).ExpectProblem(HttpStatusCode.Conflict, "document-not-ready");
        Assert.NotEqual(HttpStatusCode.OK, await Uploads.Put(ticket.Json["parts"]![0]!, DocumentsOfAClinic.Pdf()));

        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        var first = (await clinic.Owner.Post(path + "/confirmation", null, "confirm-once")).Expect(HttpStatusCode.Accepted);
        var replay = (await clinic.Owner.Post(path + "/confirmation", null, "confirm-once")).Expect(HttpStatusCode.Accepted);
        Assert.Equal(first.Text, replay.Text);
        (await clinic.Owner.Post(path + "/confirmation", null)).ExpectProblem(HttpStatusCode.Conflict, "document-not-awaited");
        (await clinic.Owner.Post(path + "/parts", null)).ExpectProblem(HttpStatusCode.Conflict, "document-not-awaited");
        await clinic.Owner.AwaitDocument(path);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentStored)));
    }

    [Fact]
    public async Task A_next_version_takes_the_place_of_the_one_before_and_both_can_be_read()
    {
        var (app, clinic, patient) = await Begin();
        var (first, second) = (DocumentsOfAClinic.Pdf(), DocumentsOfAClinic.Pdf());
        var old = await clinic.Owner.Keep(patient, first);
        var offer = DocumentsOfAClinic.Offer(second);
        offer["replaces"] = Last(old);
        var newer = await clinic.Owner.Keep(patient, second, offer);

        var listed = (await List(clinic, patient)).Select(d => d!["id"]!.GetValue<string>());
        Assert.Equal([Last(newer)], listed);
        foreach (var of in (string[])[old, newer])
        {
            var line = (await clinic.Owner.Get(of + "/versions")).Expect(HttpStatusCode.OK).Json["documents"]!.AsArray();
            Assert.Equal(
                [(Last(newer), 2, "available"), (Last(old), 1, "replaced")],
                line.Select(v => (v!["id"]!.GetValue<string>(), v["number"]!.GetValue<int>(), v["state"]!.GetValue<string>())));
        }

        Assert.Equal(first, (await clinic.Owner.Get(old + "/content")).Bytes);
        Assert.Equal(second, (await clinic.Owner.Get(newer + "/content")).Bytes);
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, $"PAT#{Hex(patient)}|TML#"));
        (await clinic.Owner.Offer(patient, offer)).ExpectProblem(HttpStatusCode.Conflict, "document-not-current");
        offer["replaces"] = null;
        offer["visit"] = Guid.CreateVersion7().ToString();
        (await clinic.Owner.Offer(patient, offer)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "visit-unknown");
    }

    [Fact]
    public async Task Of_two_next_versions_one_is_taken()
    {
        var (_, clinic, patient) = await Begin();
        var old = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        var paths = new List<string>();
        foreach (var bytes in (byte[][])[DocumentsOfAClinic.Pdf(), DocumentsOfAClinic.Pdf()])
        {
            var offer = DocumentsOfAClinic.Offer(bytes);
            offer["replaces"] = Last(old);
            var ticket = (await clinic.Owner.Offer(patient, offer)).Expect(HttpStatusCode.Created);
            await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
            paths.Add(ticket.Headers.Location!.ToString());
        }

        await Task.WhenAll(paths.Select(p => clinic.Owner.Post(p + "/confirmation", null)));
        var ends = await Task.WhenAll(paths.Select(clinic.Owner.AwaitDocument));
        Assert.Equal(
            ["available ", "refused superseded"],
            ends.Select(e => $"{e["state"]} {e["fault"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_list_is_of_one_kind_when_asked_and_in_parts()
    {
        var (_, clinic, patient) = await Begin();
        for (var n = 0; n < 28; n++)
        {
            var offer = DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf(), kind: n % 14 == 0 ? "prescription" : "report");
            offer["at"] = $"2026-01-{n + 1:D2}T10:00:00Z";
            (await clinic.Owner.Offer(patient, offer)).Expect(HttpStatusCode.Created);
        }

        var page = (await clinic.Owner.Get($"/v1/patients/{patient}/documents")).Expect(HttpStatusCode.OK).Json;
        var rest = (await clinic.Owner.Get($"/v1/patients/{patient}/documents?cursor={page["next"]}")).Expect(HttpStatusCode.OK);
        var days = page["documents"]!.AsArray().Concat(rest.Json["documents"]!.AsArray())
            .Select(d => d!["at"]!.GetValue<string>()[..10]).ToList();
        Assert.Equal(Enumerable.Range(1, 28).Reverse().Select(d => $"2026-01-{d:D2}"), days);
        Assert.Null(rest.Json["next"]);
        Assert.Equal(2, (await List(clinic, patient, "?kind=prescription")).Count);
        (await clinic.Owner.Get($"/v1/patients/{patient}/documents?kind=x-ray"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await clinic.Owner.Get($"/v1/patients/{patient}/documents?kind=report&cursor={page["next"]}"))
            .ExpectProblem(HttpStatusCode.BadRequest, "cursor");
    }

    [Fact]
    public async Task What_was_entered_in_error_stays_marked_and_does_not_go_out()
    {
        var (_, clinic, patient) = await Begin();
        var path = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        var tag = (await clinic.Owner.Get(path)).ETag;
        var body = new JsonObject { ["reason"] = "Ranganathan's blood count, mixed up." };
        (await Retract(clinic.Owner, path, body, null)).ExpectProblem(HttpStatusCode.PreconditionRequired, "if-match-required");
        (await Retract(clinic.Owner, path, body, "\"1\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");

        (await Retract(clinic.Owner, path, body, tag)).Expect(HttpStatusCode.OK);

        (await clinic.Owner.Get(path + "/content")).ExpectProblem(HttpStatusCode.Conflict, "document-retracted");
        var view = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        Assert.Equal("retracted", view.Json["state"]!.GetValue<string>());
        Assert.Equal(body["reason"]!.GetValue<string>(), view.Json["retraction"]!.GetValue<string>());
        (await Retract(clinic.Owner, path, body, view.ETag)).ExpectProblem(HttpStatusCode.Conflict, "document-not-current");
        Assert.Single(await List(clinic, patient));
    }

    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task Documents_of_another_clinic_location_or_patient_are_absent_and_a_desk_sees_none()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var registration = Samples.Registration();
        registration["patient"]!["location"] = at[0];
        var patient = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created)
            .Json["id"]!.GetValue<string>();
        var path = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        var (stranger, elsewhere) = (await app.SignUpClinic(), await app.Join(clinic, "doctor", [at[1]]));
        var other = await clinic.Owner.RegisterPatient();
        foreach (var route in (string[])["", "/content", "/versions"])
        {
            (await stranger.Owner.Get(path + route)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
            (await elsewhere.Client.Get(path + route)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
            (await clinic.Owner.Get($"/v1/patients/{other}/documents/{Last(path)}{route}"))
                .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        var desk = await app.Join(clinic, "receptionist", null);
        var doctor = await app.Join(clinic, "doctor", [at[0]]);
        (await desk.Client.Get(path + "/content")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await desk.Client.Offer(patient, DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf())))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await doctor.Client.Get(path + "/content")).Expect(HttpStatusCode.OK);
        (await elsewhere.Client.Offer(patient, DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf())))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    private static Task<Answered> Retract(ClinicClient client, string path, JsonObject body, string? tag) =>
        client.Send(HttpMethod.Post, path + "/retraction", body.DeepClone(), r =>
        {
            if (tag is not null)
            {
                r.Headers.TryAddWithoutValidation("If-Match", tag);
            }
        });

    private static async Task<JsonArray> List(SignedUpClinic clinic, string patient, string query = "") =>
        (await clinic.Owner.Get($"/v1/patients/{patient}/documents{query}")).Expect(HttpStatusCode.OK).Json["documents"]!
            .AsArray();

    private static string Last(string path) => path.Split('/')[^1];

    private static string Hex(string id) => id.Replace("-", "", StringComparison.Ordinal);

    private static async Task<(ClinicApp App, SignedUpClinic Clinic, string Patient)> Begin()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        return (app, clinic, await clinic.Owner.RegisterPatient());
    }
}
