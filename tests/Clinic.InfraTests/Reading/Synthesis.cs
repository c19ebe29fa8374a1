using System.Text.Json.Nodes;
using Amazon.CDK;
using Clinic.Infra;

namespace Clinic.InfraTests.Reading;

/// <summary>All stages, synthesised once per run: what follows reads JSON and needs no CDK.</summary>
internal static class Synthesis
{
    /// <summary>One process of the CDK's kernel serves the whole run, one call at a time.</summary>
    internal static readonly Lock Kernel = new();

    /// <summary>Templates do not depend on what somebody may have published here.</summary>
    internal static readonly CodePackages Placeholders = new(folder: null, deploying: false);

    private static readonly Lazy<IReadOnlyList<StageTemplates>> All = new(Synthesise);

    public static IEnumerable<string> StageNames => Stages.All(_ => null).Select(stage => stage.Name);

    /// <summary>A copy of one's own, to plant faults in.</summary>
    public static StageTemplates Stage(string name) => All.Value.Single(stage => stage.Stage.Name == name).Copy();

    private static List<StageTemplates> Synthesise()
    {
        var output = Directory.CreateTempSubdirectory("clinic-infra-");
        try
        {
            var stages = Stages.All(_ => null);
            lock (Kernel)
            {
                InfraApp.Synth(
                    new App(new AppProps { Outdir = output.FullName, AnalyticsReporting = false }), stages, Placeholders);
            }

            return [.. stages.Select(stage => new StageTemplates(stage, Stacks(output.FullName, stage.Name)))];
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static List<StackTemplate> Stacks(string output, string stage)
    {
        var folder = Path.Combine(output, $"assembly-{stage}");
        var artifacts = Read(Path.Combine(folder, "manifest.json"))["artifacts"]!.AsObject();
        return
        [
            .. artifacts
                .Where(artifact => artifact.Value!["type"]!.GetValue<string>() == "aws:cloudformation:stack")
                .Select(artifact => new StackTemplate(
                    artifact.Value!.AsObject(),
                    Read(Path.Combine(folder, artifact.Value!["properties"]!["templateFile"]!.GetValue<string>())))),
        ];
    }

    private static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();
}
