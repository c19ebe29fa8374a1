using Clinic.InfraTests.Simulation;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>The drawn questions, and what the simulator of others says to each.</summary>
internal static class Questions
{
    private const int OfTaggedRole = 330;
    private const int OfRole = 110;
    private const int OfTrust = 70;
    private const int Documents = 450;
    private const int OfDocument = 5;

    private static readonly CloudNames Names = new("prod", "000000000000");

    public static IReadOnlyList<Drawn> All(int seed)
    {
        var draw = new Draw(seed);
        var requests = new DrawnRequests(draw, Names);
        var assumptions = new DrawnAssumptions(draw, Names);
        return
        [
            .. Roles.All.SelectMany(role => requests.Of(
                role, RoleNames.IsTagged(role.Name) && !role.IsFunction ? OfTaggedRole : OfRole)),
            .. Roles.All.SelectMany(role => assumptions.Of(role, OfTrust)),
            .. new DrawnDocuments(new Draw(seed)).Of(Documents, OfDocument),
        ];
    }

    /// <summary>All in one process.</summary>
    public static async Task<IReadOnlyList<Comparison>> CompareAsync(IReadOnlyList<Drawn> asked)
    {
        var answers = await Simulator.AskAsync([.. asked.Select(Question)]);
        return [.. asked.Zip(answers, Compare)];
    }

    public static SimulatorQuestion Question(Drawn asked) => new(
        asked.Principal.Replace(":iam:", ":sts:", StringComparison.Ordinal)
            .Replace(":role/", ":assumed-role/", StringComparison.Ordinal) + "/session",
        [PolicyJson.Write(asked.Identity)],
        asked.Resource is null ? null : PolicyJson.Write(asked.Resource, asked.IsTrust),
        asked.Request.Action,
        asked.Request.Resource,
        Names.Account,
        Simulator.Context(asked.Request.Context));

    private static Comparison Compare(Drawn asked, SimulatorAnswer answer)
    {
        var sides = answer is { IsAnswered: true, Ignored.Length: 0 }
            ? new Sides(
                Verdict(answer.Identity!), answer.Resource is "ExplicitlyDenied" or "DeniedForAccount",
                asked.IsTrust ? answer.Resource is "Allowed" : null, answer.Verdict == "Allowed")
            : null;
        return new Comparison(
            asked, asked.Own(), sides, $"{answer.Verdict} without reading [{string.Join(", ", answer.Ignored)}]",
            answer.Resource is "Allowed");
    }

    private static PolicyVerdict Verdict(string text) => text switch
    {
        "Allowed" => PolicyVerdict.Allowed,
        "ExplicitlyDenied" => PolicyVerdict.Denied,
        _ => PolicyVerdict.Silent,
    };
}
