using Clinic.HouseTests.Sweeps;
using Clinic.Testing;
using Clinic.Testing.Hostile;
using Clinic.Testing.Sweeps;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>
/// A few malformed requests to every route, each kind at least once; Clinic.Soak sends all of them. The checker is shown to see
/// each fault that it looks for.
/// </summary>
[Collection(nameof(EveryRoute))]
public sealed class HostileRequests
{
    private const int EachRoute = 10;
    private const int Seed = 20270601;

    [Fact]
    public async Task Are_refused_by_every_route_and_leave_nothing()
    {
        var target = await SweepTarget.OfProduct();
        var (had, kinds) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var sweep = new HostileSweep(target, await ApiDocument.Of(target.Api), new HostileOptions(Seed, s =>
        {
            var all = HostileCatalogue.All(s);
            Assert.True(all.Count >= HostileCatalogue.BendsMin, $"{s.Route} has only {all.Count}");
            Assert.Empty(all.GroupBy(b => $"{s.Route} {b.Kind} {b.What}").Where(g => g.Count() > 1).Select(g => g.Key));
            Assert.DoesNotContain(all, b => b.Why is null && b.Expected is (Expected.Unchanged or Expected.ByServer));
            kinds.UnionWith(all.Select(b => b.Kind));
            return HostileCatalogue.Some(s, EachRoute, had);
        }));
        var reports = await sweep.Run([.. target.Sampled.Select(s => s.Route)]);
        Assert.True(reports.All(r => r.Findings.Count == 0), string.Join('\n', reports.SelectMany(r => r.Findings)));
        Assert.All(reports, r => Assert.Equal(EachRoute, r.Requests));
        Assert.Equal(kinds.Order(StringComparer.Ordinal), reports.SelectMany(r => r.Kinds.Keys).Distinct()
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Show_the_fault_of_each_planted_route()
    {
        (string Route, string Finding)[] faults =
        [
            ("breaks", "-> 500"), ("takes", "-> 200"), ("repeats", "repeats what was sent in its body"),
            ("vague", "400 without a field"), ("bare", "400 without a problem document"), ("hangs", "is not answered"),
            ("picky", "400 where 200 is usual"), ("tells", "the log repeats what was sent"),
            ("keeps", "left or changed: records TOK|TOK"),
        ];
        var target = await PlantedApi.Get();
        var options = new HostileOptions(Seed, s => [.. HostileCatalogue.All(s)
            .Where(b => b.Kind == (s.Route.Name switch { "picky" => "header", "vague" => "wrong type", _ => "wrong root" }))
            .Take(s.Route.Name == "hangs" ? 1 : int.MaxValue)])
        {
            Patience = TimeSpan.FromSeconds(1),
        };
        var sweep = new HostileSweep(target, await ApiDocument.Of(target.Api), options);
        var routes = faults.Select(f => target.Routes.Single(r => r.Name == f.Route)).ToList();
        var findings = (await sweep.Run(routes)).SelectMany(r => r.Findings).ToList();
        Assert.All(faults, fault => Assert.Contains(findings, f => f.Contains(fault.Finding, StringComparison.Ordinal)
            && (f.StartsWith(fault.Route, StringComparison.Ordinal) || fault.Route is "tells" or "keeps")));
    }

    /// <summary>
    /// What the server itself refuses is told from what the product refuses by the id that only the product gives.
    /// </summary>
    [Theory]
    [InlineData(400, false, "", Expected.ByServer, false)]
    [InlineData(400, false, "", Expected.Refused, true)]
    [InlineData(0, false, "", Expected.ByServer, false)]
    [InlineData(0, false, "", Expected.Refused, true)]
    [InlineData(200, true, "{}", Expected.ByServer, true)]
    [InlineData(500, false, "", Expected.ByServer, true)]
    [InlineData(404, true, "", Expected.Refused, true)]
    [InlineData(405, true, """{"status":405,"type":"urn:clinic:problem:method"}""", Expected.Refused, true)]
    [InlineData(404, true, """{"status":404,"type":"urn:clinic:problem:no-such-route"}""", Expected.Refused, false)]
    [InlineData(404, true, """{"status":400,"type":"urn:clinic:problem:no-such-route"}""", Expected.Refused, true)]
    [InlineData(404, true, """{"status":404,"type":"about:blank"}""", Expected.Refused, true)]
    public void Are_judged_by_status_document_and_who_refused(
        int status, bool fromProduct, string body, Expected expected, bool isFinding)
    {
        (string, string)[] headers = fromProduct ? [("X-Request-Id", "a"), ("Content-Type", "application/problem+json")] : [];
        var answer = new RawAnswer(status, headers, System.Text.Encoding.UTF8.GetBytes(body), TimeSpan.Zero);
        var bend = new Bend("kind", "what", r => r, expected);
        var finding = HostileCheck.Finding(bend, new RawRequest("GET", "/", [], null), answer, "marker", usual: 200);
        Assert.Equal(isFinding, finding is not null);
    }
}
