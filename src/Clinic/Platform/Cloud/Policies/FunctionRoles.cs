namespace Clinic.Platform.Cloud.Policies;

/// <summary>What the functions may do as themselves: hardly anything. Writing their own logs is added by the stack.</summary>
internal static class FunctionRoles
{
    /// <summary>
    /// Before a session is known there is no tenant to be tagged with: the login pointer, the session item and the state of the
    /// tenant are read as the function. None of them tells anything of a patient.
    /// </summary>
    internal static readonly PolicyDocument ApiBase = new(RoleNames.ApiBase,
    [
        Grants.ItemsLike(
            "LoginPointers", CloudParts.Directory, [KeyPatterns.Logins], "dynamodb:GetItem", "dynamodb:Query"),
        Grants.ItemsLike(
            "SessionsAndStates",
            CloudParts.Records,
            [KeyPatterns.AnySession, KeyPatterns.AnyState],
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
        new PolicyStatement(
            "PublishExportKey", PolicyEffect.Allow, ["kms:GetPublicKey"], [new PolicyResource.Key(CloudParts.ExportSigning)]),
        Grants.Assume(RolesOfApi),
    ]);

    internal static IReadOnlyList<string> RolesOfApi =>
        [RoleNames.TenantData, RoleNames.TenantOnboard, RoleNames.TenantAuditRead, RoleNames.TenantSupport];

    /// <summary>Which roles the worker of a queue may assume.</summary>
    internal static IReadOnlyList<string> RolesOfWorker(QueueSpec queue)
    {
        if (queue == CloudParts.Retention)
        {
            return [RoleNames.TenantData, RoleNames.ClockRole, RoleNames.TenantShred, RoleNames.TenantOnboard];
        }

        // The export holds the trail too, which no other worker reads.
        if (queue == CloudParts.Exports)
        {
            return [RoleNames.TenantData, RoleNames.TenantAuditRead];
        }

        return SendsMail(queue) ? [RoleNames.TenantData, RoleNames.TenantNotice] : [RoleNames.TenantData];
    }

    internal static PolicyDocument Worker(QueueSpec queue)
    {
        List<PolicyStatement> statements =
        [
            new(
                "OwnQueue",
                PolicyEffect.Allow,
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
                [new PolicyResource.Queue(queue)]),
            Grants.Assume(RolesOfWorker(queue)),
        ];
        if (queue == CloudParts.Exports)
        {
            statements.Add(new PolicyStatement(
                "SignManifests", PolicyEffect.Allow, ["kms:Sign"], [new PolicyResource.Key(CloudParts.ExportSigning)]));
        }

        if (SendsMail(queue))
        {
            statements.Add(new PolicyStatement(
                "SendMail",
                PolicyEffect.Allow,
                ["ses:SendEmail"],
                [new PolicyResource.MailIdentities(), new PolicyResource.MailConfigurations()]));
        }

        if (queue == CloudParts.DocumentsQueue)
        {
            statements.Add(new PolicyStatement(
                "MakeThumbnails",
                PolicyEffect.Allow,
                ["lambda:InvokeFunction"],
                [new PolicyResource.FunctionAlias(FunctionNames.Thumbnails)]));
        }

        return new PolicyDocument(RoleNames.Worker(queue.Name), statements);
    }

    /// <summary>
    /// Nothing: it decodes what strangers sent. What it is to look at comes with the invocation, signed for a minute by who may
    /// read it.
    /// </summary>
    internal static readonly PolicyDocument Thumbnails = new(RoleNames.Thumbnails, []);

    /// <summary>
    /// Reads what happened to the trail. AWS polls the stream with this role, and decrypts with it, since the table's key is
    /// ours. What it seals and where comes with the code that seals.
    /// </summary>
    internal static readonly PolicyDocument Sealer = new(RoleNames.Sealer,
    [
        new PolicyStatement(
            "AuditStream",
            PolicyEffect.Allow,
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
            [new PolicyResource.Stream(CloudParts.Audit)]),
        new PolicyStatement(
            "DataAtRest",
            PolicyEffect.Allow,
            ["kms:Decrypt"],
            [new PolicyResource.Key(CloudParts.DataAtRest)])
        .When(PolicyCondition.Equal(KeyPatterns.ViaService, KeyPatterns.ViaDynamoDb)),
        new PolicyStatement(
            "GiveUp",
            PolicyEffect.Allow,
            ["sqs:SendMessage"],
            [new PolicyResource.FailureQueue(FunctionNames.Sealer)]),
    ]);

    /// <summary>
    /// After a restore: reads which keys are destroyed, of all clinics, and takes them out of the restored table. KMS unwraps no
    /// key for this role, and it reads no record.
    /// </summary>
    internal static readonly PolicyDocument Restorer = new(RoleNames.Restorer,
    [
        new PolicyStatement(
            "LedgerList", PolicyEffect.Allow, ["s3:ListBucket"], [new PolicyResource.Bucket(CloudParts.Trail)])
        .When(PolicyCondition.Like("s3:prefix", KeyPatterns.ShredPrefix + "*")),
        new PolicyStatement(
            "LedgerRead",
            PolicyEffect.Allow,
            ["s3:GetObject"],
            [new PolicyResource.Objects(CloudParts.Trail, KeyPatterns.AnyShreds)]),
        Grants.VaultAtRest("kms:Decrypt"),
        new PolicyStatement(
            "KeysDestroy",
            PolicyEffect.Allow,
            ["dynamodb:Query", "dynamodb:DeleteItem"],
            [new PolicyResource.Table(CloudParts.Keys), new PolicyResource.Restored(CloudParts.Keys)])
        .When(
            PolicyCondition.EveryLike(KeyPatterns.LeadingKeys, KeyPatterns.AnyKeys),
            PolicyCondition.IsNull(KeyPatterns.LeadingKeys, false)),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
    ]);

    private static bool SendsMail(QueueSpec queue) => queue == CloudParts.Notifications || queue == CloudParts.BreachAlerts;
}
