using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.VisitSteps;

namespace Clinic.ScenarioTests;

/// <summary>A visit from its plan to its end, and what is written about it.</summary>
[Trait("Promise", "CLN-3")]
[Trait("Promise", "ENC-4")]
public sealed class SeeingAPatient
{
    [Fact]
    public async Task A_visit_is_planned_opened_written_about_and_closed()
    {
        var (app, clinic, path) = await Known();
        var planned = await Plan(clinic.Owner, path);
        var visit = planned.Headers.Location!.ToString();
        var read = (await clinic.Owner.Get(visit)).Expect(HttpStatusCode.OK);
        Assert.Equal("\"1\"", read.Headers.ETag!.Tag);
        Assert.Equal(("planned", "ambulatory", "Headache behind one eye"), (
            read.Json["state"]!.GetValue<string>(), read.Json["class"]!.GetValue<string>(),
            read.Json["reason"]!.GetValue<string>()));
        (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).ExpectProblem(HttpStatusCode.Conflict, "visit-not-open");

        await Act(clinic.Owner, visit + "/opening", "\"1\"", HttpStatusCode.OK);
        (await Act(clinic.Owner, visit + "/opening", "\"2\"", HttpStatusCode.Conflict))
            .ExpectProblem(HttpStatusCode.Conflict, "visit-not-planned");
        var note = (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        (await Act(clinic.Owner, visit + "/closing", "\"2\"", HttpStatusCode.Conflict))
            .ExpectProblem(HttpStatusCode.Conflict, "unsigned-notes");
        await Act(clinic.Owner, note + "/signature", "\"1\"", HttpStatusCode.OK);
        await Act(clinic.Owner, visit + "/closing", "\"2\"", HttpStatusCode.OK);

        var closed = (await clinic.Owner.Get(visit)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("closed", closed["state"]!.GetValue<string>());
        Assert.NotNull(closed["openedAt"]);
        Assert.NotNull(closed["closedAt"]);
        Assert.Equal(note.Split('/')[^1], Assert.Single(closed["notes"]!.AsArray())!.GetValue<string>());
        (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).ExpectProblem(HttpStatusCode.Conflict, "visit-not-open");
        (await clinic.Owner.Put(visit, Form(), "\"3\"")).ExpectProblem(HttpStatusCode.Conflict, "visit-over");
        var actions = (await app.Raw.Trail(clinic.Id)).Select(l => l.Action).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                nameof(AuditAction.VisitPlanned), nameof(AuditAction.VisitOpened), nameof(AuditAction.NoteWritten),
                nameof(AuditAction.NoteSigned), nameof(AuditAction.VisitClosed),
            },
            actions.ToHashSet());
    }

