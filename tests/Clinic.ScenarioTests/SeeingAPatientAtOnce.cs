using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.VisitSteps;

namespace Clinic.ScenarioTests;

/// <summary>Two people at one visit, or at one note, in the same moment.</summary>
[Trait("Promise", "CLN-3")]
public sealed class SeeingAPatientAtOnce
{
    [Fact]
    public async Task Of_two_who_change_one_visit_or_one_note_one_wins_and_the_other_learns_who()
    {
        var (app, clinic, path) = await Known();
        var doctor = await app.Join(clinic, "doctor");
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var amended = await Task.WhenAll(
            clinic.Owner.Put(visit, Form("Headache, now on both sides"), "\"1\""),
            doctor.Client.Put(visit, Form("Headache with nausea"), "\"1\""));
        var loser = Assert.Single(amended, a => a.Status != HttpStatusCode.OK)
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal(2, loser.Json["version"]!.GetValue<int>());
        Assert.Equal(
            (await clinic.Owner.Get(visit)).Json["versionBy"]!.GetValue<string>(), loser.Json["changedBy"]!.GetValue<string>());

        var note = (await doctor.Client.Post(visit + "/notes", Soap.DeepClone())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var signed = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => n % 2 == 0
            ? Act(doctor.Client, note + "/signature", "\"1\"", null)
            : doctor.Client.Put(note, new JsonObject { ["plan"] = $"Plan number {n} of this draft." }, "\"1\"")));
        Assert.Single(signed, a => a.Status == HttpStatusCode.OK);
        Assert.All(
            signed.Where(a => a.Status != HttpStatusCode.OK),
            a => Assert.Contains(a.Status, new[] { HttpStatusCode.PreconditionFailed, HttpStatusCode.Conflict }));
        Assert.Equal("\"2\"", (await clinic.Owner.Get(note)).Expect(HttpStatusCode.OK).Headers.ETag!.Tag);
    }

    [Fact]
    public async Task Notes_begun_at_once_are_all_there_and_none_is_lost_to_a_change_of_the_visit()
    {
        var (_, clinic, path) = await Known();
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var written = new List<Task<Answered>>();
        for (var n = 0; n < 3; n++)
        {
            written.Add(clinic.Owner.Post(visit + "/notes", new JsonObject { ["plan"] = $"Draft number {n} of the visit." }));
        }

        written.Add(clinic.Owner.Put(visit, Form("Headache and neck"), "\"1\""));
        var answers = await Task.WhenAll(written);
        var made = answers.Count(a => a.Status == HttpStatusCode.Created);
        Assert.All(answers, a => Assert.Contains(
            a.Status, new[] { HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict }));
        Assert.Equal(
            made, (await clinic.Owner.Get(visit + "/notes")).Expect(HttpStatusCode.OK).Json["notes"]!.AsArray().Count);
        Assert.True(made > 0);
    }

    [Fact]
    public async Task A_visit_cannot_close_while_a_note_is_being_begun()
    {
        var (app, clinic, path) = await Known();
        var visit = (await Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var met = 0;
        Answered? between = null;
        Answered closing;
        using (app.Gate.Before(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "TransactWriteItems"
                && call.LeadingKeys.Any(k => k.Contains("#PAT#", StringComparison.Ordinal))
                && Interlocked.Increment(ref met) == 1)
            {
                between = await clinic.Owner.Post(visit + "/notes", Soap.DeepClone());
            }
        }))
        {
            closing = await Act(clinic.Owner, visit + "/closing", "\"1\"", null);
        }

        between!.Expect(HttpStatusCode.Created);
        closing.ExpectProblem(HttpStatusCode.Conflict, "unsigned-notes");
    }
}
