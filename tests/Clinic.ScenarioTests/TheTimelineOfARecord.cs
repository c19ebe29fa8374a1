using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.VisitSteps;

namespace Clinic.ScenarioTests;

/// <summary>Everything in a record, whichever capability keeps it, in the order in which it happened.</summary>
[Trait("Promise", "CLN-2")]
public sealed class TheTimelineOfARecord
{
    [Fact]
    public async Task Visits_notes_findings_and_documents_stand_in_one_list_as_their_own_routes_show_them()
    {
        var (app, clinic, path) = await Known();
        var patient = path.Split('/')[^1];
        var document = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var note = (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        (await clinic.Owner.Post(path + "/chart", new JsonObject
        {
            ["at"] = app.Clock.GetUtcNow().ToString("O"),
            ["visit"] = visit.Split('/')[^1],
            ["condition"] = Charts.Condition("Orthostasis" + Samples.Letters(Samples.Next())),
        })).Expect(HttpStatusCode.Created);

        var listed = (await clinic.Owner.Get(path + "/chart")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
        Assert.Equal(
            ["condition", "note", "visit", "document"], listed.Select(e => e!["kind"]!.GetValue<string>()));
        foreach (var (kind, at) in new[] { ("visit", visit), ("document", document) })
        {
            var own = (await clinic.Owner.Get(at)).Expect(HttpStatusCode.OK).Json;
            var shown = listed.Single(e => e!["kind"]!.GetValue<string>() == kind)!;
            Assert.True(JsonNode.DeepEquals(own, shown["content"]), kind);
        }

        var text = listed.Single(e => e!["kind"]!.GetValue<string>() == "note")!["content"]!["text"];
        Assert.True(JsonNode.DeepEquals(Soap, text));
        Assert.Equal(note.Split('/')[^1], listed[1]!["id"]!.GetValue<string>());

        var notes = (await clinic.Owner.Get(path + "/chart?kind=note")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
        Assert.Single(notes);
    }

    [Fact]
    public async Task What_is_not_part_of_the_record_is_not_listed()
    {
        var (_, clinic, path) = await Known();
        var patient = path.Split('/')[^1];
        (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf()))).Expect(HttpStatusCode.Created);
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var note = (await clinic.Owner.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        (await Delete(clinic.Owner, note, "\"1\"")).Expect(HttpStatusCode.NoContent);

        foreach (var query in new[] { "", "?kind=document,note,visit" })
        {
            var listed = (await clinic.Owner.Get(path + "/chart" + query)).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
            Assert.Equal("visit", Assert.Single(listed)!["kind"]!.GetValue<string>());
        }
    }
}
