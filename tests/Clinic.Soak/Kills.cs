using System.Globalization;
using Clinic.Testing.Kills;

namespace Clinic.Soak;

/// <summary>SIGKILL at random points of an import, of an upload, of the export of a record and of that of a clinic.</summary>
internal static class Kills
{
    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "only", "points", "seed");
        var (points, seed) = (arguments.Number("points", 20), arguments.Number("seed", Random.Shared.Next(1_000_000)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Starting the product; {points} points, seed {seed}."));
        var findings = await KillsProof.Run(arguments.Text("only", ""), points, seed, Console.WriteLine);
        foreach (var finding in findings)
        {
            Console.WriteLine("FINDING " + finding);
        }

        return findings.Count == 0 ? 0 : 1;
    }
}
