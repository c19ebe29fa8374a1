namespace Clinic.Platform.Cloud.Policies;

/// <summary>
/// What a statement is about, as a part of the system and not as an ARN: the stack knows tokens where local has
/// names.
/// </summary>
public abstract record PolicyResource
{
    public sealed record Table(TableSpec Spec) : PolicyResource;

    public sealed record Index(TableSpec Spec, IndexSpec Of) : PolicyResource;

    /// <summary>The stream of a table; AWS draws its label when the stream is switched on.</summary>
    public sealed record Stream(TableSpec Of) : PolicyResource;

    /// <summary>A table that a backup of this one was restored into.</summary>
    public sealed record Restored(TableSpec Of) : PolicyResource;

    public sealed record Bucket(BucketSpec Spec) : PolicyResource;

    /// <summary>The objects whose key matches the pattern.</summary>
    public sealed record Objects(BucketSpec Spec, string KeyPattern) : PolicyResource;

    public sealed record Key(KmsKeySpec Spec) : PolicyResource;

    public sealed record Queue(QueueSpec Spec) : PolicyResource;

    /// <summary>Where a function's failures wait.</summary>
    public sealed record FailureQueue(string Function) : PolicyResource;

    /// <summary>A function by its alias: neither another version of it nor the function without one.</summary>
    public sealed record FunctionAlias(string Function) : PolicyResource;

    public sealed record Role(string Name) : PolicyResource;

    /// <summary>Every sender identity and configuration set of the account: SES checks both.</summary>
    public sealed record MailIdentities : PolicyResource;

    public sealed record MailConfigurations : PolicyResource;

    /// <summary>The resource that carries the policy; in key, bucket and trust policies.</summary>
    public sealed record Self : PolicyResource;
}

/// <summary>Turns parts of the system into ARNs: names in one stage, or tokens of the stack.</summary>
public interface IPolicyArns
{
    string Table(TableSpec table);

    string Index(TableSpec table, IndexSpec index);

    string Restored(TableSpec table);

    string Stream(TableSpec table);

    string Bucket(BucketSpec bucket);

    string Objects(BucketSpec bucket, string keyPattern);

    string Key(KmsKeySpec key);

    string Queue(QueueSpec queue);

    string FailureQueue(string function);

    string FunctionAlias(string function);

    string Role(string role);

    string MailIdentities { get; }

    string MailConfigurations { get; }

    /// <summary>The root principal of the account.</summary>
    string Account { get; }

    /// <summary>The twelve digits alone.</summary>
    string AccountId { get; }
}

/// <summary>ARNs by name, of one stage and account.</summary>
public sealed class NamedArns(CloudNames names) : IPolicyArns
{
    public CloudNames Names { get; } = names;

    public string MailIdentities => $"arn:aws:ses:{CloudNames.Region}:{Names.Account}:identity/*";

    public string MailConfigurations => $"arn:aws:ses:{CloudNames.Region}:{Names.Account}:configuration-set/*";

    public string Account => $"arn:aws:iam::{Names.Account}:root";

    public string AccountId => Names.Account;

    public string Table(TableSpec table) => Names.TableArn(table);

    public string Index(TableSpec table, IndexSpec index) => $"{Names.TableArn(table)}/index/{index.Name}";

    public string Restored(TableSpec table) => Names.RestoredArn(table);

    public string Stream(TableSpec table) => $"{Names.TableArn(table)}/stream/*";

    public string Bucket(BucketSpec bucket) => Names.BucketArn(bucket);

    public string Objects(BucketSpec bucket, string keyPattern) => $"{Names.BucketArn(bucket)}/{keyPattern}";

    /// <summary>
    /// AWS draws the id of a key; without AWS it is the key's name, so that an alias is not mistaken for a key.
    /// </summary>
    public string Key(KmsKeySpec key) => $"arn:aws:kms:{CloudNames.Region}:{Names.Account}:key/{Names.Stage}-{key.Name}";

    public string Queue(QueueSpec queue) => Names.QueueArn(queue);

    public string FailureQueue(string function) =>
        $"arn:aws:sqs:{CloudNames.Region}:{Names.Account}:{Names.FailureQueue(function)}";

    public string FunctionAlias(string function) => Names.AliasArn(function);

    public string Role(string role) => Names.RoleArn(role);
}
