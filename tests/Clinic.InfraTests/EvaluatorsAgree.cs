using Clinic.InfraTests.Differential;
using Clinic.InfraTests.Simulation;
using Clinic.Platform.Cloud.Policies;
using Xunit.Abstractions;

namespace Clinic.InfraTests;

/// <summary>
/// Thousands of drawn questions to two evaluators that know nothing of each other: ours, on which the policy gate and so every
/// local proof of isolation stands, and the simulator of IAM that others wrote. Both see the same documents: those of every role,
/// and documents that nobody would write. They must agree on each side and on the whole. Another seed: CLINIC_DRAW_SEED.
/// </summary>
public class EvaluatorsAgree(ITestOutputHelper output)
{
    /// <summary>The bar; the draw gives more.</summary>
    private const int ComparedMin = 2_000;

    private static readonly Lazy<Task<IReadOnlyList<Comparison>>> Compared =
        new(() => Questions.CompareAsync(Questions.All(Draw.Seed)));

    public static TheoryData<string> Faults => [.. Mutation.All.Keys];

    [Fact]
    [Trait("Promise", "ISO-1")]
    [Trait("Promise", "ISO-2")]
    [Trait("Promise", "ISO-3")]
    public async Task On_everything_but_the_known_gaps()
    {
        var all = await Compared.Value;
        var apart = all.Where(one => !one.Agree && Gap(one) is null).ToList();
        output.WriteLine($"seed {Draw.Seed}: {all.Count} asked, {all.Count(one => one.Agree)} agree, "
            + string.Join(", ", KnownGap.All.Select(gap => $"{gap.Name} {all.Count(one => !one.Agree && gap.Explains(one))}")));
        Assert.True(
            apart.Count == 0,
            $"Seed {Draw.Seed}: {apart.Count} of {all.Count} are answered otherwise. {string.Join("\n\n", apart.Take(5))}");
    }

    /// <summary>Enough of each kind: refusals alone would agree with an evaluator that refuses everything.</summary>
    [Fact]
    public async Task On_enough_that_no_gap_touches_in_both_directions()
    {
        var agreed = (await Compared.Value).Where(one => one.Agree).ToList();

        Assert.InRange(agreed.Count, ComparedMin, int.MaxValue);
        Assert.InRange(agreed.Count(one => one.Own.Allowed), agreed.Count / 10, agreed.Count / 2);
        Assert.InRange(agreed.Count(one => one.Own.ResourceDenies), agreed.Count / 50, agreed.Count / 2);
        Assert.InRange(agreed.Count(one => one.Own.Identity == PolicyVerdict.Denied), agreed.Count / 50, agreed.Count / 2);
        foreach (var role in Roles.All.Where(role => !role.IsFunction))
        {
            var allowed = agreed.Where(one => one.Own.Allowed).ToList();
            Assert.Contains(allowed, one => one.Asked.Family == role.Name);
            Assert.Contains(allowed, one => one.Asked.Family.EndsWith($"becomes {role.Name}", StringComparison.Ordinal));
        }

        Assert.All(Roles.All, role => Assert.Contains(agreed, one => one.Asked.Family == role.Name && !one.Own.Allowed));
    }

    /// <summary>A gap that explains nothing is none, and one that explains much hides what it should not.</summary>
    [Fact]
    public async Task And_each_gap_is_real_and_small()
    {
        var all = await Compared.Value;
        var explained = all.Where(one => !one.Agree).ToLookup(one => Gap(one)?.Name);

        Assert.All(KnownGap.All, gap => Assert.NotEmpty(explained[gap.Name]));
        Assert.All(KnownGap.All, gap => Assert.InRange(explained[gap.Name].Count(), 1, all.Count / 50));
        Assert.Equal(KnownGap.All.Count, KnownGap.All.DistinctBy(gap => gap.Name).Count());
        Assert.All(KnownGap.All, gap => Assert.True(gap.Side is "tool" or "own" && gap.Reason.Length > 40));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_in_ours_would_be_seen(string fault)
    {
        var change = Mutation.All[fault];
        var seen = (await Compared.Value).Where(one => one.Agree).Count(one => change(one.Asked).Own() != one.Tool);

        output.WriteLine($"{fault}: {seen} disagree");
        Assert.InRange(seen, 1, int.MaxValue);
    }

    /// <summary>The one gap that is bridged rather than counted: encryption contexts go in under another name.</summary>
    [Fact]
    public async Task The_simulator_still_does_not_read_encryption_contexts_by_their_name()
    {
        var own = Questions.All(Draw.Seed).First(one => one.Family == "TenantData" && one.Request.Action == "kms:Decrypt"
            && one.Request.Resource.EndsWith("tenant-wrap", StringComparison.Ordinal) && one.Own().Allowed);
        var question = Questions.Question(own);

        var answers = await Simulator.AskAsync([question with { Raw = true }, question]);

        Assert.NotEqual("Allowed", answers[0].Verdict);
        // Names of context keys have no case, and the question drawn may have any.
        Assert.Contains(KeyPatterns.ContextTenant, answers[0].Ignored, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(("Allowed", 0), (answers[1].Verdict, answers[1].Ignored.Length));
    }

    [Fact]
    public void One_seed_gives_one_list()
    {
        Assert.Equal(Questions.All(7).Select(one => one.InFull()), Questions.All(7).Select(one => one.InFull()));
        Assert.NotEqual(Questions.All(7).Select(one => one.ToString()), Questions.All(8).Select(one => one.ToString()));
    }

    private static KnownGap? Gap(Comparison one) => KnownGap.All.FirstOrDefault(gap => gap.Explains(one));
}