    [Fact]
    public async Task A_signed_note_does_not_change_and_an_addendum_stands_beside_it()
    {
        var (app, clinic, path) = await Known();
        var doctor = await app.Join(clinic, "doctor");
        var visit = (await Plan(doctor.Client, path, open: true)).Headers.Location!.ToString();
        var note = (await doctor.Client.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

        // Drafts are their author's alone; a second signature comes after the first.
        (await clinic.Owner.Put(note, Soap.DeepClone(), "\"1\"")).ExpectProblem(HttpStatusCode.Forbidden, "note-of-another");
        (await Act(clinic.Owner, note + "/signature", "\"1\"", HttpStatusCode.Forbidden))
            .ExpectProblem(HttpStatusCode.Forbidden, "note-of-another");
        (await Act(clinic.Owner, note + "/cosignature", "\"1\"", HttpStatusCode.Conflict))
            .ExpectProblem(HttpStatusCode.Conflict, "note-not-signed");
        (await clinic.Owner.Post(note + "/addenda", Addendum())).ExpectProblem(HttpStatusCode.Conflict, "note-not-signed");
        var revised = Soap.DeepClone().AsObject();
        revised["plan"] = "Slow rising, salt, review in a week.";
        (await doctor.Client.Put(note, revised, "\"1\"")).Expect(HttpStatusCode.OK);
        await Act(doctor.Client, note + "/signature", "\"2\"", HttpStatusCode.OK);

        (await doctor.Client.Put(note, Soap.DeepClone(), "\"3\"")).ExpectProblem(HttpStatusCode.Conflict, "note-signed");
        (await Delete(doctor.Client, note, "\"3\"")).ExpectProblem(HttpStatusCode.Conflict, "note-signed");
        (await Act(doctor.Client, note + "/cosignature", "\"3\"", HttpStatusCode.Conflict))
            .ExpectProblem(HttpStatusCode.Conflict, "own-note");
        await Act(clinic.Owner, note + "/cosignature", "\"3\"", HttpStatusCode.OK);
        (await Act(clinic.Owner, note + "/cosignature", "\"4\"", HttpStatusCode.Conflict))
            .ExpectProblem(HttpStatusCode.Conflict, "note-cosigned");
        (await doctor.Client.Post(note + "/addenda", Addendum())).Expect(HttpStatusCode.Created);

        var read = (await clinic.Owner.Get(note)).Expect(HttpStatusCode.OK).Json;
        Assert.True(JsonNode.DeepEquals(revised, read["text"]));
        Assert.Equal("signed", read["state"]!.GetValue<string>());
        Assert.Equal(doctor.Id, read["signed"]!["by"]!.GetValue<string>());
        Assert.NotEqual(doctor.Id, read["cosigned"]!["by"]!.GetValue<string>());
        Assert.Equal("She rang: it is gone.", Assert.Single(read["addenda"]!.AsArray())!["text"]!.GetValue<string>());
        var listed = (await clinic.Owner.Get(visit + "/notes")).Expect(HttpStatusCode.OK).Json["notes"]!.AsArray();
        Assert.True(JsonNode.DeepEquals(revised, Assert.Single(listed)!["text"]));
    }

    [Fact]
    public async Task A_draft_that_is_thrown_away_is_gone_and_the_visit_can_close()
    {
        var (app, clinic, path) = await Known();
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var note = (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        (await Delete(clinic.Owner, note, "\"1\"")).Expect(HttpStatusCode.NoContent);
        (await clinic.Owner.Get(note)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Empty((await clinic.Owner.Get(visit + "/notes")).Expect(HttpStatusCode.OK).Json["notes"]!.AsArray());
        await Act(clinic.Owner, visit + "/closing", "\"1\"", HttpStatusCode.OK);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.NoteDiscarded)));
        Assert.DoesNotContain(
            await app.Raw.Places(clinic.Id, Platform.Cloud.CloudParts.Records, "PAT#"),
            p => p.Contains(Guid.Parse(note.Split('/')[^1]).ToString("N"), StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public async Task A_receptionist_reads_and_writes_none_of_it()
    {
        var (app, clinic, path) = await Known();
        var desk = await app.Join(clinic, "receptionist");
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var note = (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        foreach (var place in new[] { path + "/visits", visit, visit + "/notes", note })
        {
            (await desk.Client.Get(place)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        }

        (await desk.Client.Post(visit + "/notes", Soap.DeepClone())).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Visits_are_listed_latest_first_in_parts_and_a_visit_of_another_patient_is_none()
    {
        var (app, clinic, path) = await Known();
        var other = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var now = app.Clock.GetUtcNow();
        for (var day = 0; day < 27; day++)
        {
            await Plan(clinic.Owner, path, start: now.AddDays((day * 7 % 27) + 1));
        }

        var starts = new List<string>();
        string? cursor = null;
        do
        {
            var query = cursor is null ? "" : "?cursor=" + cursor;
            var part = (await clinic.Owner.Get($"{path}/visits{query}")).Expect(HttpStatusCode.OK).Json;
            Assert.InRange(part["visits"]!.AsArray().Count, 1, 25);
            starts.AddRange(part["visits"]!.AsArray().Select(v => v!["start"]!.GetValue<string>()));
            cursor = part["next"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(27, starts.Count);
        Assert.Equal(starts.OrderByDescending(DateTimeOffset.Parse), starts);
        var visit = (await Plan(clinic.Owner, path)).Headers.Location!.ToString();
        (await clinic.Owner.Get($"{other}/visits/{visit.Split('/')[^1]}"))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task What_breaks_a_rule_is_named_and_nothing_is_written()
    {
        var (app, clinic, path) = await Known();
        var before = (await app.Raw.Places(clinic.Id, Platform.Cloud.CloudParts.Records, "PAT#")).Count;
        await Broken("start", f => f["start"] = app.Clock.GetUtcNow().AddYears(3).ToString("O"));
        await Broken("start", f => f["start"] = app.Clock.GetUtcNow().AddDays(-400).ToString("O"));
        await Broken("reason", f => f["reason"] = new string('x', 501));
        await Broken("reason", f => f["reason"] = "   ");
        await Broken("practitioner", f => f["practitioner"] = Guid.CreateVersion7().ToString());
        await Broken("location", f => f["location"] = Guid.CreateVersion7().ToString());
        Assert.Equal(before, (await app.Raw.Places(clinic.Id, Platform.Cloud.CloudParts.Records, "PAT#")).Count);

        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        foreach (var (text, field) in new (JsonObject, string)[]
        {
            ([], "subjective"), (new() { ["plan"] = new string('y', 8_001) }, "plan"),
            (new() { ["objective"] = "a\u0007bell" }, "objective"),
        })
        {
            var refused = (await clinic.Owner.Post(visit + "/notes", text))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
            Assert.Contains(refused.Json["errors"]!.AsArray(), e => e!["field"]!.GetValue<string>() == field);
        }

        async Task Broken(string field, Action<JsonObject> bend)
        {
            var form = Form();
            form["start"] = app.Clock.GetUtcNow().ToString("O");
            bend(form);
            var refused = (await clinic.Owner.Post(path + "/visits", new JsonObject { ["visit"] = form }))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
            Assert.Equal("visit." + field, Assert.Single(refused.Json["errors"]!.AsArray())!["field"]!.GetValue<string>());
        }
    }
}
