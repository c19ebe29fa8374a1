namespace Clinic.Platform.Cloud;

/// <summary>
/// The physical names and ARNs of one deployed stage. The stack, the local stand-ins and the running code all ask this type,
/// so a name is spelled once. Region is Mumbai by design (OPS-1); only the stage and the account vary.
/// </summary>
public sealed record CloudNames(string Stage, string Account)
{
    public const string Region = "ap-south-1";

    /// <summary>The stage that <c>Clinic.Local</c> and the tests run.</summary>
    public static readonly CloudNames Local = new("local", "000000000000");

    /// <summary>Reads CLINIC_STAGE and CLINIC_ACCOUNT; both are required, so a half-configured function does not start.</summary>
    public static CloudNames FromEnvironment() => new(Required("CLINIC_STAGE"), Required("CLINIC_ACCOUNT"));

    public string Table(TableSpec table) => $"clinic-{Stage}-{table.Name}";

    public string TableArn(TableSpec table) => $"arn:aws:dynamodb:{Region}:{Account}:table/{Table(table)}";

    /// <summary>Restores go into tables whose names begin so: the policies let nobody else at them.</summary>
    public string RestoredPrefix(TableSpec table) => $"clinic-{Stage}-restored-{table.Name}-";

    public string RestoredArn(TableSpec table) =>
        $"arn:aws:dynamodb:{Region}:{Account}:table/{RestoredPrefix(table)}*";

    public string Queue(QueueSpec queue) => $"clinic-{Stage}-{queue.Name}";

    public string DeadLetterQueue(QueueSpec queue) => $"clinic-{Stage}-{queue.Name}-dlq";

    public string QueueArn(QueueSpec queue) => $"arn:aws:sqs:{Region}:{Account}:{Queue(queue)}";

    public string Function(string function) => $"clinic-{Stage}-{function}";

    public string FunctionArn(string function) => $"arn:aws:lambda:{Region}:{Account}:function:{Function(function)}";

    public string AliasArn(string function) => $"{FunctionArn(function)}:{FunctionNames.Live}";

    /// <summary>What a function could not do after all its tries waits here.</summary>
    public string FailureQueue(string function) => $"{Function(function)}-dlq";

    /// <summary>Bucket names are global, hence the account at the end.</summary>
    public string Bucket(BucketSpec bucket) => $"clinic-{Stage}-{bucket.Name}-{Account}";

    public string BucketArn(BucketSpec bucket) => $"arn:aws:s3:::{Bucket(bucket)}";

    /// <summary>What code gives to KMS as key id. Policies name the key itself, which the stack knows.</summary>
    public string KmsAlias(KmsKeySpec key) => $"arn:aws:kms:{Region}:{Account}:alias/clinic-{Stage}-{key.Name}";

    public string RoleName(string role) => $"clinic-{Stage}-{role}";

    public string RoleArn(string role) => $"arn:aws:iam::{Account}:role/{RoleName(role)}";

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set.");
}
