namespace Clinic.Platform.Cloud.Policies;

/// <summary>What the roles may do that functions assume for one piece of work.</summary>
internal static class TenantRoles
{
    /// <summary>All work for one tenant. The table itself, never its indexes: an index has other leading keys.</summary>
    internal static readonly PolicyDocument Data = new(RoleNames.TenantData,
    [
        Grants.OwnItems("RecordsRead", CloudParts.Records, Grants.Reads),
        Grants.OwnItemsInTransaction("RecordsWrite", CloudParts.Records, Grants.Writes),
        Grants.OwnItems("KeysRead", CloudParts.Keys, Grants.Reads),

        // A key is written once and never changed; taking it away is another role's work (RET-7).
        Grants.OwnItemsInTransaction("KeysFirstPut", CloudParts.Keys, "dynamodb:PutItem"),

        // Plain too: reads, denials and log-ins leave an entry without a change beside it (AUD-1).
        Grants.OwnItems("AuditAppend", CloudParts.Audit, "dynamodb:PutItem"),

        // A ticket is signed with this role: without an upload key it is good for nothing (ENC-4).
        Grants.OwnObjectsLike("UploadsUnderKey", CloudParts.Incoming, KeyPatterns.OwnUploads, "s3:PutObject")
            .When(PolicyCondition.Equal(KeyPatterns.UploadKeyAlgorithm, KeyPatterns.UploadKeyAes)),
        Grants.OwnObjectsLike("Handovers", CloudParts.Incoming, KeyPatterns.OwnHandovers, "s3:PutObject"),
        Grants.OwnObjects("Incoming", CloudParts.Incoming, "s3:GetObject", "s3:DeleteObject"),

        // The scanner puts its word on the copy that it looked at; nobody of ours reads one, or writes a tag.
        Grants.OwnObjectsLike(
            "ToScan", CloudParts.Incoming, KeyPatterns.OwnToScan, "s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging"),
        Grants.OwnObjects("Documents", CloudParts.Documents, "s3:PutObject", "s3:GetObject", "s3:DeleteObject"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb, KeyPatterns.ViaS3),
        Grants.OwnWrap("WrapKeys", "kms:GenerateDataKey", "kms:Decrypt"),
    ]);

    /// <summary>Login pointers: sign-up, accepting an invitation, change of address. They carry no authority.</summary>
    internal static readonly PolicyDocument Onboard = new(RoleNames.TenantOnboard,
    [
        Grants.ItemsLike(
            "Logins",
            CloudParts.Directory,
            [KeyPatterns.Logins],
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
    ]);

    /// <summary>The trail of one tenant, to read; the details in it are sealed, hence Decrypt.</summary>
    internal static readonly PolicyDocument AuditRead = new(RoleNames.TenantAuditRead,
    [
        Grants.OwnItems("Trail", CloudParts.Audit, "dynamodb:GetItem", "dynamodb:Query"),
        Grants.OwnItems("TrailIndex", CloudParts.AuditIndex, "dynamodb:GetItem", "dynamodb:Query"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
        Grants.OwnWrap("Unwrap", "kms:Decrypt"),
    ]);

    /// <summary>The only role that destroys keys, which is what erasure is (RET-7).</summary>
    internal static readonly PolicyDocument Shred = new(RoleNames.TenantShred,
    [
        Grants.OwnItems("KeysDestroy", CloudParts.Keys, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:DeleteItem"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),

        // Written before the key goes, under Object Lock: nobody, this role neither, takes an entry away.
        new PolicyStatement(
            "Ledger",
            PolicyEffect.Allow,
            ["s3:PutObject"],
            [new PolicyResource.Objects(CloudParts.Trail, KeyPatterns.OwnShreds)])
        .When(PolicyCondition.IsNull(KeyPatterns.PrincipalTenant, false)),
        Grants.VaultAtRest("kms:GenerateDataKey"),
    ]);

    /// <summary>
    /// Tells a clinic and its patients of an incident while the tenant is frozen and TenantData is refused. It may unwrap the
    /// contacts, audit-detail and identities keys only: the purpose stands in the encryption context that KMS itself checks, so
    /// the key that wraps those of care and bills, although readable as bytes in Keys, stays shut for this role. IAM sees no
    /// sort keys: of a patient's partition it may get a row that it can name, and it may list none.
    /// </summary>
    internal static readonly PolicyDocument Notice = new(RoleNames.TenantNotice,
    [
        Grants.OwnItemsLike(
            "RecordsRead", CloudParts.Records, KeyPatterns.OwnTold,
            "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"),
        Grants.OwnItemsLike("RecordsList", CloudParts.Records, KeyPatterns.OwnTellingLists, "dynamodb:Query"),
        Grants.OwnItemsLikeInTransaction(
            "RecordsWrite", CloudParts.Records, KeyPatterns.OwnTellingWrites, "dynamodb:PutItem", "dynamodb:UpdateItem"),
        Grants.OwnItemsLike("KeysRead", CloudParts.Keys, KeyPatterns.OwnKeys, "dynamodb:Query"),
        Grants.OwnItems("AuditAppend", CloudParts.Audit, "dynamodb:PutItem"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
        Grants.OwnWrap("UnwrapContacts", "kms:Decrypt")
            .When(PolicyCondition.Equal(KeyPatterns.ContextPurpose, "contacts", "audit-detail", "identities")),
    ]);

    /// <summary>
    /// What an operator reads under a grant (ISO-6). Row by row and nothing else: it lists nothing, searches nothing, writes
    /// nothing but its own entry in the clinic's trail, and unwraps the one key that wraps those of identities. That the
    /// grant is in force, and for which patient and fields, the code decides.
    /// </summary>
    internal static readonly PolicyDocument Support = new(RoleNames.TenantSupport,
    [
        Grants.OwnItemsLike(
            "Granted", CloudParts.Records, KeyPatterns.OwnGrantable, "dynamodb:GetItem", "dynamodb:BatchGetItem"),
        Grants.OwnItemsLike("KeysRead", CloudParts.Keys, KeyPatterns.OwnKeys, "dynamodb:Query"),
        Grants.OwnItems("AuditAppend", CloudParts.Audit, "dynamodb:PutItem"),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
        Grants.OwnWrap("UnwrapIdentities", "kms:Decrypt")
            .When(PolicyCondition.Equal(KeyPatterns.ContextPurpose, "identities")),
    ]);

    /// <summary>What is due, over all tenants: keys only, and nothing but the index.</summary>
    internal static readonly PolicyDocument Clock = new(RoleNames.ClockRole,
    [
        new PolicyStatement(
            "Due",
            PolicyEffect.Allow,
            ["dynamodb:Query"],
            [new PolicyResource.Index(CloudParts.Records, CloudParts.DueIndex)])
        .When(
            PolicyCondition.EveryLike(KeyPatterns.LeadingKeys, KeyPatterns.Due),
            PolicyCondition.IsNull(KeyPatterns.LeadingKeys, false)),
        Grants.DataAtRest(KeyPatterns.ViaDynamoDb),
    ]);
}
