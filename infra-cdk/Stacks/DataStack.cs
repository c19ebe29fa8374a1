using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.S3;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>Tables and buckets, as <see cref="CloudParts"/> declares them.</summary>
public sealed class DataStack : ClinicStack
{
    /// <summary>The longest that DynamoDB offers.</summary>
    private const int RestoreDays = 35;

    /// <summary>A destroyed key can be restored this long, and erasure is final after it (RET-7).</summary>
    private const int RestoreDaysOfKeys = 7;

    /// <summary>Of an upload that nobody finished, the parts cost and are never read.</summary>
    private const int UnfinishedUploadDays = 1;

    private const string PartitionKey = "pk";
    private const string SortKey = "sk";

    private readonly Dictionary<TableSpec, CfnTable> _tables = [];
    private readonly StackArns _arns;
    private readonly KeysStack _keys;

    public DataStack(Construct scope, ClinicStage stage, KeysStack keys)
        : base(scope, "Data", stage)
    {
        _keys = keys;
        _arns = new StackArns(Names, keys);
        foreach (var spec in CloudParts.Tables) { _tables.Add(spec, Table(spec)); }
        var buckets = CloudParts.Buckets.ToDictionary(spec => spec, Bucket);

        // S3 looks for the bucket of the logs, and for its leave to write there, when logging is switched on.
        foreach (var (_, bucket) in buckets.Where(entry => !entry.Key.ServerLogs))
        {
            bucket.Bucket.AddDependency(buckets[CloudParts.AccessLogs].Policy);
        }
    }

    internal string StreamArn(TableSpec table) => _tables[table].AttrStreamArn;

    private CfnTable Table(TableSpec spec)
    {
        var table = new CfnTable(this, $"{Id(spec.Name)}Table", new CfnTableProps
        {
            TableName = Names.Table(spec),
            BillingMode = "PAY_PER_REQUEST",
            AttributeDefinitions = spec.Indexes
                .SelectMany(index => new[] { index.PartitionKey, index.SortKey })
                .Prepend(SortKey)
                .Prepend(PartitionKey)
                .Select(name => new CfnTable.AttributeDefinitionProperty { AttributeName = name, AttributeType = "S" })
                .ToArray(),
            KeySchema = Schema(PartitionKey, SortKey),
            GlobalSecondaryIndexes = spec.Indexes.Count == 0 ? null : spec.Indexes.Select(Index).ToArray(),
            SseSpecification = new CfnTable.SSESpecificationProperty
            {
                SseEnabled = true,
                SseType = "KMS",
                KmsMasterKeyId = _keys.Arn(CloudParts.DataAtRest),
            },
            StreamSpecification = spec.Stream
                ? new CfnTable.StreamSpecificationProperty { StreamViewType = "NEW_AND_OLD_IMAGES" }
                : null,
            TimeToLiveSpecification = spec.TtlAttribute is { } attribute
                ? new CfnTable.TimeToLiveSpecificationProperty { AttributeName = attribute, Enabled = true }
                : null,
            PointInTimeRecoverySpecification =
                new CfnTable.PointInTimeRecoverySpecificationProperty { PointInTimeRecoveryEnabled = true },
            ResourcePolicy = ResourcePolicies.Of(spec) is { } policy
                ? new CfnTable.ResourcePolicyProperty { PolicyDocument = PolicyObjects.Of(BoundPolicy.Bind(policy, _arns)) }
                : null,
            DeletionProtectionEnabled = Settings.DeletionProtection,
        });

        // Younger than this version of the CDK's library.
        table.AddPropertyOverride(
            "PointInTimeRecoverySpecification.RecoveryPeriodInDays",
            spec == CloudParts.Keys ? RestoreDaysOfKeys : RestoreDays);
        table.ApplyRemovalPolicy(Settings.Removal);
        return table;
    }

    private static CfnTable.GlobalSecondaryIndexProperty Index(IndexSpec index) => new()
    {
        IndexName = index.Name,
        KeySchema = Schema(index.PartitionKey, index.SortKey),
        Projection = new CfnTable.ProjectionProperty { ProjectionType = "KEYS_ONLY" },
    };

    private static CfnTable.KeySchemaProperty[] Schema(string partition, string sort) =>
    [
        new() { AttributeName = partition, KeyType = "HASH" },
        new() { AttributeName = sort, KeyType = "RANGE" },
    ];

