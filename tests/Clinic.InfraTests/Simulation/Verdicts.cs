using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Simulation;

/// <summary>What one side says to a row.</summary>
/// <param name="Allowed">Null when the side cannot answer.</param>
/// <param name="Said">In its own words, for a failing test.</param>
internal sealed record Verdict(SimulationRow Row, bool? Allowed, string Said)
{
    public string? Complaint(string side)
    {
        var agrees = Allowed == Row.Allowed;
        return (agrees, Row.HasGap(side)) switch
        {
            (false, false) => $"{Row.Question}: {side} says {Said}, the table {(Row.Allowed ? "allow" : "deny")} ({Row.Why})",
            (true, true) => $"{Row.Question}: {side} answers as the table, so the gap is none",
            _ => null,
        };
    }
}

/// <summary>Our evaluator over the documents of the code: what the gate enforces locally.</summary>
internal static class OwnVerdicts
{
    public const string Side = "own";

    /// <param name="change">Plants a fault in a role; null for the documents as they are.</param>
    public static Verdict Of(SimulationRow row, CloudNames names, Func<RoleSpec, RoleSpec>? change = null)
    {
        if (Roles.Find(row.Role) is not { } role) { return new Verdict(row, Allowed: null, "that it knows no such role"); }

        var arns = new NamedArns(names);
        var identity = BoundPolicy.Bind((change?.Invoke(role) ?? role).Identity, arns);
        BoundPolicy[] resource = SimulatedResource.PolicyInCode(row.Resource) is { } document
            ? [BoundPolicy.Bind(document, arns, SimulatedResource.Arn(row.Resource, names))]
            : [];
        var trust = row.IsAssume && Roles.Find(SimulatedResource.Name(row.Resource)) is { } target
            ? BoundPolicy.Bind((change?.Invoke(target) ?? target).Trust, arns)
            : null;
        var allowed = row.Requests(names).All(request =>
            PolicyEvaluator.Decide(request, [identity], resource, names.RoleArn(role.Name)) == PolicyVerdict.Allowed
            && (trust is null || PolicyEvaluator.Decide(request, [trust], names.RoleArn(role.Name)) == PolicyVerdict.Allowed));
        return new Verdict(row, allowed, allowed ? "allow" : "deny");
    }
}

/// <summary>The simulator of IAM over the documents of the templates: what is deployed.</summary>
internal static class SimulatorVerdicts
{
    public const string Side = "tool";

    /// <summary>One process for all templates.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Verdict>>> OfAsync(
        IReadOnlyList<StageTemplates> variants, IReadOnlyList<SimulationRow> rows)
    {
        var questions = variants.SelectMany((stage, variant) => rows.SelectMany((row, at) =>
            Questions(row, stage).Select(question => (Id: (variant, at), Question: question)))).ToList();
        var given = await Simulator.AskAsync([.. questions.Select(one => one.Question)]);
        var answers = questions.Zip(given).ToLookup(pair => pair.First.Id, pair => pair.Second);
        return
        [
            .. variants.Select((_, variant) => rows.Select((row, at) => Combine(row, [.. answers[(variant, at)]])).ToArray()),
        ];
    }

    private static Verdict Combine(SimulationRow row, IReadOnlyList<SimulatorAnswer> answers)
    {
        var unread = answers.SelectMany(answer => answer.Ignored).Distinct().ToArray();
        bool? allowed = unread.Length > 0 || !answers.All(answer => answer.IsAnswered)
            ? null
            : answers.All(answer => answer.Verdict == "Allowed");
        var said = string.Join(", ", answers.Select(answer => answer.Verdict));
        return new Verdict(row, allowed, $"{said}, without reading [{string.Join(", ", unread)}]");
    }

    private static IEnumerable<SimulatorQuestion> Questions(SimulationRow row, StageTemplates stage)
    {
        var names = stage.Stage.Names;
        var role = stage.Find(PolicyChecks.Role, "RoleName", names.RoleName(row.Role))!;
        var identity = role.Get("Policies")!.AsArray().Select(policy => policy!["PolicyDocument"]!.ToJsonString()).ToArray();
        return row.Requests(names).Select(request => new SimulatorQuestion(
            $"arn:aws:sts::{names.Account}:assumed-role/{names.RoleName(row.Role)}/session",
            identity,
            SimulatedResource.PolicyInTemplate(row.Resource, stage)?.ToJsonString(),
            request.Action,
            request.Resource,
            names.Account,
            Simulator.Context(request.Context)));
    }
}
