using System.Text.Json.Nodes;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Clinic.InfraTests.Simulation;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests;

/// <summary>
/// simulation.tsv, asked twice: of a simulator of IAM that others wrote, over the deployed documents, and of our evaluator, over
/// those of the code. Where one cannot answer as AWS would, its row says so.
/// </summary>
public class RolesInTheSimulator
{
    private static readonly IReadOnlyList<SimulationRow> Rows = SimulationRow.Read(
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Simulation", "simulation.tsv")));

    /// <summary>A statement that somebody widened, by what it is about.</summary>
    private static readonly Dictionary<string, Action<StageTemplates>> Widened = new()
    {
        ["any tenant's items"] = stage => Conditions(stage, "TenantData", "RecordsRead").Remove("ForAllValues:StringLike"),
        ["requests without leading keys"] = stage =>
            Conditions(stage, "TenantData", "RecordsRead")["Null"]!.AsObject().Remove(KeyPatterns.LeadingKeys),
        ["a pattern without its separator"] = stage =>
            Conditions(stage, "TenantData", "RecordsRead")["ForAllValues:StringLike"]![KeyPatterns.LeadingKeys] =
                $"T#{KeyPatterns.OwnTenant}*",
        ["writes outside transactions"] = stage =>
            Conditions(stage, "TenantData", "RecordsWrite").Remove("ForAnyValue:StringEquals"),
        ["a scan"] = stage =>
        {
            Statement(stage, "TenantData", "RecordsRead")["Action"]!.AsArray().Add("dynamodb:Scan");
            Statement(stage, "TenantData", "RecordsRead").Remove("Condition");
        },
        ["any tenant's objects"] = stage => Statement(stage, "TenantData", "Documents")["Resource"] =
            $"arn:aws:s3:::clinic-prod-documents-{stage.Stage.Account}/T/*",
        ["any tenant's wrapped keys"] = stage => Conditions(stage, "TenantData", "WrapKeys").Remove("StringEquals"),
        ["the key of the stores, called directly"] = stage => Statement(stage, "TenantData", "DataAtRest").Remove("Condition"),
        ["changes of the trail"] = stage =>
        {
            Statement(stage, "TenantData", "AuditAppend")["Action"]!.AsArray().Add("dynamodb:DeleteItem");
            stage.Find(StoreChecks.Table, "TableName", stage.Stage.Names.Table(CloudParts.Audit))!
                .Properties.Remove("ResourcePolicy");
        },
        ["a tag of any length"] = stage =>
            Trust(stage, "TenantData")["Condition"]!["StringLike"]![KeyPatterns.RequestTenant] = "*",
        ["a tag beside the tenant's"] = stage =>
            Trust(stage, "TenantData")["Condition"]!.AsObject().Remove("ForAllValues:StringEquals"),
        ["a role of another worker"] = stage => Trust(stage, "TenantShred")["Principal"]!["AWS"]!.AsArray()
            .Add($"arn:aws:iam::{stage.Stage.Account}:role/clinic-prod-Worker-imports"),
    };

    /// <summary>All questions to the simulator in one process: the documents as they are, then each widened.</summary>
    private static readonly Lazy<Task<IReadOnlyList<IReadOnlyList<Verdict>>>> Simulated = new(() =>
        SimulatorVerdicts.OfAsync([Synthesis.Stage("prod"), .. Widened.Values.Select(Planted)], Rows));

    public static TheoryData<string> Faults => [.. Widened.Keys];

    [Fact]
    [Trait("Promise", "ISO-1")]
    [Trait("Promise", "ISO-2")]
    [Trait("Promise", "AUD-2")]
    [Trait("Promise", "OPS-3")]
    public async Task The_simulator_answers_as_the_table() =>
        Nothing((await Simulated.Value)[0].Select(verdict => verdict.Complaint(SimulatorVerdicts.Side)));

    [Fact]
    [Trait("Promise", "ISO-1")]
    [Trait("Promise", "ISO-2")]
    [Trait("Promise", "ISO-3")]
    public void Our_evaluator_answers_as_the_table()
    {
        var names = Synthesis.Stage("prod").Stage.Names;
        Nothing(Rows.Select(row => OwnVerdicts.Of(row, names).Complaint(OwnVerdicts.Side)));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_widened_statement_makes_rows_fail(string fault)
    {
        var verdicts = (await Simulated.Value)[1 + Widened.Keys.ToList().IndexOf(fault)];
        Assert.Contains(verdicts, verdict => verdict is { Allowed: true, Row.Allowed: false });
    }

    /// <summary>The same of our evaluator: without conditions a tenant's session reaches every tenant.</summary>
    [Theory]
    [InlineData("RecordsRead")]
    [InlineData("RecordsWrite")]
    [InlineData("KeysRead")]
    [InlineData("AuditAppend")]
    [InlineData("Documents")]
    [InlineData("DataAtRest")]
    [InlineData("WrapKeys")]
    public void A_statement_without_conditions_makes_rows_fail(string sid)
    {
        RoleSpec Widen(RoleSpec role) => role with
        {
            Identity = role.Identity with
            {
                Statements = [.. role.Identity.Statements.Select(one => one.Sid == sid ? one with { Conditions = [] } : one)],
            },
        };
        var names = Synthesis.Stage("prod").Stage.Names;
        Assert.Contains(Rows, row => !row.Allowed && OwnVerdicts.Of(row, names, Widen).Allowed == true);
    }

    /// <summary>
    /// A role without a row, or with nothing refused, is one that nobody thought about. What has no policy of ours but one of
    /// AWS (the gateway's, to log) is not ours to ask about. Of a role without a right no row may allow anything.
    /// </summary>
    [Fact]
    public void Every_role_of_the_stack_is_asked_and_mostly_refused()
    {
        var names = Synthesis.Stage("prod").Stage.Names;
        var roles = Synthesis.Stage("prod").Of(PolicyChecks.Role)
            .Where(role => role.Get("Policies") is not null)
            .Select(role => role.Text("RoleName")!);
        var asked = Rows.ToLookup(row => names.RoleName(row.Role), row => row.Allowed);
        var powerless = Roles.All.Where(spec => spec.Identity.Statements.Count == 0).Select(spec => names.RoleName(spec.Name));
        Assert.All(roles, role => Assert.True(asked[role].Contains(true) != powerless.Contains(role), role));
        Assert.All(roles, role => Assert.True(asked[role].Contains(false), role));
        Assert.True(Rows.Count(row => !row.Allowed) > 2 * Rows.Count(row => row.Allowed));
        Assert.Equal(Rows.Count, Rows.DistinctBy(row => row.Question).Count());
    }

    [Theory]
    [InlineData("TenantData\t-\ts3:GetObject\tbucket:documents/1\t-\tperhaps\twhy\t-")]
    [InlineData("TenantData\t-\ts3:GetObject\tbucket:documents/1\t-\tdeny\twhy")]
    public void A_malformed_row_is_refused(string line) => Assert.Throws<FormatException>(() => SimulationRow.Read([line]));

    private static StageTemplates Planted(Action<StageTemplates> fault)
    {
        var stage = Synthesis.Stage("prod");
        fault(stage);
        return stage;
    }

    private static JsonObject Conditions(StageTemplates stage, string role, string sid) =>
        Statement(stage, role, sid)["Condition"]!.AsObject();

    private static JsonObject Statement(StageTemplates stage, string role, string sid) =>
        Role(stage, role).Properties["Policies"]![0]!["PolicyDocument"]!["Statement"]!.AsArray()
            .Single(statement => statement!["Sid"]!.ToString() == sid)!.AsObject();

    private static JsonObject Trust(StageTemplates stage, string role) =>
        Role(stage, role).Properties["AssumeRolePolicyDocument"]!["Statement"]![0]!.AsObject();

    private static Resource Role(StageTemplates stage, string role) =>
        stage.Find(PolicyChecks.Role, "RoleName", stage.Stage.Names.RoleName(role))!;

    private static void Nothing(IEnumerable<string?> complaints)
    {
        var found = complaints.OfType<string>().ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
