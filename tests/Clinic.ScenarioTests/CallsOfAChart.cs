using System.Net;
using Clinic.Chart;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What lists of a record cost, in calls, whatever its length.</summary>
[Collection(CountsCalls.Name)]
[Trait("Host", "InProcess")]
public sealed class CallsOfAChart
{
    private const int Many = 300;

    [Fact]
    [Trait("Promise", "CLN-4")]
    public async Task A_record_of_hundreds_costs_the_calls_of_one_of_five()
    {
        var (app, clinic) = (await ClinicApp.Get(), await (await ClinicApp.Get()).SignUpClinic());
        var (few, many) = (await Charts.Patient(clinic.Owner), await Charts.Patient(clinic.Owner));
        await BulkChart.WriteMany(app, clinic, few, ChartKind.VitalSigns, 5);
        await BulkChart.WriteMany(app, clinic, many, ChartKind.VitalSigns, Many);
        foreach (var (path, calls) in ((string, string[])[])
        [
            ("/chart", ["BatchGetItem", "BatchGetItem", "GetItem", "PutItem", "Query"]),
            ("/chart?kind=vital-signs&size=100", ["BatchGetItem", "GetItem", "PutItem", "Query"]),
            ("/chart?kind=vital-signs,allergy", ["BatchGetItem", "GetItem", "PutItem", "Query", "Query"]),
            ("/vital-signs/trend?measure=pulse", ["BatchGetItem", "GetItem", "PutItem", "Query"]),
            ("/dental-chart", ["BatchGetItem", "GetItem", "PutItem", "Query"]),
        ])
        {
            Assert.Equal(calls, await Calls(app, clinic, few, path));
            Assert.Equal(calls, await Calls(app, clinic, many, path));
        }

        Assert.Equal(5, (await ReadingAChart.All(clinic.Owner, few, "size=100")).Count);
        Assert.Equal(Many, ReadingAChart.Ids(await ReadingAChart.All(clinic.Owner, many, "size=100")).Distinct().Count());
        var trend = (await clinic.Owner.Get(many + "/vital-signs/trend?measure=pulse")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(Many, trend["points"]!.AsArray().Count);
    }

    private static async Task<IEnumerable<string>> Calls(ClinicApp app, SignedUpClinic clinic, string patient, string list)
    {
        // Each sandbox has caches of its own, and a busy machine has several: a first call would warm one of them alone.
        await app.KnowClinic(clinic.Id, Charts.IdOf(patient));
        var path = patient + list;
        using var calls = app.Gate.Record(d => d.Call.Role is RoleNames.ApiBase or RoleNames.TenantData
            && d.Call.LeadingKeys.Any(k => k.StartsWith($"T#{clinic.Id}#", StringComparison.Ordinal))
            && !d.Call.LeadingKeys.Any(k => k.Contains("#INB#", StringComparison.Ordinal)
                || k.Contains("#DLV#", StringComparison.Ordinal)));
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        return [.. calls.Decisions.Select(d => d.Call.Operation).Order(StringComparer.Ordinal)];
    }
}

/// <summary>
/// Calls are counted on sandboxes that know the clinic. Beside other tests a request may meet one that was started just now, as
/// on Lambda, and that one loads keys first.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CountsCalls
{
    public const string Name = "Counts calls";
}
