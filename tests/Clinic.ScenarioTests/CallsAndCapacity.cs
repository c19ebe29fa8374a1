using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// The cost of the hot paths, counted in calls and capacity units, so that a regression fails without a clock.
/// </summary>
[Collection(CountsCalls.Name)]
[Trait("Host", "InProcess")]
public sealed class CallsAndCapacity
{
    [Fact]
    public async Task A_warm_read_costs_two_rounds_three_read_units_one_write_unit_and_no_kms_call()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var path = await Register(clinic, Samples.Registration());
        await Know(app, clinic, path);

        using var calls = Record(app, clinic);
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);

        Assert.Equal(["BatchGetItem", "GetItem", "PutItem"], Operations(calls));
        Assert.Equal(3, Units(calls, c => c.Read));
        Assert.Equal(1, Units(calls, c => c.Write));
    }

    [Fact]
    public async Task A_read_of_a_patient_whose_key_is_not_cached_costs_one_key_unit_more()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var path = await Register(clinic, Samples.Registration());
        await Know(app, clinic, path);
        Forget(app, clinic, path);

        using var calls = Record(app, clinic);
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);

        Assert.Equal(["BatchGetItem", "GetItem", "PutItem", "Query"], Operations(calls));
        Assert.Equal(4, Units(calls, c => c.Read));
        Assert.Equal(1, Units(calls, c => c.Write));
    }

    [Fact]
    public async Task A_search_costs_three_rounds()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var registration = Samples.Registration();
        var path = await Register(clinic, registration);
        var query = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        await Know(app, clinic, path);

        using var calls = Record(app, clinic);
        (await clinic.Owner.Post("/v1/patients/search", query)).Expect(HttpStatusCode.OK);

        // Session and state; the index; bodies beside the entry.
        Assert.Equal(["BatchGetItem", "BatchGetItem", "PutItem", "Query"], Operations(calls));
        Assert.Equal(4, Units(calls, c => c.Read));
        Assert.Equal(1, Units(calls, c => c.Write));
    }

    [Fact]
    public async Task A_search_by_name_asks_for_the_sound_in_the_same_three_rounds()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await Register(clinic, Samples.Registration("Laxmi"));
        var query = new JsonObject { ["name"] = "laxmi" };
        (await clinic.Owner.Post("/v1/patients/search", query)).Expect(HttpStatusCode.OK);

        using var calls = Record(app, clinic);
        var found = (await clinic.Owner.Post("/v1/patients/search", query)).Expect(HttpStatusCode.OK);

        // Session and state; both parts of the index at once; bodies beside the entry.
        Assert.Single(found.Json["patients"]!.AsArray());
        Assert.Equal(["BatchGetItem", "BatchGetItem", "PutItem", "Query", "Query"], Operations(calls));
        Assert.Equal(5, Units(calls, c => c.Read));
        Assert.Equal(1, Units(calls, c => c.Write));
    }

    [Fact]
    public async Task A_registration_costs_three_rounds_and_one_transaction()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await Know(app, clinic, await Register(clinic, Samples.Registration()));

        using var calls = Record(app, clinic);
        await Register(clinic, Samples.Registration());

        // Session and state; both kinds of duplicate at once; one transaction.
        Assert.Equal(["BatchGetItem", "Query", "Query", "TransactWriteItems"], Operations(calls));
    }

    [Fact]
    public async Task An_idempotency_key_adds_a_call_but_no_round()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await Know(app, clinic, await Register(clinic, Samples.Registration()));

        using var calls = Record(app, clinic);
        (await clinic.Owner.Post("/v1/patients", Samples.Registration(), "count-my-calls")).Expect(HttpStatusCode.Created);

        Assert.Equal(["BatchGetItem", "GetItem", "Query", "Query", "TransactWriteItems"], Operations(calls));
    }

    private static async Task<string> Register(SignedUpClinic clinic, JsonObject registration) =>
        (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created).Headers.Location!.ToString();

    /// <summary>Calls made for this clinic; those of other tests' clinics pass the same gate.</summary>
    private static Recording Record(ClinicApp app, SignedUpClinic clinic) => app.Gate.Record(
        d => d.Call.Role is RoleNames.ApiBase or RoleNames.TenantData or RoleNames.TenantAuditRead
            && (d.Call.Tenant == clinic.Id || d.Call.LeadingKeys.Any(k =>
                k.StartsWith($"T#{clinic.Id}#", StringComparison.Ordinal)))
            && !IsWorkers(d));

    /// <summary>The welcome mail's last transaction may still be under way: those rows are the workers'.</summary>
    private static bool IsWorkers(GateDecision decision) => decision.Call.LeadingKeys.Any(
        k => k.Contains("#DLV#", StringComparison.Ordinal) || k.Contains("#INB#", StringComparison.Ordinal));

    private static IEnumerable<string> Operations(Recording calls) =>
        calls.Decisions.Select(d => d.Call.Operation).Order(StringComparer.Ordinal);

    private static double Units(Recording calls, Func<GateConsumed, double> of) =>
        calls.Decisions.SelectMany(d => d.Consumed).Sum(of);

    private static Task Know(ClinicApp app, SignedUpClinic clinic, string path) =>
        app.KnowClinic(clinic.Id, path.Split('/')[^1]);

    private static void Forget(ClinicApp app, SignedUpClinic clinic, string path) =>
        app.ForgetKeys(clinic.Id, path.Split('/')[^1]);
}
