using Clinic.Platform.Clocks;
using Xunit;

namespace Clinic.Tests.Platform.Clocks;

public sealed class DurationsTests
{
    [Fact]
    public void Every_duration_has_a_name_an_anchor_and_a_source()
    {
        Assert.All(Durations.All, d => Assert.True(
            d.Source.Length > 0 && d.Anchor.Length > 0 && d.AtDeadline.Length > 0 && d.Length >= TimeSpan.Zero, d.Name));
        Assert.All(Durations.All, d => Assert.Matches("^[a-z]+(-[a-z]+)*$", d.Name));
        Assert.Equal(Durations.All.Count(), Durations.All.Select(d => d.Name).Distinct().Count());
    }

    [Fact]
    public void No_duration_is_missing_from_the_table()
    {
        var declared = typeof(Durations).GetFields().Select(f => f.GetValue(null)).OfType<Duration>();
        Assert.Empty(declared.Except(Durations.All));
    }

    [Theory]
    [InlineData("cert-in-report", 6)]
    [InlineData("clinic-told", 24)]
    [InlineData("board-intimation", 0)]
    [InlineData("people-told", 0)]
    [InlineData("board-report", 72)]
    [InlineData("full-report", 72)]
    public void An_incident_has_the_clocks_of_law_and_promise(string name, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), Durations.Incident.Single(d => d.Name == name).Length);

    [Fact]
    public void Instants_read_back_and_sort_as_text()
    {
        var at = new DateTimeOffset(2026, 11, 1, 15, 30, 0, TimeSpan.FromHours(5.5)).AddTicks(1);
        Assert.Equal(at.ToUniversalTime(), Instants.Parse(Instants.Text(at)));
        Assert.True(string.CompareOrdinal(Instants.Text(at), Instants.Text(at.AddTicks(1))) < 0);
        Assert.Throws<FormatException>(() => Instants.Parse("2026-11-01T10:00:00Z"));
    }
}
