namespace Clinic.Platform.Cloud.Policies;

/// <summary>The statements that role policies are put together from. None grants Scan, PartiQL or table management.</summary>
internal static class Grants
{
    internal static readonly string[] Reads =
        ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"];

    internal static readonly string[] Writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];

    private const string Transaction = "TransactWriteItems";

    internal static PolicyStatement Items(string sid, TableSpec table, params string[] actions) =>
        new(sid, PolicyEffect.Allow, actions, [new PolicyResource.Table(table)]);

    /// <summary>
    /// Items of the session's own tenant. ForAllValues holds for a request without leading keys too, and a variable without a
    /// value must not be relied on to fail: hence both Null conditions (ISO-2).
    /// </summary>
    internal static PolicyStatement OwnItems(string sid, TableSpec table, params string[] actions) =>
        Items(sid, table, actions).When(
            PolicyCondition.EveryLike(KeyPatterns.LeadingKeys, KeyPatterns.OwnItems),
            PolicyCondition.IsNull(KeyPatterns.LeadingKeys, false),
            PolicyCondition.IsNull(KeyPatterns.PrincipalTenant, false));

    /// <summary>Some of the own tenant's items, by leading keys that name it.</summary>
    internal static PolicyStatement OwnItemsLike(string sid, TableSpec table, string[] keys, params string[] actions) =>
        ItemsLike(sid, table, keys, actions).When(PolicyCondition.IsNull(KeyPatterns.PrincipalTenant, false));

    /// <summary>
    /// Writes go in transactions only, so that no change can be made without its audit entry beside it (AUD-1). A tenant
    /// session cannot leave the entry out by accident of code: the single call is refused.
    /// </summary>
    internal static PolicyStatement OwnItemsInTransaction(string sid, TableSpec table, params string[] actions) =>
        OwnItems(sid, table, actions).When(PolicyCondition.SomeEqual(KeyPatterns.EnclosingOperation, Transaction));

    /// <summary>The same for some of the own tenant's items.</summary>
    internal static PolicyStatement OwnItemsLikeInTransaction(
        string sid, TableSpec table, string[] keys, params string[] actions) =>
        OwnItemsLike(sid, table, keys, actions).When(PolicyCondition.SomeEqual(KeyPatterns.EnclosingOperation, Transaction));

    /// <summary>Items by leading keys that do not depend on who asks.</summary>
    internal static PolicyStatement ItemsLike(string sid, TableSpec table, string[] keys, params string[] actions) =>
        Items(sid, table, actions).When(
            PolicyCondition.EveryLike(KeyPatterns.LeadingKeys, keys),
            PolicyCondition.IsNull(KeyPatterns.LeadingKeys, false));

    internal static PolicyStatement OwnObjects(string sid, BucketSpec bucket, params string[] actions) =>
        OwnObjectsLike(sid, bucket, KeyPatterns.OwnObjects, actions);

    /// <summary>Some of the own tenant's objects, by a pattern that names it.</summary>
    internal static PolicyStatement OwnObjectsLike(string sid, BucketSpec bucket, string pattern, params string[] actions) =>
        new PolicyStatement(sid, PolicyEffect.Allow, actions, [new PolicyResource.Objects(bucket, pattern)])
            .When(PolicyCondition.IsNull(KeyPatterns.PrincipalTenant, false));

    /// <summary>
    /// DynamoDB and S3 call KMS as the caller, with a context of their own (table, account; object). So this statement must
    /// not ask for the tenant; it asks that the call comes through the service (the KMS trap of the design).
    /// </summary>
    internal static PolicyStatement DataAtRest(params string[] services) =>
        new PolicyStatement(
            "DataAtRest",
            PolicyEffect.Allow,
            [
                "kms:Decrypt",
                "kms:Encrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:DescribeKey",
            ],
            [new PolicyResource.Key(CloudParts.DataAtRest)])
        .When(PolicyCondition.Equal(KeyPatterns.ViaService, services));

    /// <summary>What S3 asks of the trail's key for whoever writes or reads objects there.</summary>
    internal static PolicyStatement VaultAtRest(params string[] actions) =>
        new PolicyStatement("VaultAtRest", PolicyEffect.Allow, actions, [new PolicyResource.Key(CloudParts.AuditVault)])
            .When(PolicyCondition.Equal(KeyPatterns.ViaService, KeyPatterns.ViaS3));

    /// <summary>Direct calls with the session's own tenant in the encryption context (ISO-3).</summary>
    internal static PolicyStatement OwnWrap(string sid, params string[] actions) =>
        new PolicyStatement(sid, PolicyEffect.Allow, actions, [new PolicyResource.Key(CloudParts.TenantWrap)]).When(
            PolicyCondition.Equal(KeyPatterns.ContextTenant, KeyPatterns.OwnTenant),
            PolicyCondition.IsNull(KeyPatterns.PrincipalTenant, false));

    internal static PolicyStatement Assume(params IEnumerable<string> roles) => new(
        "AssumeTenantRoles",
        PolicyEffect.Allow,
        ["sts:AssumeRole", "sts:TagSession"],
        [.. roles.Select(role => new PolicyResource.Role(role))]);
}
