using Clinic.Infra.Stacks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Infra.Constructs;

/// <summary>
/// ARNs of a stage as the stacks know them. Everything has a name of its own and so an ARN before it exists; only the ids of
/// keys are drawn by AWS, hence tokens. Names instead of references also keep stacks from exporting to each other.
/// </summary>
internal sealed class StackArns(CloudNames names, KeysStack keys) : IPolicyArns
{
    private readonly NamedArns _named = new(names);

    public string MailIdentities => _named.MailIdentities;

    public string MailConfigurations => _named.MailConfigurations;

    public string Account => _named.Account;

    public string AccountId => _named.AccountId;

    public string Table(TableSpec table) => _named.Table(table);

    public string Index(TableSpec table, IndexSpec index) => _named.Index(table, index);

    public string Restored(TableSpec table) => _named.Restored(table);

    public string Stream(TableSpec table) => _named.Stream(table);

    public string Bucket(BucketSpec bucket) => _named.Bucket(bucket);

    public string Objects(BucketSpec bucket, string keyPattern) => _named.Objects(bucket, keyPattern);

    public string Key(KmsKeySpec key) => keys.Arn(key);

    public string Queue(QueueSpec queue) => _named.Queue(queue);

    public string FailureQueue(string function) => _named.FailureQueue(function);

    public string FunctionAlias(string function) => _named.FunctionAlias(function);

    public string Role(string role) => _named.Role(role);
}
