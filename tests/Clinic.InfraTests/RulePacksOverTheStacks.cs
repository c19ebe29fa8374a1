using Clinic.InfraTests.Checkers;

namespace Clinic.InfraTests;

/// <summary>
/// What other people's rules have against the stacks: nothing that docs/security/findings.md does not answer, and no answer
/// there without its finding. Each checker runs once, over dev, prod and the planted faults.
/// </summary>
public abstract class RulePackOverTheStacks
{
    private readonly string _tool;
    private readonly Lazy<Task<IReadOnlyList<Finding>>> _findings;
    private readonly IReadOnlyList<Acknowledgement> _known;

    private protected RulePackOverTheStacks(string tool, Lazy<Task<IReadOnlyList<Finding>>> findings)
    {
        _tool = tool;
        _findings = findings;
        _known = AcknowledgedFindings.Of(tool);
    }

    [Fact]
    public async Task Finds_nothing_that_is_not_acknowledged() =>
        Nothing(Findings.Unacknowledged(await RealAsync(), _known));

    [Fact]
    public async Task Finds_everything_that_is_acknowledged() => Nothing(Findings.Stale(await RealAsync(), _known));

    [Fact]
    public async Task A_row_that_is_taken_away_is_noticed()
    {
        var real = await RealAsync();
        foreach (var row in _known)
        {
            Assert.NotEmpty(Findings.Unacknowledged(real, [.. _known.Where(other => other.Rule != row.Rule)]));
        }
    }

    [Fact]
    public async Task A_row_that_answers_nothing_is_noticed()
    {
        var row = new Acknowledgement(_tool, "*", "BucketOfYesterday", "");
        Assert.Single(Findings.Stale(await RealAsync(), [.. _known, row]));
    }

    /// <summary>The rule speaks, and no acknowledgement silences it.</summary>
    protected async Task NoticedAsync(string fault, string rule)
    {
        var planted = (await _findings.Value).Where(finding => finding.Stack == fault);
        Assert.Contains(Findings.Unacknowledged(planted, _known), line => line.Contains($": {rule}", StringComparison.Ordinal));
    }

    private static void Nothing(IEnumerable<string> complaints) =>
        Assert.True(!complaints.Any(), string.Join(Environment.NewLine, complaints));

    private async Task<IReadOnlyList<Finding>> RealAsync() =>
        [.. (await _findings.Value).Where(finding => finding.Stack.Contains('/'))];
}

/// <summary>cdk-nag: AWS Solutions, HIPAA Security, Serverless.</summary>
public class NagOverTheStacks : RulePackOverTheStacks
{
    private static readonly Lazy<Task<IReadOnlyList<Finding>>> Found =
        new(() => Findings.OfAsync("nag.cjs", PlantedFault.All));

    public NagOverTheStacks()
        : base(Tools.Nag, Found)
    {
    }

    [Theory]
    [InlineData("an open bucket", "AwsSolutions-S2")]
    [InlineData("an open bucket", "HIPAA.Security-S3BucketLevelPublicAccessProhibited")]
    [InlineData("a bucket over plain HTTP", "AwsSolutions-S10")]
    [InlineData("a table without restore", "AwsSolutions-DDB3")]
    [InlineData("a queue in the clear", "AwsSolutions-SQS2")]
    [InlineData("a queue over plain HTTP", "AwsSolutions-SQS4")]
    [InlineData("a key that does not rotate", "AwsSolutions-KMS5")]
    [InlineData("a right to everything", "AwsSolutions-IAM5[Action::dynamodb:*]")]
    public Task A_planted_fault_is_noticed(string fault, string rule) => NoticedAsync(fault, rule);
}

/// <summary>cfn-guard: the rules of AWS Control Tower.</summary>
public class GuardOverTheStacks : RulePackOverTheStacks
{
    private static readonly Lazy<Task<IReadOnlyList<Finding>>> Found =
        new(() => Findings.OfAsync("guard.cjs", PlantedFault.All));

    public GuardOverTheStacks()
        : base(Tools.Guard, Found)
    {
    }

    [Theory]
    [InlineData("an open bucket", "s3_bucket_level_public_access_prohibited_check")]
    [InlineData("a bucket over plain HTTP", "s3_bucket_policy_ssl_requests_only_check")]
    [InlineData("a table without restore", "dynamodb_table_pitr_enabled_check")]
    [InlineData("a queue in the clear", "sqs_queue_encrypted_check")]
    [InlineData("a key that does not rotate", "kms_key_rotation_enabled_check")]
    public Task A_planted_fault_is_noticed(string fault, string rule) => NoticedAsync(fault, rule);
}
