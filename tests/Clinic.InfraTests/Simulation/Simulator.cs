using System.Text.Json.Nodes;
using Clinic.InfraTests.Checkers;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Simulation;

/// <summary>A question to the simulator of IAM: documents as JSON, and whatever the request carries.</summary>
/// <param name="Context">A list of values, or one text.</param>
/// <param name="Raw">Asked with the encryption context under its own name, which the simulator does not read.</param>
internal sealed record SimulatorQuestion(
    string Principal, IReadOnlyList<string> Identity, string? ResourcePolicy, string Action, string Resource, string Account,
    IReadOnlyDictionary<string, object> Context, bool Raw = false);

/// <param name="Verdict">Of the whole: Allowed, ExplicitlyDenied, ImplicitlyDenied, or what is wrong with the question.</param>
/// <param name="Identity">Of the identity policies alone; null when unanswered.</param>
/// <param name="Resource">Of the resource's policy alone; null when unanswered.</param>
/// <param name="Ignored">Context keys that it did not look at.</param>
internal sealed record SimulatorAnswer(string Verdict, string? Identity, string? Resource, string[] Ignored)
{
    public bool IsAnswered => Identity is not null;
}

/// <summary>Asks the simulator: one process for any number of questions, each document sent once.</summary>
internal static class Simulator
{
    /// <summary>Keys that IAM gives as lists; all others have one value.</summary>
    private static readonly string[] Lists = [KeyPatterns.LeadingKeys, "aws:TagKeys", "events:source"];

    public static IReadOnlyDictionary<string, object> Context(PolicyContext context) => context.Values.ToDictionary(
        pair => pair.Key, pair => Lists.Contains(pair.Key) ? (object)pair.Value : pair.Value.Single());

    public static async Task<IReadOnlyList<SimulatorAnswer>> AskAsync(IReadOnlyList<SimulatorQuestion> questions)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(string document) => numbers.TryGetValue(document, out var known) ? known : numbers[document] = numbers.Count;
        var asked = questions.Select(question => new
        {
            question.Principal,
            Identity = question.Identity.Select(Number).ToArray(),
            ResourcePolicy = question.ResourcePolicy is { } policy ? Number(policy) : (int?)null,
            question.Action,
            question.Resource,
            question.Account,
            question.Context,
            question.Raw,
        }).ToArray();
        var documents = numbers.OrderBy(pair => pair.Value).Select(pair => JsonNode.Parse(pair.Key)).ToArray();
        var input = new { Documents = documents, Questions = asked };
        return await NodeChecker.RunAsync<List<SimulatorAnswer>>("simulate.cjs", input);
    }
}
