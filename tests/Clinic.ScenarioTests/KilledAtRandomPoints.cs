using Clinic.Testing.Kills;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// Two of the twenty points of an import, an upload and both exports; which ones is drawn anew each time, and said when one
/// is red.
/// </summary>
[Trait("Host", "InProcess")]
public sealed class KilledAtRandomPoints
{
    private const int Points = 2;

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task Nothing_is_lost_or_doubled_and_nothing_readable_is_left()
    {
        var (seed, said) = (Random.Shared.Next(1_000_000), new List<string>());
        var findings = await KillsProof.Run("", Points, seed, said.Add);

        Assert.True(
            findings.Count == 0,
            $"--seed {seed} --points {Points}\n{string.Join('\n', findings)}\n\n{string.Join('\n', said)}");
        Assert.True(said.Count(line => line.Contains(" killed ", StringComparison.Ordinal)) >= 4 * Points, "Nobody was killed.");
    }
}
