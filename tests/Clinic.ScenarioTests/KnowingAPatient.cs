using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.MergeSteps;
using static Clinic.ScenarioTests.VisitSteps;

namespace Clinic.ScenarioTests;

/// <summary>What a desk knows her by: that she has died, her photo, the titles of her documents.</summary>
[Trait("Promise", "CLN-1")]
public sealed class KnowingAPatient
{
    [Fact]
    public async Task Who_has_died_is_shown_so_and_seen_no_more_until_that_is_amended()
    {
        var (app, clinic, path) = await Known();
        var form = Samples.Registration()["patient"]!;
        var planned = (await Plan(clinic.Owner, path)).Headers.Location!.ToString();
        var day = app.Clock.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd");
        form["deceased"] = new JsonObject { ["on"] = day };
        (await clinic.Owner.Put(path, form, "\"1\"")).Expect(HttpStatusCode.OK);

        var search = new JsonObject { ["phone"] = form["phone"]!.DeepClone() };
        var hit = Assert.Single((await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK)
            .Json["patients"]!.AsArray())!;
        Assert.Equal(day, hit["deceased"]!["on"]!.GetValue<string>());
        Assert.Equal(day, (await clinic.Owner.Get(path)).Json["record"]!["deceased"]!["on"]!.GetValue<string>());
        var export = (await clinic.Owner.Get(path + "/export")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(day, export["entry"]![0]!["resource"]!["deceasedDateTime"]!.GetValue<string>());

        var visit = new JsonObject { ["visit"] = Form(), ["open"] = false };
        (await clinic.Owner.Post(path + "/visits", visit)).ExpectProblem(HttpStatusCode.Conflict, "patient-deceased");
        (await Act(clinic.Owner, planned + "/opening", "\"1\"", null)).ExpectProblem(HttpStatusCode.Conflict, "patient-deceased");
        await Plan(clinic.Owner, path, start: app.Clock.GetUtcNow().AddDays(-3));
        (await clinic.Owner.Post(path + "/chart", Condition())).Expect(HttpStatusCode.Created);
        await clinic.Owner.Keep(IdOf(path), DocumentsOfAClinic.Pdf());

        form["deceased"] = new JsonObject();
        (await clinic.Owner.Put(path, form.DeepClone(), "\"2\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(path + "/visits", visit.DeepClone())).ExpectProblem(HttpStatusCode.Conflict, "patient-deceased");
        export = (await clinic.Owner.Get(path + "/export")).Expect(HttpStatusCode.OK).Json;
        Assert.True(export["entry"]![0]!["resource"]!["deceasedBoolean"]!.GetValue<bool>());

        form.AsObject().Remove("deceased");
        (await clinic.Owner.Put(path, form, "\"3\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(path + "/visits", visit.DeepClone())).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_photo_is_a_picture_of_hers_that_stays_while_it_is_her_photo()
    {
        var (_, clinic, path) = await Known();
        var id = IdOf(path);
        var jpeg = DocumentsOfAClinic.Jpeg();
        var photo = await clinic.Owner.Keep(id, jpeg, DocumentsOfAClinic.Offer(jpeg, "image/jpeg", "photo"));
        var pdf = await clinic.Owner.Keep(id, DocumentsOfAClinic.Pdf());
        var scan = DocumentsOfAClinic.Jpeg();
        var scanned = await clinic.Owner.Keep(id, scan, DocumentsOfAClinic.Offer(scan, "image/jpeg", "scan"));
        var other = await clinic.Owner.RegisterPatient();
        var bytes = DocumentsOfAClinic.Jpeg();
        var others = await clinic.Owner.Keep(other, bytes, DocumentsOfAClinic.Offer(bytes, "image/jpeg", "photo"));

        foreach (var unfit in new[] { pdf, scanned, others })
        {
            (await Photo(clinic, path, unfit, 1)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        }

        (await Photo(clinic, path, photo, 1)).Expect(HttpStatusCode.OK);
        (await Photo(clinic, path, photo, 1)).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal(IdOf(photo), (await clinic.Owner.Get(path)).Json["photo"]!.GetValue<string>());
        var form = Samples.Registration()["patient"]!;
        (await clinic.Owner.Put(path, form, "\"2\"")).Expect(HttpStatusCode.OK);
        Assert.Equal(IdOf(photo), (await clinic.Owner.Get(path)).Json["photo"]!.GetValue<string>());

        (await Retract(clinic, photo)).ExpectProblem(HttpStatusCode.Conflict, "document-is-photo");
        (await Delete(clinic.Owner, path + "/photo", "\"2\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        (await Delete(clinic.Owner, path + "/photo", "\"3\"")).Expect(HttpStatusCode.OK);
        Assert.Null((await clinic.Owner.Get(path)).Json["photo"]);
        (await Delete(clinic.Owner, path + "/photo", "\"4\"")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await Retract(clinic, photo)).Expect(HttpStatusCode.OK);
        (await Photo(clinic, path, photo, 4)).ExpectProblem(HttpStatusCode.Conflict, "document-not-current");
    }

    [Fact]
    public async Task A_photo_that_is_retracted_while_it_is_being_named_is_not_named()
    {
        var (app, clinic, path) = await Known();
        var jpeg = DocumentsOfAClinic.Jpeg();
        var photo = await clinic.Owner.Keep(IdOf(path), jpeg, DocumentsOfAClinic.Offer(jpeg, "image/jpeg", "photo"));
        var answers = await Task.WhenAll(Photo(clinic, path, photo, 1), Retract(clinic, photo));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);

        var met = 0;
        jpeg = DocumentsOfAClinic.Jpeg();
        var second = await clinic.Owner.Keep(IdOf(path), jpeg, DocumentsOfAClinic.Offer(jpeg, "image/jpeg", "photo"));
        Answered named;
        var version = (await clinic.Owner.Get(path)).Json["version"]!.GetValue<int>();
        using (app.Gate.Before(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "TransactWriteItems" && Interlocked.Increment(ref met) == 1)
            {
                (await Retract(clinic, second)).Expect(HttpStatusCode.OK);
            }
        }))
        {
            named = await Photo(clinic, path, second, version);
        }

        named.ExpectProblem(HttpStatusCode.Conflict, "document-not-current");
    }

    [Fact]
    [Trait("Promise", "CLN-8")]
    public async Task Of_two_titles_at_once_one_wins_the_loser_learns_who_and_the_trail_has_both()
    {
        var (_, clinic, path) = await Known();
        var document = await clinic.Owner.Keep(IdOf(path), DocumentsOfAClinic.Pdf());
        var before = (await clinic.Owner.Get(document)).Json;
        var answers = await Task.WhenAll(
            Rename(clinic, document, "Discharge summary of May", 4), Rename(clinic, document, "Discharge summary of June", 4));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        var lost = Assert.Single(answers, a => a.Status != HttpStatusCode.OK)
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version").Json;
        Assert.Equal(5, lost["version"]!.GetValue<int>());
        Assert.NotEqual(before["recordedAt"]!.GetValue<string>(), lost["changedAt"]!.GetValue<string>());
        Assert.NotNull(lost["changedBy"]);

        var now = (await clinic.Owner.Get(document)).Expect(HttpStatusCode.OK).Json;
        var entry = Assert.Single((await clinic.Owner.Get(
            $"/v1/audit?patient={IdOf(path)}&action={nameof(AuditAction.DocumentRenamed)}")).Json["entries"]!.AsArray())!;
        Assert.Equal(
            (before["title"]!.GetValue<string>(), now["title"]!.GetValue<string>()),
            (entry["changes"]!["title"]!["before"]!.GetValue<string>(),
                entry["changes"]!["title"]!["after"]!.GetValue<string>()));
        Assert.Equal(before["sha256"]!.GetValue<string>(), now["sha256"]!.GetValue<string>());
        (await clinic.Owner.Content(document, null)).Expect(HttpStatusCode.OK);
        (await Rename(clinic, document, " ", 5)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await Retract(clinic, document, 5)).Expect(HttpStatusCode.OK);
        (await Rename(clinic, document, "Too late", 6)).ExpectProblem(HttpStatusCode.Conflict, "document-not-current");
    }

    private static Task<Answered> Photo(SignedUpClinic clinic, string path, string document, int version) =>
        clinic.Owner.Put(path + "/photo", new JsonObject { ["document"] = IdOf(document) }, $"\"{version}\"");

    private static Task<Answered> Rename(SignedUpClinic clinic, string document, string title, int version) =>
        clinic.Owner.Put(document + "/title", new JsonObject { ["title"] = title }, $"\"{version}\"");

    private static Task<Answered> Retract(SignedUpClinic clinic, string document, int version = 4) => Send(
        clinic.Owner, document + "/retraction", $"\"{version}\"", new JsonObject { ["reason"] = "The face of somebody else." });
}
