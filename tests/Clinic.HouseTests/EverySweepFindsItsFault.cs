using System.Net;
using System.Text.Json;
using Clinic.HouseTests.Sweeps;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Testing;
using Clinic.Testing.Sweeps;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>Each sweep, over an Api with planted faults, names the route that carries its fault.</summary>
[Collection(nameof(EveryRoute))]
public sealed class EverySweepFindsItsFault
{
    [Fact]
    public async Task A_route_that_declares_no_access()
    {
        var target = await PlantedApi.Get();
        Finds(AccessSweep.Undeclared(target.Routes), "Undeclared");
    }

    [Fact]
    public async Task An_open_route_a_health_check_and_an_exemption_that_no_list_has()
    {
        var target = await PlantedApi.Get();
        Finds(AccessSweep.Open(target.Routes), "/unlisted");
        Finds(AccessSweep.OutsideTheTrail(target.Routes), "/unguarded");
        Finds(AccessSweep.NotIdempotent(target.Routes), "/unlisted");
        Assert.Equal("+ POST /planted/unlisted", Snapshot.Difference("GET /a\n", "GET /a\nPOST /planted/unlisted\n"));
    }

    [Fact]
    public async Task A_route_without_a_sample_and_a_sample_without_a_route()
    {
        var target = await PlantedApi.Get();
        var shelf = new SampleShelf([HttpSample.Parse("Nowhere", "GET /nowhere")]);
        var findings = AccessSweep.Samples(target.Routes, shelf).ToList();
        Finds(findings, "Silent");
        Finds(findings, "Nowhere.http is of no route");
        Finds(AccessSweep.Samples(target.Routes, target.Shelf), "Silent (POST /planted/silent) and its sample differ");
    }

    [Fact]
    public async Task A_route_that_answers_without_a_session()
    {
        var target = await PlantedApi.Get();
        Finds(await RefusalSweeps.WithoutSession(target, await target.App.SignUpClinic()), "Unguarded", "Silent");
    }

    [Fact]
    public async Task A_route_that_answers_every_role()
    {
        var target = await PlantedApi.Get();
        Finds(await RefusalSweeps.WrongRole(target, await target.App.SignUpClinic()), "Unguarded", "Silent");
    }

    [Fact]
    public async Task A_route_that_asks_for_no_CSRF_token()
    {
        var target = await PlantedApi.Get();
        Finds(await RefusalSweeps.WithoutCsrfToken(target, await target.App.SignUpClinic()), "Unguarded", "Silent");
    }

    [Fact]
    public async Task A_route_that_answers_a_page_of_another_site()
    {
        var target = await PlantedApi.Get();
        Finds(await RefusalSweeps.ForeignOrigin(target, await target.App.SignUpClinic()), "Unguarded", "Silent");
    }

    [Fact]
    public async Task A_route_that_answers_for_any_id()
    {
        var target = await PlantedApi.Get();
        Finds(await RefusalSweeps.OtherClinic(target, await target.App.SignUpClinic(), await target.App.SignUpClinic()), "Leaky");
    }

    [Fact]
    public async Task A_route_that_reads_a_patient_past_the_door()
    {
        var target = await PlantedApi.Get();
        Finds(await RefusalSweeps.OtherLocation(target, await target.App.SignUpClinic()), "Around", notOf: "Through");
    }

    [Fact]
    public async Task A_route_that_leaves_no_entry()
    {
        var target = await PlantedApi.Get();
        Finds(await EffectSweeps.LeavesAnEntry(target, await target.App.SignUpClinic()), "Silent", "Twice");
    }

    [Fact]
    public async Task A_route_that_acts_twice_under_one_key()
    {
        var target = await PlantedApi.Get();
        var findings = await EffectSweeps.ReplaysOnce(target, await target.App.SignUpClinic());
        Finds(findings, "Twice (POST /planted/twice) acts again");
        Finds(findings, "Twice (POST /planted/twice) had");
        Finds(findings, "Silent (POST /planted/silent) answers 200 to another body");
    }

    [Fact]
    public async Task A_route_that_takes_any_body()
    {
        var target = await PlantedApi.Get();
        var options = new JsonSerializerOptions();
        ClinicJson.Apply(options, [PlantedJson.Default]);
        var findings = await BodySweep.Findings(target, await target.App.SignUpClinic(), options);
        string[] bends =
            ["a body cut short", "a list", "the body null", "an empty object", "an unknown member", "$.name twice", "$.name null",
                "$.name as 7"];
        Assert.All(bends, bend => Finds(findings, bend));
    }

    [Fact]
    public async Task A_caller_that_the_body_would_name()
    {
        var target = await PlantedApi.Get();
        var clinic = await target.App.SignUpClinic();
        var session = await target.Session(clinic, Role.Owner, fresh: false);
        const string body = """{"tenant":"victim00","actor":"public","role":"owner"}""";
        var answer = await target.Send(new FilledSample("POST", "/planted/caller", [], body), session);
        Assert.Equal((HttpStatusCode.OK, clinic.Id), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_handler_that_takes_more_than_its_request_from_the_body()
    {
        var app = await ClinicApp.Get();
        var route = PlantedHandlers.RouteOf(PlantedHandlers.TakesTenant);
        Finds(HandlerShapes.BoundFromBody([route], app.ApiServices), "would bind PlantedTenant tenant");
        var options = new JsonSerializerOptions();
        ClinicJson.Apply(options, [HttpJson.Default]);
        Finds(HandlerShapes.WithoutShape([PlantedHandlers.Accepting(typeof(PlantedRequest))], options),
            "PlantedRequest is in no JSON context");
    }

    private static void Finds(IEnumerable<string> findings, string part, string? notOf = null)
    {
        var all = findings.ToList();
        Assert.Contains(all, f => f.Contains(part, StringComparison.Ordinal));
        Assert.DoesNotContain(all, f => notOf is not null && f.Contains(notOf, StringComparison.Ordinal));
    }
}
