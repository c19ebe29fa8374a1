using Clinic.Infra;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests;

/// <summary>Functions, logs, sources, alarms, and that each check notices what it is there for.</summary>
public class FunctionsOfTheStack
{
    public static TheoryData<string> StageNames => [.. Synthesis.StageNames];

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-3")]
    public void Every_function_has_a_role_a_log_and_a_limit_of_its_own(string stage) =>
        Assert.Empty(FunctionChecks.Functions(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    public void Logs_end_after_400_days_and_are_under_our_key(string stage) =>
        Assert.Empty(FunctionChecks.Logs(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "MSG-7")]
    public void Every_queue_and_the_trail_feed_their_function(string stage) =>
        Assert.Empty(FunctionChecks.Sources(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-6")]
    public void Every_alarm_rings_where_somebody_hears_it(string stage) => Assert.Empty(AlarmChecks.Ring(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-6")]
    public void What_can_fail_or_wait_is_watched(string stage) => Assert.Empty(AlarmChecks.Watched(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-6")]
    public void The_page_of_the_stage_shows_what_there_is(string stage) => Assert.Empty(AlarmChecks.Page(Synthesis.Stage(stage)));

    /// <summary>CloudFormation takes 500 resources and 1 MB in a stack; the API has room for some 150 routes.</summary>
    [Theory]
    [MemberData(nameof(StageNames))]
    public void Stacks_fit_into_the_limits_of_cloudformation(string stage)
    {
        foreach (var stack in Synthesis.Stage(stage).Stacks)
        {
            Assert.True(stack.Resources.Count <= 250, $"{stack.Resources.Count} resources");
            Assert.True(stack.Template.ToJsonString().Length < 500_000, "half of a template's size is used up");
        }
    }

    [Theory]
    [InlineData("clinic-prod-api", "Role", "\"arn:aws:iam::333333333333:role/clinic-prod-Worker-imports\"")]
    [InlineData("clinic-prod-api", "ReservedConcurrentExecutions", null)]
    [InlineData("clinic-prod-api", "Timeout", "60")]
    [InlineData("clinic-prod-worker-imports", "Role", "\"arn:aws:iam::333333333333:role/clinic-prod-Worker-retention\"")]
    [InlineData("clinic-prod-worker-imports", "Environment.Variables.QUEUE", "\"retention\"")]
    [InlineData("clinic-prod-worker-imports", "LoggingConfig", null)]
    [InlineData("clinic-prod-worker-imports", "Timeout", "31")]
    [InlineData("clinic-prod-thumbnails", "Role", "\"arn:aws:iam::333333333333:role/clinic-prod-Worker-documents\"")]
    [InlineData("clinic-prod-thumbnails", "ReservedConcurrentExecutions", null)]
    [InlineData("clinic-prod-sealer", "FunctionName", "\"other\"")]
    [InlineData("clinic-prod-sealer", "Runtime", "\"dotnet8\"")]
    [Trait("Promise", "OPS-3")]
    public void A_fault_in_a_function_is_noticed(string function, string path, string? value) => Assert.NotEmpty(
        FunctionChecks.Functions(Faults.Plant(FunctionChecks.Function, path, value, of => of.Text("FunctionName") == function)));

    [Fact]
    public void An_alias_that_leads_to_another_function_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        var workers = templates.Of(FunctionChecks.Source).First().Stack;
        var aliases = templates.Of(FunctionChecks.Alias).Where(alias => alias.Stack == workers).ToArray();
        aliases[0].Properties["FunctionVersion"] = aliases[1].Properties["FunctionVersion"]!.DeepClone();
        Assert.NotEmpty(FunctionChecks.Functions(templates));
    }

    [Theory]
    [InlineData("/clinic/prod/ApiBase", "RetentionInDays", null)]
    [InlineData("/clinic/prod/Worker-imports", "RetentionInDays", "30")]
    [InlineData("/clinic/prod/api-access", "KmsKeyId", null)]
    [InlineData("aws-waf-logs-clinic-prod-api", "LogGroupName", "\"other\"")]
    [InlineData("API-Gateway-Execution-Logs_Api/live", "LogGroupName", "\"other\"")]
    public void A_log_that_never_ends_or_is_open_is_noticed(string group, string path, string? value) => Assert.NotEmpty(
        FunctionChecks.Logs(Faults.Plant(FunctionChecks.LogGroup, path, value, of => of.Text("LogGroupName") == group)));

    [Theory]
    [InlineData("clinic-prod-imports", "FunctionResponseTypes", null)]
    [InlineData("clinic-prod-imports", "BatchSize", "10")]
    [InlineData("clinic-prod-imports", "ScalingConfig", null)]
    [InlineData("clinic-prod-imports", "ScalingConfig.MaximumConcurrency", "1000")]
    [InlineData("clinic-prod-imports", "EventSourceArn", "\"arn:aws:sqs:ap-south-1:333333333333:other\"")]
    [InlineData("clinic-prod-imports", "FunctionName", "\"clinic-prod-worker-imports\"")]
    [InlineData("clinic-prod-audit", "BisectBatchOnFunctionError", "false")]
    [InlineData("clinic-prod-audit", "ParallelizationFactor", "10")]
    [InlineData("clinic-prod-audit", "StartingPosition", "\"LATEST\"")]
    [InlineData("clinic-prod-audit", "DestinationConfig", null)]
    [InlineData("clinic-prod-audit", "FilterCriteria", """{"Filters":[]}""")]
    [Trait("Promise", "MSG-7")]
    public void A_fault_in_a_source_is_noticed(string source, string path, string? value) => Assert.NotEmpty(
        FunctionChecks.Sources(Faults.Plant(
            FunctionChecks.Source, path, value,
            of => of.Text("EventSourceArn")!.Contains(source, StringComparison.Ordinal))));

    [Fact]
    public void Workers_wait_for_the_scanner_only_where_there_is_one()
    {
        static string? Of(string? scan) => Stages.All(name => name == "CLINIC_MALWARE_SCAN_PROD" ? scan : null)
            .Single(stage => stage.Name == "prod") is { ScansUploads: true } ? "on" : null;
        Assert.Equal(("on", null, null), (Of("on"), Of(null), Of("off")));
    }

    [Fact]
    public void A_message_that_comes_back_while_it_is_worked_on_is_noticed() => Assert.NotEmpty(
        FunctionChecks.Sources(Faults.Plant(
            MessagingChecks.Queue, "VisibilityTimeout", "90", of => of.Text("QueueName") == "clinic-prod-imports")));

    [Theory]
    [InlineData("AlarmActions", null)]
    [InlineData("AlarmActions", """["arn:aws:sns:ap-south-1:333333333333:other"]""")]
    [InlineData("OKActions", null)]
    [InlineData("ActionsEnabled", "false")]
    [Trait("Promise", "OPS-6")]
    public void An_alarm_that_nobody_hears_is_noticed(string path, string? value) => Assert.NotEmpty(
        AlarmChecks.Ring(Faults.Plant(
            MessagingChecks.Alarm, path, value, of => of.Text("AlarmName") == "clinic-prod-api-errors")));

    [Theory]
    [InlineData("AWS::SNS::Topic", "KmsMasterKeyId", null)]
    [InlineData("AWS::SNS::TopicPolicy", "PolicyDocument.Statement.0", null)]
    [InlineData("AWS::SNS::TopicPolicy", "PolicyDocument.Statement.1.Condition", null)]
    [InlineData("AWS::SNS::TopicPolicy", "PolicyDocument.Statement.1.Principal", "\"*\"")]
    public void A_topic_that_others_may_ring_or_read_is_noticed(string type, string path, string? value) =>
        Assert.NotEmpty(AlarmChecks.Ring(Faults.Plant(type, path, value)));

    /// <summary>Each alarm in turn: none is there that nobody would miss.</summary>
    [Fact]
    public void Every_alarm_that_is_gone_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        foreach (var alarm in templates.Of(MessagingChecks.Alarm))
        {
            var without = Faults.Without(alarm.Id);
            Assert.True(
                AlarmChecks.Watched(without).Count + MessagingChecks.Queues(without).Count > 0, $"Nobody misses {alarm.Id}.");
        }
    }

    [Fact]
    public void An_alarm_that_rings_too_late_is_noticed() => Assert.NotEmpty(
        AlarmChecks.Watched(Faults.Plant(
            MessagingChecks.Alarm, "Threshold", "1000000", of => of.Text("AlarmName") == "clinic-prod-api-errors")));

    [Fact]
    public void An_end_of_a_key_that_nobody_notices_is_noticed() => Assert.NotEmpty(
        AlarmChecks.Watched(Faults.Plant(
            MessagingChecks.Rule, "EventPattern.detail.eventName", """["CreateKey"]""",
            of => of.Id.StartsWith("KeyEnds", StringComparison.Ordinal))));

    [Fact]
    public void A_page_that_shows_what_is_not_there_is_noticed() => Assert.NotEmpty(
        AlarmChecks.Page(Faults.Plant(
            FunctionChecks.Function, "FunctionName", "\"renamed\"", of => of.Text("FunctionName") == "clinic-prod-sealer")));
}
