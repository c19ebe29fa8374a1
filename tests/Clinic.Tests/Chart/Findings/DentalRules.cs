using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Chart.Findings;

public sealed class DentalRules
{
    [Theory]
    [InlineData(""" "tooth": 36, "state": "found", "code": "caries", "surface": ["occlusal", "mesial"] """, null)]
    [InlineData(""" "tooth": 11, "state": "found", "code": "fracture", "surface": ["incisal"] """, null)]
    [InlineData(""" "tooth": 75, "state": "planned", "code": "extraction" """, null)]
    [InlineData(""" "tooth": 54, "state": "done", "code": "sealant", "surface": ["occlusal"] """, null)]
    [InlineData(""" "tooth": 41, "state": "found", "code": "mobility", "mobilityGrade": 0 """, null)]
    [InlineData(""" "tooth": 26, "state": "found", "code": "caries" """, null)]
    [InlineData(""" "tooth": 36, "state": "found", "code": "caries", "surface": ["incisal"] """, "dentalFinding.surface")]
    [InlineData(""" "tooth": 13, "state": "found", "code": "caries", "surface": ["occlusal"] """, "dentalFinding.surface")]
    [InlineData(""" "tooth": 14, "state": "found", "code": "caries", "surface": ["incisal"] """, "dentalFinding.surface")]
    [InlineData(""" "tooth": 53, "state": "found", "code": "caries", "surface": ["occlusal"] """, "dentalFinding.surface")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "caries", "surface": [] """, "dentalFinding.surface")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "caries", "surface": ["mesial", "mesial"] """,
        "dentalFinding.surface")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "crown", "surface": ["mesial"] """, "dentalFinding.surface")]
    [InlineData(""" "tooth": 36, "state": "planned", "code": "caries" """, "dentalFinding.state")]
    [InlineData(""" "tooth": 36, "state": "done", "code": "missing" """, "dentalFinding.state")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "extraction" """, "dentalFinding.state")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "mobility" """, "dentalFinding.mobilityGrade")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "mobility", "mobilityGrade": 4 """, "dentalFinding.mobilityGrade")]
    [InlineData(""" "tooth": 36, "state": "found", "code": "crown", "mobilityGrade": 1 """, "dentalFinding.mobilityGrade")]
    public void A_dental_finding_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"dentalFinding": { {{{members}}} } }""", broken);

    /// <summary>All numbers that could be meant: 32 teeth of adults, 20 of milk.</summary>
    [Fact]
    public void There_are_the_teeth_of_ISO_3950_and_no_others()
    {
        var teeth = Enumerable.Range(-20, 140).Where(Teeth.Exists).ToList();
        Assert.Equal(52, teeth.Count);
        int[] sought = [11, 18, 21, 28, 31, 38, 41, 48, 51, 55, 61, 65, 71, 75, 81, 85];
        Assert.All(sought, t => Assert.Contains(t, teeth));
        int[] none = [10, 19, 20, 29, 49, 50, 56, 66, 76, 86, 91, 0, -11, 111];
        Assert.All(none, t => Recorded.Holds(
            $$$"""{"dentalFinding": { "tooth": {{{t}}}, "state": "found", "code": "sound" } }""", "dentalFinding.tooth"));
    }

    [Fact]
    public void What_is_replaced_is_of_the_same_tooth_current_and_another()
    {
        var (found, other) = (Finding(36, "found", "caries"), Finding(37, "found", "caries"));
        var plan = Finding(36, "planned", "restoration", found);
        var dental = plan.Body.Finding.DentalFinding!;
        Assert.Null(dental.CheckReplaced(plan.Row.Id, found));
        Assert.NotNull(dental.CheckReplaced(plan.Row.Id, null));
        Assert.NotNull(dental.CheckReplaced(plan.Row.Id, other));
        Assert.NotNull(dental.CheckReplaced(found.Row.Id, found));
        var retracted = found with { Row = found.Row with { Status = ChartItem.EnteredInError } };
        Assert.Equal("dentalFinding.replaces", dental.CheckReplaced(plan.Row.Id, retracted)!.Errors.Single().Field);
    }

    [Fact]
    public void Found_planned_and_done_are_one_line()
    {
        var found = Finding(36, "found", "caries", daysAgo: 9);
        var plan = Finding(36, "planned", "crown", found, daysAgo: 8);
        var anew = Finding(36, "planned", "restoration", plan, daysAgo: 7);
        var crack = Finding(36, "found", "fracture", daysAgo: 6);
        Assert.Equal([(found.Row.Id, "standing"), (anew.Row.Id, "planned")], Shown(found, plan, anew));
        Assert.Equal([(found.Row.Id, "standing"), (plan.Row.Id, "planned")], Shown(found, plan));

        var done = Finding(36, "done", "restoration", anew, daysAgo: 5);
        Assert.Equal([(done.Row.Id, "standing"), (crack.Row.Id, "standing")], Shown(found, plan, anew, crack, done));
        var tooth = Assert.Single(ReadDentalChart.Of([found, plan, anew, crack, done]));
        Assert.Equal((36, done.Row.Id), (tooth.Tooth, tooth.Latest!.Entry));
    }

    [Fact]
    public void A_line_that_runs_in_a_circle_ends()
    {
        var (one, other) = (Finding(36, "planned", "crown"), Finding(36, "planned", "bridge"));
        FindingEntry[] circle =
        [
            Finding(36, "planned", "crown", other, id: one.Row.Id), Finding(36, "planned", "bridge", one, id: other.Row.Id),
        ];
        Assert.Empty(Assert.Single(ReadDentalChart.Of(circle)).Planned);
        var done = Finding(36, "done", "crown", circle[0]);
        Assert.Equal([(done.Row.Id, "standing")], Shown([.. circle, done]));
    }

    private static List<(EntryId, string)> Shown(params FindingEntry[] entries)
    {
        var tooth = Assert.Single(ReadDentalChart.Of(entries));
        return [.. tooth.Standing.Select(e => (e.Entry, "standing")), .. tooth.Planned.Select(e => (e.Entry, "planned"))];
    }

    private static FindingEntry Finding(
        int tooth, string state, string code, FindingEntry? replaces = null, int daysAgo = 1, EntryId? id = null)
    {
        var replaced = replaces is null ? "" : $", \"replaces\": \"{replaces.Row.Id}\"";
        var entry = Recorded.Good(
            $$$"""{"dentalFinding": { "tooth": {{{tooth}}}, "state": "{{{state}}}", "code": "{{{code}}}" {{{replaced}}} } }""",
            at: Recorded.Now.AddDays(-daysAgo));
        return id is { } known ? entry with { Row = entry.Row with { Id = known } } : entry;
    }
}
