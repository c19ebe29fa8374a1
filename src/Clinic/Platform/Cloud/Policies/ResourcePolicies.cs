namespace Clinic.Platform.Cloud.Policies;

/// <summary>
/// What the resources themselves refuse, whoever asks: a role policy that someone widens by mistake stays without effect.
/// </summary>
public static class ResourcePolicies
{
    /// <summary>
    /// The trail is appended to; nobody changes or takes away an entry (AUD-2). BatchWriteItem cannot be told to put only.
    /// Null where the table needs no policy of its own.
    /// </summary>
    public static PolicyDocument? Of(TableSpec table) => table != CloudParts.Audit ? null : new PolicyDocument(
        table.Name,
        [
            Refuse(
                "AppendOnly",
                [
                    "dynamodb:UpdateItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:PartiQLInsert",
                    "dynamodb:PartiQLUpdate",
                    "dynamodb:PartiQLDelete",
                ],
                new PolicyResource.Table(table)),
        ]);

    /// <summary>Objects travel over TLS only, which all buckets ask alike; uploads come under a key of their own.</summary>
    public static PolicyDocument Of(BucketSpec bucket)
    {
        List<PolicyStatement> statements =
        [
            Refuse("TlsOnly", ["s3:*"], new PolicyResource.Bucket(bucket), new PolicyResource.Objects(bucket, "*"))
                .When(PolicyCondition.IsTrue("aws:SecureTransport", false)),
        ];
        if (bucket.KeysOfClients)
        {
            // Whoever widens a role: what a client puts is never under the bucket's own key alone (ENC-4).
            statements.Add(Refuse(
                "UploadsUnderKey", ["s3:PutObject"], new PolicyResource.Objects(bucket, KeyPatterns.AnyUploads))
                .When(PolicyCondition.NotEqual(KeyPatterns.UploadKeyAlgorithm, KeyPatterns.UploadKeyAes)));
        }

        if (bucket.ServerLogs)
        {
            statements.Add(Allow(
                "ServerLogs", "logging.s3.amazonaws.com", ["s3:PutObject"], new PolicyResource.Objects(bucket, "*"))
                .When(PolicyCondition.Equal(KeyPatterns.SourceAccount, KeyPatterns.ThisAccount)));
        }

        return new PolicyDocument(bucket.Name, statements);
    }

    /// <summary>
    /// IAM policies of the account decide; what wraps tenant keys is shut without a tenant in the context (ISO-3).
    /// </summary>
    public static PolicyDocument Of(KmsKeySpec key)
    {
        List<PolicyStatement> statements =
        [
            new PolicyStatement("Account", PolicyEffect.Allow, ["kms:*"], [new PolicyResource.Self()])
                .For(new PolicyPrincipal.Account()),
        ];
        if (key == CloudParts.TenantWrap)
        {
            statements.Add(Refuse(
                "TenantInContext",
                ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
                new PolicyResource.Self())
                .When(PolicyCondition.IsNull(KeyPatterns.ContextTenant, true)));
        }

        if (key == CloudParts.Logs)
        {
            statements.Add(Allow(
                "LogGroups",
                $"logs.{CloudNames.Region}.amazonaws.com",
                ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                new PolicyResource.Self())
                .When(PolicyCondition.Like(KeyPatterns.ContextLogGroup, KeyPatterns.OwnLogGroups)));
        }

        if (key == CloudParts.Alarms)
        {
            // Alarms alone: EventBridge would need the key without naming the account (SNS developer guide, key management).
            statements.Add(Allow(
                "Ring", "cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"], new PolicyResource.Self())
                .When(PolicyCondition.Equal(KeyPatterns.SourceAccount, KeyPatterns.ThisAccount)));
        }

        // A grant would stand beside all policies, and nothing reviews it: only AWS makes them, to serve its own stores.
        statements.Add(Refuse("GrantsToServicesOnly", ["kms:CreateGrant"], new PolicyResource.Self()).When(
            PolicyCondition.IsFalseOrAbsent("kms:GrantIsForAWSResource"),
            PolicyCondition.IsFalseOrAbsent("aws:PrincipalIsAWSService")));
        return new PolicyDocument(key.Name, statements);
    }

    private static PolicyStatement Allow(string sid, string service, string[] actions, PolicyResource resource) =>
        new PolicyStatement(sid, PolicyEffect.Allow, actions, [resource]).For(new PolicyPrincipal.Service(service));

    private static PolicyStatement Refuse(string sid, string[] actions, params PolicyResource[] resources) =>
        new PolicyStatement(sid, PolicyEffect.Deny, actions, resources).For(new PolicyPrincipal.Anyone());
}
