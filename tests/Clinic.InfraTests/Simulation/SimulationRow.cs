using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Simulation;

/// <summary>
/// A line of simulation.tsv: may this role, in a session with this tag, do this to that. "assume" is becoming another role, with
/// the tags of the context; everything else is an action of IAM.
/// </summary>
/// <param name="Tag">The tenant of the session; "-" is none.</param>
/// <param name="Resource">Kind and name, as in table:records/due or bucket:documents/T/…</param>
/// <param name="Context">
/// Words: keys=a|b (leading keys), tx (in a transaction), tag:k=v (tags that are asked for), any other context key=value, with | between values.
/// </param>
/// <param name="Gap">"-", or the side that answers otherwise, and why: "tool: …" is the simulator, "own: …" our evaluator.</param>
internal sealed record SimulationRow(
    string Role, string Tag, string Action, string Resource, string Context, bool Allowed, string Why, string Gap)
{
    private const string Assume = "assume";
    private const string Nothing = "-";

    public string Question => $"{Role} {Tag} {Action} {Resource} {Context}";

    public bool IsAssume => Action == Assume;

    public bool HasGap(string side) => Gap.StartsWith($"{side}:", StringComparison.Ordinal);

    public static IReadOnlyList<SimulationRow> Read(IEnumerable<string> lines) =>
    [
        .. lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Select(cells =>
            cells is [var role, var tag, var action, var resource, var context, "allow" or "deny", var why, var gap]
                ? new SimulationRow(role, tag, action, resource, context, cells[5] == "allow", why, gap)
                : throw new FormatException($"Not eight columns, or neither allow nor deny: {string.Join(' ', cells)}")),
    ];

    /// <summary>The questions that IAM is asked: all must be allowed.</summary>
    public IReadOnlyList<PolicyRequest> Requests(CloudNames names)
    {
        var context = new PolicyContext()
            .Set("aws:SecureTransport", "true")
            .Set("aws:PrincipalArn", names.RoleArn(Role));
        if (Tag != Nothing) { context.Set(KeyPatterns.PrincipalTenant, Tag); }
        List<string> tags = [];
        foreach (var word in Context == Nothing ? [] : Context.Split(' ')) { Add(context, tags, word); }
        if (tags.Count > 0) { context.Set("aws:TagKeys", [.. tags]); }
        var arn = SimulatedResource.Arn(Resource, names);
        if (!IsAssume) { return [new PolicyRequest(Action, arn, context)]; }

        string[] actions = tags.Count > 0 ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"];
        return [.. actions.Select(action => new PolicyRequest(action, arn, context))];
    }

    private static void Add(PolicyContext context, List<string> tags, string word)
    {
        if (word == "tx")
        {
            context.Set(KeyPatterns.EnclosingOperation, "TransactWriteItems");
            return;
        }

        var at = word.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = (word[..at], word[(at + 1)..]);
        if (key == "keys") { context.Set(KeyPatterns.LeadingKeys, value.Split('|')); }
        else if (key.StartsWith("tag:", StringComparison.Ordinal))
        {
            tags.Add(key[4..]);
            context.Set($"aws:RequestTag/{key[4..]}", value);
        }
        else { context.Set(key, value.Split('|')); }
    }
}
