using Clinic.HouseTests.Sweeps;
using Clinic.Platform.Access;
using Clinic.Testing;
using Clinic.Testing.Sweeps;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>Sweeps over the real table of endpoints: a new route is swept without an edit here, once it has its sample.</summary>
[Collection(nameof(EveryRoute))]
public sealed class EveryRoute
{
    [Fact]
    [Trait("Promise", "RBAC-1")]
    public async Task Declares_who_may_call_it()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(AccessSweep.Undeclared(target.Routes));
        Snapshot.Pins("open-routes.txt", AccessSweep.Open(target.Routes));
        Snapshot.Pins("outside-the-trail.txt", AccessSweep.OutsideTheTrail(target.Routes));
        Snapshot.Pins("not-idempotent.txt", AccessSweep.NotIdempotent(target.Routes));
    }

    [Fact]
    public async Task Has_a_sample()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(AccessSweep.Samples(target.Routes, target.Shelf));
    }

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public async Task Answers_401_without_a_session()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await RefusalSweeps.WithoutSession(target, await target.App.SignUpClinic()));
    }

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public async Task Answers_403_to_a_role_without_its_permission()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await RefusalSweeps.WrongRole(target, await target.App.SignUpClinic()));
        Snapshot.Pins("every-role.txt", target.Routes.Where(r => r.IsPermitted && !r.WrongRoles.Any())
            .Select(r => $"{r.Method} {r.Pattern}"));
    }

    [Fact]
    [Trait("Promise", "IDN-3")]
    public async Task Answers_403_without_the_CSRF_token_when_it_changes_something()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await RefusalSweeps.WithoutCsrfToken(target, await target.App.SignUpClinic()));
    }

    [Fact]
    [Trait("Promise", "IDN-3")]
    public async Task Answers_403_to_a_page_of_another_site()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await RefusalSweeps.ForeignOrigin(target, await target.App.SignUpClinic()));
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Answers_404_for_another_clinics_id_as_for_an_absent_one()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await RefusalSweeps.OtherClinic(target, await target.App.SignUpClinic(), await target.App.SignUpClinic()));
    }

    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task Answers_404_for_a_patient_of_another_location_as_for_an_absent_one()
    {
        var target = await SweepTarget.OfProduct();
        Assert.True(target.Permitted.Count(r => r.Route.IsOfAPatient) > 5, "Routes about a patient are not found.");
        Nothing(await RefusalSweeps.OtherLocation(target, await target.App.SignUpClinic()));
    }

    [Fact]
    [Trait("Promise", "AUD-1")]
    public async Task Leaves_its_entry_in_the_trail()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await EffectSweeps.LeavesAnEntry(target, await target.App.SignUpClinic()));
    }

    [Fact]
    public async Task Has_one_effect_under_one_idempotency_key()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(await EffectSweeps.ReplaysOnce(target, await target.App.SignUpClinic()));
    }

    [Fact]
    public async Task Answers_400_to_a_body_that_is_not_of_its_shape()
    {
        var target = await SweepTarget.OfProduct();
        var options = target.App.ApiServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        Nothing(await BodySweep.Findings(target, await target.App.SignUpClinic(), options));
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Takes_nothing_but_its_request_from_the_body()
    {
        var target = await SweepTarget.OfProduct();
        Nothing(HandlerShapes.BoundFromBody(target.Routes, target.App.ApiServices));
    }

    [Fact]
    public async Task Has_all_its_types_in_a_JSON_context()
    {
        var target = await SweepTarget.OfProduct();
        var options = target.App.ApiServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        Nothing(HandlerShapes.WithoutShape(target.Routes, options));
    }

    private static void Nothing(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
