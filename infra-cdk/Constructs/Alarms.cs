using Amazon.CDK.AWS.CloudWatch;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <summary>One metric of one thing.</summary>
internal sealed record Gauge(string Namespace, string Name, string Dimension, string Value);

/// <param name="Statistic">Such as Sum, Maximum, p99.</param>
/// <param name="Threshold">Reached is enough.</param>
/// <param name="Periods">Of so many minutes in a row, each must reach it.</param>
internal sealed record Ringing(string Statistic, double Threshold, int Periods = 1);

/// <summary>Alarms of a stage. All ring in the same place, and so does their end.</summary>
internal static class Alarms
{
    private const int PeriodSeconds = 60;

    public static string TopicName(CloudNames names) => $"clinic-{names.Stage}-alarms";

    /// <summary>By name, so that what rings does not depend on the stack of the topic but by order of deployment.</summary>
    public static string TopicArn(CloudNames names) =>
        $"arn:aws:sns:{CloudNames.Region}:{names.Account}:{TopicName(names)}";

    public static void Add(
        Construct scope, string id, CloudNames names, string name, string description, Gauge metric, Ringing rule)
    {
        var props = Props(names, name, description, rule);
        props.Namespace = metric.Namespace;
        props.MetricName = metric.Name;
        props.Dimensions = new[] { new CfnAlarm.DimensionProperty { Name = metric.Dimension, Value = metric.Value } };
        props.Period = PeriodSeconds;
        if (rule.Statistic.StartsWith('p')) { props.ExtendedStatistic = rule.Statistic; }
        else { props.Statistic = rule.Statistic; }

        _ = new CfnAlarm(scope, id, props);
    }

    /// <summary>The percentage of one count in another, where the other is large enough to say anything.</summary>
    public static void AddRatio(
        Construct scope, string id, CloudNames names, string name, string description, (Gauge Part, Gauge Whole, int WholeMin) of,
        Ringing rule)
    {
        var props = Props(names, name, description, rule);
        props.Metrics = new[]
        {
            new CfnAlarm.MetricDataQueryProperty
            {
                Id = "ratio",
                Expression = $"IF(whole >= {of.WholeMin}, 100 * part / whole, 0)",
                Label = "percent",
                ReturnData = true,
            },
            Count("part", of.Part, rule.Statistic),
            Count("whole", of.Whole, rule.Statistic),
        };
        _ = new CfnAlarm(scope, id, props);
    }

    private static CfnAlarmProps Props(CloudNames names, string name, string description, Ringing rule) => new()
    {
        AlarmName = name,
        AlarmDescription = description,
        EvaluationPeriods = rule.Periods,
        Threshold = rule.Threshold,
        ComparisonOperator = "GreaterThanOrEqualToThreshold",

        // Most of these metrics are only written when there is something to count.
        TreatMissingData = "notBreaching",
        AlarmActions = [TopicArn(names)],
        OkActions = [TopicArn(names)],
    };

    private static CfnAlarm.MetricDataQueryProperty Count(string id, Gauge metric, string statistic) => new()
    {
        Id = id,
        ReturnData = false,
        MetricStat = new CfnAlarm.MetricStatProperty
        {
            Metric = new CfnAlarm.MetricProperty
            {
                Namespace = metric.Namespace,
                MetricName = metric.Name,
                Dimensions = new[] { new CfnAlarm.DimensionProperty { Name = metric.Dimension, Value = metric.Value } },
            },
            Period = PeriodSeconds,
            Stat = statistic,
        },
    };
}
