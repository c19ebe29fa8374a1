using System.Text;
using Clinic.Testing.Faults;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// A few per cent of the matrix of acts, calls and faults; the whole of it is a long proof of its own. And what it would say if
/// the product, or its store, lost or doubled a write.
/// </summary>
[Collection(FaultApp.Name)]
[Trait("Host", "InProcess")]
public sealed class FaultsAtTheStore(FaultApp faults)
{
    /// <summary>Every so manieth cell; a prime, so that acts and faults are not chosen in step.</summary>
    private const int OneIn = 61;
    private const int CellsMin = 25;

    /// <summary>Cells that were wrong once.</summary>
    private static readonly HashSet<string> Pinned =
    [
        "read | dynamodb cut before it was done always | GetItem/1",
        "read | dynamodb cut when it was done once | PutItem/1",
        "read | dynamodb answered too late once | PutItem/1",
        "read | dynamodb partly unread once | BatchGetItem/1",
        "search | dynamodb never read always | BatchGetItem/1",
        "register | dynamodb cancelled for want of capacity always | TransactWriteItems/1",
        "register | dynamodb cut when it was done always | TransactWriteItems/1",
        "amend | dynamodb cut when it was done always | TransactWriteItems/1",
        "export | s3 500 always | GetObject/1",
        "read, cold | kms key disabled always | Decrypt/1",
        "read, cold | sts hangs always | AssumeRole/1",
    ];

    [Fact]
    [Trait("Promise", "AUD-1")]
    [Trait("Promise", "MSG-7")]
    public async Task What_is_answered_is_what_was_done_and_a_repeat_does_it_once()
    {
        var number = 0;
        var reports = await faults.Lanes.Run(
            StoreFaults.All, c => number++ % OneIn == 0 || Pinned.Contains(c.ToString()));

        Assert.InRange(reports.Count, CellsMin, CellsMin * 3);
        Assert.Subset(reports.Select(r => r.Cell.ToString()).ToHashSet(), Pinned);
        Assert.Empty(reports.Where(r => r.Complaints.Count > 0).Select(r => r.ToString()));

        // Which call of a worker is its fifth depends on who was quicker, and an instance may be warm; the first is always made.
        Assert.All(
            reports.Where(r => r.Cell is { Spot.Ordinal: 1, Fault.Service: "dynamodb" }),
            r => Assert.True(r.Struck, r.ToString()));
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

    [Fact]
    [Trait("Promise", "AUD-2")]
    public async Task Another_entry_at_the_place_of_ours_is_not_taken_for_ours_and_nothing_is_disclosed()
    {
        var report = await faults.Lanes.Run("read", PlantedFaults.Usurped, "PutItem");
        Assert.Equal(500, report.Status);
        Assert.DoesNotContain(report.Complaints, c => c.Contains("discloses", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_matrix_finds_an_answer_that_comes_too_late_or_is_not_what_the_fault_allows()
    {
        var hangs = StoreFaults.All.Single(f => f is { Name: "hangs", Service: "dynamodb", Always: true });
        var strict = FaultMatrix.SmallBudget with { Request = TimeSpan.FromSeconds(-1.5) };
        var report = await faults.Lanes.Run("read", hangs with { End = FaultEnd.Heals }, "GetItem", strict);
        Assert.Contains(report.Complaints, c => c.Contains("took", StringComparison.Ordinal));
        Assert.Contains(report.Complaints, c => c.Contains("503 unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public void The_matrix_finds_a_token_that_comes_again_with_another_content()
    {
        var watch = new TokenWatch();
        Assert.Null(watch.See(Encoding.UTF8.GetBytes("""{"ClientRequestToken":"a","TransactItems":[1]}""")));
        Assert.Null(watch.See(Encoding.UTF8.GetBytes("""{"ClientRequestToken":"a","TransactItems":[1]}""")));
        Assert.Null(watch.See(Encoding.UTF8.GetBytes("""{"ClientRequestToken":"b","TransactItems":[2]}""")));
        Assert.NotNull(watch.See(Encoding.UTF8.GetBytes("""{"ClientRequestToken":"a","TransactItems":[2]}""")));
    }
}