    private (CfnBucket Bucket, CfnBucketPolicy Policy) Bucket(BucketSpec spec)
    {
        var bucket = new CfnBucket(this, $"{Id(spec.Name)}Bucket", new CfnBucketProps
        {
            BucketName = Names.Bucket(spec),
            BucketEncryption = Encryption(spec),
            PublicAccessBlockConfiguration = new CfnBucket.PublicAccessBlockConfigurationProperty
            {
                BlockPublicAcls = true,
                BlockPublicPolicy = true,
                IgnorePublicAcls = true,
                RestrictPublicBuckets = true,
            },
            OwnershipControls = new CfnBucket.OwnershipControlsProperty
            {
                Rules = new[] { new CfnBucket.OwnershipControlsRuleProperty { ObjectOwnership = "BucketOwnerEnforced" } },
            },
            VersioningConfiguration =
                spec.Versioned ? new CfnBucket.VersioningConfigurationProperty { Status = "Enabled" } : null,
            LifecycleConfiguration = new CfnBucket.LifecycleConfigurationProperty { Rules = Lifecycle(spec) },
            LoggingConfiguration = spec.ServerLogs ? null : new CfnBucket.LoggingConfigurationProperty
            {
                DestinationBucketName = Names.Bucket(CloudParts.AccessLogs),
                LogFilePrefix = $"{spec.Name}/",
            },
            ObjectLockEnabled = spec.ObjectLock ? true : null,
            ObjectLockConfiguration = spec.ObjectLock ? Lock(Settings.TrailLock) : null,
        });
        if (!spec.ServerLogs)
        {
            // Younger than this version of the CDK's library. New buckets refuse keys of clients unless told otherwise; each says
            // which it is, so that nobody locks a bucket's objects with a key of his own.
            bucket.AddPropertyOverride(
                "BucketEncryption.ServerSideEncryptionConfiguration.0.BlockedEncryptionTypes.EncryptionType",
                new[] { spec.KeysOfClients ? "NONE" : "SSE-C" });
        }

        bucket.ApplyRemovalPolicy(Settings.Removal);
        var policy = new CfnBucketPolicy(this, $"{Id(spec.Name)}Policy", new CfnBucketPolicyProps
        {
            Bucket = bucket.Ref,
            PolicyDocument = PolicyObjects.Of(BoundPolicy.Bind(ResourcePolicies.Of(spec), _arns)).With(TlsMin(spec)),
        });
        return (bucket, policy);
    }

    /// <summary>
    /// No Bucket Key: it puts the bucket in the place of the object in what KMS is told, and so in its log. Access logs are
    /// delivered under keys of S3 only (S3 user guide, "Enabling server access logging").
    /// </summary>
    private CfnBucket.BucketEncryptionProperty Encryption(BucketSpec spec) => new()
    {
        ServerSideEncryptionConfiguration = new[]
        {
            new CfnBucket.ServerSideEncryptionRuleProperty
            {
                BucketKeyEnabled = false,
                ServerSideEncryptionByDefault = new CfnBucket.ServerSideEncryptionByDefaultProperty
                {
                    SseAlgorithm = spec.ServerLogs ? "AES256" : "aws:kms",
                    KmsMasterKeyId = spec.ServerLogs
                        ? null
                        : _keys.Arn(CloudParts.KeyOf(spec)),
                },
            },
        },
    };

    private static CfnBucket.RuleProperty[] Lifecycle(BucketSpec spec) =>
    [
        new()
        {
            Id = "lifetime",
            Status = "Enabled",
            AbortIncompleteMultipartUpload = new CfnBucket.AbortIncompleteMultipartUploadProperty
            {
                DaysAfterInitiation = UnfinishedUploadDays,
            },
            ExpirationInDays = spec.ExpireAfterDays,
        },
    ];

    private static CfnBucket.ObjectLockConfigurationProperty Lock(TrailLock trail) => new()
    {
        ObjectLockEnabled = "Enabled",
        Rule = new CfnBucket.ObjectLockRuleProperty
        {
            DefaultRetention = new CfnBucket.DefaultRetentionProperty
            {
                Mode = trail.Mode,
                Days = trail.Days,
                Years = trail.Years,
            },
        },
    };

    /// <summary>The version is the stage's to choose, so it stands here and not with the policies of the code (ENC-1).</summary>
    private Dictionary<string, object> TlsMin(BucketSpec spec) => new()
    {
        ["Sid"] = "TlsMin",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "s3:*",
        ["Resource"] = new object[] { _arns.Bucket(spec), _arns.Objects(spec, "*") },
        ["Condition"] = new Dictionary<string, object>
        {
            ["NumericLessThan"] = new Dictionary<string, object> { ["s3:TlsVersion"] = Settings.BucketTlsMin },
        },
    };
}
