using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Chart;

public sealed class TimelineSourcesTests
{
    /// <summary>A capability that keeps a kind says who sees it in the list, and how it is shown there.</summary>
    [Fact]
    public async Task A_kind_is_seen_by_those_who_hold_its_permission()
    {
        var id = EntryIds.New(Recorded.At);
        var shown = new EntryView(id, ChartKind.Visit, "open", 1, Recorded.Now, "somebody", null, Recorded.At);
        var visits = new TimelineSource(
            ChartKind.Visit, Permission.AadhaarReveal, (_, _, _, _, _) => Task.FromResult<EntryView?>(shown));
        var sources = new TimelineSources([.. TimelineSources.OfFindings(), visits]);

        Assert.Equal(FindingKind.All.Prepend(ChartKind.Visit), sources.SeenBy(Role.Owner));
        Assert.Equal(FindingKind.All, sources.SeenBy(Role.Doctor));
        Assert.Empty(sources.SeenBy(Role.Receptionist));
        var patient = Recorded.Patient(Recorded.Adult).Id;
        var row = new Item(ChartItem.Place(patient, ChartKind.Visit, id));
        Assert.Same(shown, await sources.Show(null!, patient, ChartKind.Visit, id, row, CancellationToken.None));
    }
}
