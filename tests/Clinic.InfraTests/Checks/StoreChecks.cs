using System.Text.Json.Nodes;
using Clinic.Infra;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Checks;

/// <summary>Keys, tables and buckets against what <see cref="CloudParts"/> declares.</summary>
internal static class StoreChecks
{
    public const string Key = "AWS::KMS::Key";
    public const string Table = "AWS::DynamoDB::Table";
    public const string Bucket = "AWS::S3::Bucket";

    public static IReadOnlyList<string> Keys(StageTemplates stage)
    {
        var complaints = new Complaints();
        complaints.Expect(stage.Of(Key).Count() == CloudParts.KmsKeys.Count, "there are other keys than the declared ones");
        foreach (var spec in CloudParts.KmsKeys)
        {
            var alias = stage.Stage.Names.KmsAlias(spec).Split(':')[^1];
            if (complaints.One(stage, "AWS::KMS::Alias", "AliasName", alias) is not { } named) { continue; }

            var key = new Resource(stage, named.Stack, named.Properties["TargetKeyId"]!["Ref"]!.ToString(),
                named.Stack.Resources[named.Properties["TargetKeyId"]!["Ref"]!.ToString()]!.AsObject());
            complaints.Same(key, "MultiRegion", spec.MultiRegion);
            complaints.Same(key, "KeySpec", spec.Signing ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT");
            complaints.Same(key, "KeyUsage", spec.Signing ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT");
            complaints.Same(key, "EnableKeyRotation", !spec.Signing);
            Lasts(complaints, key);
        }

        return complaints.Found;
    }

    public static IReadOnlyList<string> Tables(StageTemplates stage)
    {
        var complaints = new Complaints();
        complaints.Expect(stage.Of(Table).Count() == CloudParts.Tables.Count, "there are other tables than the declared ones");
        foreach (var spec in CloudParts.Tables)
        {
            if (complaints.One(stage, Table, "TableName", stage.Stage.Names.Table(spec)) is not { } table) { continue; }

            complaints.Same(table, "BillingMode", "PAY_PER_REQUEST");
            complaints.Same(table, "KeySchema", Schema("pk", "sk"));
            complaints.Same(table, "GlobalSecondaryIndexes", Indexes(spec));
            complaints.Same(table, "TimeToLiveSpecification", spec.TtlAttribute is { } ttl
                ? new JsonObject { ["AttributeName"] = ttl, ["Enabled"] = true }
                : null);
            complaints.Same(table, "StreamSpecification", spec.Stream
                ? new JsonObject { ["StreamViewType"] = "NEW_AND_OLD_IMAGES" }
                : null);
            complaints.Same(table, "SSESpecification", new JsonObject
            {
                ["SSEEnabled"] = true,
                ["SSEType"] = "KMS",
                ["KMSMasterKeyId"] = new NamedArns(stage.Stage.Names).Key(CloudParts.DataAtRest),
            });
            complaints.Same(table, "PointInTimeRecoverySpecification", new JsonObject
            {
                ["PointInTimeRecoveryEnabled"] = true,
                ["RecoveryPeriodInDays"] = spec == CloudParts.Keys ? 7 : 35,
            });
            complaints.Same(table, "DeletionProtectionEnabled", stage.Stage.Name != "dev");
            Lasts(complaints, table);
        }

        return complaints.Found;
    }

    public static IReadOnlyList<string> Buckets(StageTemplates stage)
    {
        var complaints = new Complaints();
        complaints.Expect(stage.Of(Bucket).Count() == CloudParts.Buckets.Count, "there are other buckets than the declared ones");
        foreach (var spec in CloudParts.Buckets)
        {
            if (complaints.One(stage, Bucket, "BucketName", stage.Stage.Names.Bucket(spec)) is not { } bucket) { continue; }

            foreach (var shut in new[] { "BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets" })
            {
                complaints.Same(bucket, $"PublicAccessBlockConfiguration.{shut}", true);
            }

            complaints.Same(bucket, "OwnershipControls.Rules.0.ObjectOwnership", "BucketOwnerEnforced");
            const string Rule = "BucketEncryption.ServerSideEncryptionConfiguration.0";
            complaints.Same(bucket, $"{Rule}.BucketKeyEnabled", false);
            var key = spec == CloudParts.Trail ? CloudParts.AuditVault : CloudParts.DataAtRest;
            var isLog = spec == CloudParts.AccessLogs;
            complaints.Same(bucket, $"{Rule}.ServerSideEncryptionByDefault.SSEAlgorithm", isLog ? "AES256" : "aws:kms");
            complaints.Same(
                bucket,
                $"{Rule}.ServerSideEncryptionByDefault.KMSMasterKeyID",
                isLog ? null : new NamedArns(stage.Stage.Names).Key(key));
            complaints.Same(
                bucket,
                $"{Rule}.BlockedEncryptionTypes.EncryptionType.0",
                spec == CloudParts.Incoming ? "NONE" : isLog ? null : "SSE-C");
            complaints.Same(bucket, "LoggingConfiguration", isLog ? null : new JsonObject
            {
                ["DestinationBucketName"] = stage.Stage.Names.Bucket(CloudParts.AccessLogs),
                ["LogFilePrefix"] = $"{spec.Name}/",
            });
            complaints.Same(bucket, "VersioningConfiguration.Status", spec.Versioned ? "Enabled" : null);
            complaints.Same(bucket, "LifecycleConfiguration.Rules.0.Status", "Enabled");
            complaints.Same(bucket, "LifecycleConfiguration.Rules.0.ExpirationInDays", spec.ExpireAfterDays);
            complaints.Same(bucket, "LifecycleConfiguration.Rules.1", null);
            complaints.Same(bucket, "ObjectLockEnabled", spec.ObjectLock ? true : null);
            complaints.Same(bucket, "ObjectLockConfiguration", spec.ObjectLock ? Lock(stage.Stage) : null);
            Lasts(complaints, bucket);
        }

        return complaints.Found;
    }

    /// <summary>Written out, not taken from the stage: a stage that is set to less must be noticed here.</summary>
    private static JsonObject Lock(ClinicStage stage) => new()
    {
        ["ObjectLockEnabled"] = "Enabled",
        ["Rule"] = new JsonObject
        {
            ["DefaultRetention"] = stage.Name == "dev"
                ? new JsonObject { ["Mode"] = "GOVERNANCE", ["Days"] = 1 }
                : new JsonObject { ["Mode"] = "COMPLIANCE", ["Years"] = 7 },
        },
    };

    /// <summary>Outside dev no store and no key goes with its stack, nor with its replacement.</summary>
    private static void Lasts(Complaints complaints, Resource resource)
    {
        foreach (var policy in new[] { "DeletionPolicy", "UpdateReplacePolicy" })
        {
            var expected = resource.In.Stage.Name == "dev" ? "Delete" : "Retain";
            var actual = resource.Body[policy]?.ToString();
            complaints.Expect(actual == expected, $"{resource.Id}.{policy} is {actual}, not {expected}");
        }
    }

    private static JsonArray? Indexes(TableSpec spec) => spec.Indexes.Count == 0 ? null :
    [
        .. spec.Indexes.Select(index => new JsonObject
        {
            ["IndexName"] = index.Name,
            ["KeySchema"] = Schema(index.PartitionKey, index.SortKey),
            ["Projection"] = new JsonObject { ["ProjectionType"] = "KEYS_ONLY" },
        }),
    ];

    private static JsonArray Schema(string partition, string sort) =>
    [
        new JsonObject { ["AttributeName"] = partition, ["KeyType"] = "HASH" },
        new JsonObject { ["AttributeName"] = sort, ["KeyType"] = "RANGE" },
    ];
}
