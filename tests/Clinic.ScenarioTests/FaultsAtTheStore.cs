using Clinic.Testing.Faults;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// A few per cent of the matrix of acts, calls and faults; the whole of it is a long proof of its own. And what it would say if
/// the product, or its store, lost or doubled a write.
/// </summary>
[Collection(FaultApp.Name)]
public sealed class FaultsAtTheStore(FaultApp faults)
{
    /// <summary>Every so manieth cell; a prime, so that acts and faults are not chosen in step.</summary>
    private const int OneIn = 13;

    [Fact]
    public async Task What_is_answered_is_what_was_done_and_a_repeat_does_it_once()
    {
        var number = 0;
        var reports = await faults.Lanes.Run(StoreFaults.All, _ => number++ % OneIn == 0);

        Assert.True(reports.Count > 50, $"{reports.Count} cells");
        Assert.DoesNotContain(reports, r => r.Complaints.Count > 0);
        Assert.All(reports, r => Assert.True(r.Struck, r.ToString()));
    }

    public static TheoryData<string, string, string> Planted => new()
    {
        { nameof(PlantedFaults.LostWrite), "register", "lacks" },
        { nameof(PlantedFaults.Double), "register", "beyond it +AUD PatientRegistered Done" },
        { nameof(PlantedFaults.Double), "register", "forked" },
        { nameof(PlantedFaults.Torn), "register", "lacks" },
        { nameof(PlantedFaults.Silent), "read", "discloses without an entry" },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task The_matrix_finds_a_store_that_lies(string planted, string act, string finding)
    {
        var fault = (StoreFault)typeof(PlantedFaults).GetProperty(planted)!.GetValue(null)!;
        var report = await faults.Lanes.Run(act, fault, fault.Operations!.Single());
        Assert.Contains(report.Complaints, c => c.Contains(finding, StringComparison.Ordinal));
    }
}
