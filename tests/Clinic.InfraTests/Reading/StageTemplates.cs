using System.Text.Json.Nodes;
using Clinic.Infra;

namespace Clinic.InfraTests.Reading;

/// <param name="Artifact">What the deployment reads: region, account, protection.</param>
internal sealed record StackTemplate(JsonObject Artifact, JsonObject Template)
{
    /// <summary>Stage and stack, as in "prod/Data".</summary>
    public string Name => Artifact["displayName"]!.ToString();

    public JsonObject Resources => Template[nameof(Resources)]!.AsObject();
}

/// <summary>The templates of one stage, as CloudFormation would see them.</summary>
internal sealed class StageTemplates(ClinicStage stage, IReadOnlyList<StackTemplate> stacks)
{
    public ClinicStage Stage { get; } = stage;

    public IReadOnlyList<StackTemplate> Stacks { get; } = stacks;

    public IEnumerable<Resource> All =>
        Stacks.SelectMany(stack => stack.Resources.Select(entry =>
            new Resource(this, stack, entry.Key, entry.Value!.AsObject())));

    public IEnumerable<Resource> Of(string type) => All.Where(resource => resource.Type == type);

    /// <summary>The one resource of a type whose property (path) has the value; null when there is none or several.</summary>
    public Resource? Find(string type, string path, string value) =>
        Of(type).Where(resource => resource.Text(path) == value).Take(2).ToArray() is [var only] ? only : null;

    public StageTemplates Copy() => new(
        Stage, [.. Stacks.Select(stack => new StackTemplate(
            stack.Artifact.DeepClone().AsObject(), stack.Template.DeepClone().AsObject()))]);
}

/// <summary>One resource; what it refers to is read as the name or ARN that it will have.</summary>
internal sealed record Resource(StageTemplates In, StackTemplate Stack, string Id, JsonObject Body)
{
    public string Type => Body[nameof(Type)]!.GetValue<string>();

    public JsonObject Properties => Body[nameof(Properties)]!.AsObject();

    public JsonNode Resolved => References.Resolve(Properties, Stack, In)!;

    /// <summary>A property by its dotted path, resolved; null when absent.</summary>
    public JsonNode? Get(string path)
    {
        JsonNode? node = Properties;
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                JsonArray array => int.TryParse(step, out var at) && at < array.Count ? array[at] : null,
                JsonObject inner => inner[step],
                _ => null,
            };
        }

        return References.Resolve(node, Stack, In);
    }

    public string? Text(string path) => Get(path)?.ToString();
}
