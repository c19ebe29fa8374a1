using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>
/// Requests of every role under its own policy and those of the resources: what the role may do, what its neighbours may, and
/// what nobody may.
/// </summary>
internal sealed class DrawnRequests(Draw draw, CloudNames names)
{
    private static readonly string[] Items =
    [
        .. Grants.Reads, .. Grants.Writes, .. Grants.Writes, "dynamodb:BatchWriteItem", "dynamodb:Scan", "dynamodb:PartiQLSelect",
        "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete",
    ];

    /// <summary>For which the reference of AWS lists the enclosing operation; of others the simulator does not read it.</summary>
    private static readonly string[] MayBeEnclosed =
        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];

    private static readonly string[] Management =
    [
        "dynamodb:DescribeTable", "dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:ExportTableToPointInTime",
        "dynamodb:CreateBackup", "dynamodb:UpdateTimeToLive", "dynamodb:PutResourcePolicy", "dynamodb:GetResourcePolicy",
    ];

    private static readonly string[] Streams = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"];

    private static readonly string[] ObjectActions =
    [
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
        "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObjectAcl", "s3:GetObjectAcl", "s3:GetObjectVersion",
        "s3:DeleteObjectVersion", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:BypassGovernanceRetention",
    ];

    private static readonly string[] BucketActions =
        ["s3:ListBucket", "s3:GetBucketAcl", "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:ListBucketMultipartUploads"];

    private static readonly string[] KeyActions =
    [
        "kms:Decrypt", "kms:Decrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKey", "kms:Encrypt",
        "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey", "kms:CreateGrant",
        "kms:Sign", "kms:GetPublicKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey",
    ];

    private static readonly string[] QueueActions =
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:SendMessage",
            "sqs:PurgeQueue"];

    private static readonly string[] AskedOfNothing =
        ["dynamodb:ListTables", "s3:ListAllMyBuckets", "kms:ListKeys", "sts:GetServiceBearerToken"];

    private readonly NamedArns _arns = new(names);
    private readonly DrawnValues _values = new(draw);

    public IEnumerable<Drawn> Of(RoleSpec role, int count)
    {
        var identity = BoundPolicy.Bind(role.Identity, _arns);
        for (var number = 0; number < count; number++)
        {
            var tagged = RoleNames.IsTagged(role.Name) && !role.IsFunction ? draw.Chance(92) : draw.Chance(5);
            var tenant = _values.Tenant();
            var context = new PolicyContext().Set("aws:PrincipalArn", names.RoleArn(role.Name));
            if (tagged) { context.Set(KeyPatterns.PrincipalTenant, tenant); }
            if (draw.Chance(90)) { context.Set("aws:SecureTransport", draw.Chance(94) ? "true" : "false"); }
            var (action, resource, policy) = Question(role, tenant, context);
            yield return new Drawn(
                role.Name, new PolicyRequest(action, resource, context), identity, policy, IsTrust: false,
                names.RoleArn(role.Name));
        }
    }

    private (string Action, string Resource, BoundPolicy? Policy) Question(RoleSpec role, string tenant, PolicyContext context)
    {
        var services = role.Identity.Statements.SelectMany(one => one.Actions).Select(action => action.Split(':')[0]).ToList();
        return (services.Count > 0 && draw.Chance(75)
            ? draw.One(services) : draw.One(["dynamodb", "s3", "kms", "sqs", "ses", "lambda", "none"])) switch
        {
            "s3" => S3(role, tenant, context),
            "kms" => Kms(role, tenant, context),
            "sqs" => (Own(role, "sqs", QueueActions), draw.One(
                [.. CloudParts.Queues.Select(_arns.Queue), _arns.FailureQueue(FunctionNames.Sealer)]), null),
            "ses" => (draw.One(["ses:SendEmail", "ses:SendEmail", "ses:SendRawEmail"]),
                $"arn:aws:ses:{draw.One([CloudNames.Region, "us-east-1"])}:{names.Account}:identity/clinic.example", null),
            "lambda" => (draw.One(["lambda:InvokeFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode"]),
                draw.One([names.AliasArn(FunctionNames.Thumbnails), names.FunctionArn(FunctionNames.Thumbnails),
                    names.AliasArn(FunctionNames.Restorer)]), null),
            "none" => (draw.One(AskedOfNothing), "*", null),
            _ => DynamoDb(role, tenant, context),
        };
    }

    private (string Action, string Resource, BoundPolicy? Policy) DynamoDb(RoleSpec role, string tenant, PolicyContext context)
    {
        var tables = role.Identity.Statements.SelectMany(one => one.Resources).OfType<PolicyResource.Table>()
            .Select(table => table.Spec).ToList();
        var table = tables.Count > 0 && draw.Chance(75) ? draw.One(tables) : draw.One(CloudParts.Tables);
        var policy = ResourcePolicies.Of(table) is { } document ? BoundPolicy.Bind(document, _arns) : null;
        if (draw.Chance(6)) { return (draw.One(Management), _arns.Table(table), policy); }
        if (draw.Chance(role.Name == RoleNames.Sealer ? 70 : 3))
        {
            return (draw.One(Streams), $"{_arns.Table(draw.One([CloudParts.Audit, CloudParts.Records]))}/stream/2026", null);
        }

        var keys = role.Name switch
        {
            RoleNames.ClockRole when draw.Chance(60) => ["DUE#01"],
            RoleNames.ApiBase or RoleNames.TenantOnboard when draw.Chance(40) =>
                [draw.One(["L#1", "T#bbbbbbbb#STATE", "T#bbbbbbbb#SES#1"])],
            _ => _values.LeadingKeys(tenant),
        };
        var action = Own(role, "dynamodb", Items);
        if (keys is not null && (action != "dynamodb:Scan" || draw.Chance(10))) { context.Set(KeyPatterns.LeadingKeys, keys); }
        if (_values.Enclosing() is { } enclosing && (MayBeEnclosed.Contains(action) || draw.Chance(4)))
        {
            context.Set(KeyPatterns.EnclosingOperation, enclosing);
        }

        var onIndex = action is "dynamodb:Query" or "dynamodb:Scan" && draw.Chance(role.Name == RoleNames.ClockRole ? 85 : 12);
        return (action, onIndex ? _arns.Index(CloudParts.Records, CloudParts.DueIndex) : _arns.Table(table), policy);
    }

    private (string Action, string Resource, BoundPolicy? Policy) S3(RoleSpec role, string tag, PolicyContext context)
    {
        // The simulator takes a '*' of what is asked for as a set of objects, and answers otherwise: hence seldom.
        var tenant = tag.Contains('*', StringComparison.Ordinal) && draw.Chance(80) ? DrawnValues.Own : tag;
        var bucket = draw.Chance(80) ? draw.One([CloudParts.Incoming, CloudParts.Incoming, CloudParts.Documents])
            : draw.One(CloudParts.Buckets);
        var policy = BoundPolicy.Bind(ResourcePolicies.Of(bucket), _arns);
        return draw.Chance(8)
            ? (draw.One(BucketActions), _arns.Bucket(bucket), policy)
            : (OfObject(role, context), $"{_arns.Bucket(bucket)}/{_values.ObjectKey(tenant)}", policy);
    }

    /// <summary>Under what S3 is to encrypt is said with a writing, and read of no other action.</summary>
    private string OfObject(RoleSpec role, PolicyContext context)
    {
        var action = Own(role, "s3", ObjectActions);
        if (action == "s3:PutObject" && draw.Chance(60))
        {
            context.Set(KeyPatterns.UploadKeyAlgorithm, draw.One(["AES256", "AES256", "aes256", "AES128"]));
        }

        return action;
    }

    private (string Action, string Resource, BoundPolicy? Policy) Kms(RoleSpec role, string tenant, PolicyContext context)
    {
        var key = draw.Chance(80) ? draw.One([CloudParts.TenantWrap, CloudParts.DataAtRest]) : draw.One(CloudParts.KmsKeys);
        _values.EncryptionContext(context, tenant);
        if (key == CloudParts.DataAtRest ? draw.Chance(85) : draw.Chance(15))
        {
            if (_values.Via() is { } via) { context.Set(KeyPatterns.ViaService, via); }
        }

        var action = Own(role, "kms", KeyActions);
        if (action == "kms:CreateGrant" && draw.Chance(60))
        {
            context.Set("kms:GrantIsForAWSResource", draw.One(["true", "false"]));
        }

        if (draw.Chance(10)) { context.Set("aws:PrincipalIsAWSService", draw.One(["true", "false"])); }

        // What AWS puts for "*" into a key policy is the key itself; both forms say the same.
        var policy = BoundPolicy.Bind(ResourcePolicies.Of(key), _arns, draw.Chance(50) ? _arns.Key(key) : "*");
        return (action, _arns.Key(key), policy);
    }

    /// <summary>Mostly what the role may do with the service, for there a slip shows; else anything.</summary>
    private string Own(RoleSpec role, string service, IReadOnlyList<string> all)
    {
        var own = role.Identity.Statements.SelectMany(one => one.Actions)
            .Where(action => action.StartsWith(service + ":", StringComparison.Ordinal) && all.Contains(action)).ToList();
        return own.Count > 0 && draw.Chance(65) ? draw.One(own) : draw.One(all);
    }
}
