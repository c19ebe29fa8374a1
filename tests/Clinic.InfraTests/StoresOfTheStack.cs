using System.Text.Json.Nodes;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;

namespace Clinic.InfraTests;

/// <summary>Keys, tables and buckets of every stage, and that each check notices what it is there for.</summary>
public class StoresOfTheStack
{
    public static TheoryData<string> StageNames => [.. Synthesis.StageNames];

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "ENC-5")]
    public void Keys_are_the_declared_ones_and_rotate(string stage) => Assert.Empty(StoreChecks.Keys(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "ENC-2")]
    [Trait("Promise", "RET-7")]
    public void Tables_are_the_declared_ones_under_our_key(string stage) =>
        Assert.Empty(StoreChecks.Tables(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "ENC-2")]
    public void Buckets_are_the_declared_ones_under_our_key(string stage) =>
        Assert.Empty(StoreChecks.Buckets(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "AUD-2")]
    public void Nothing_expires_in_the_trail(string stage)
    {
        var templates = Synthesis.Stage(stage);
        foreach (var spec in new[] { CloudParts.Audit, CloudParts.AuditIndex })
        {
            var table = templates.Find(StoreChecks.Table, "TableName", templates.Stage.Names.Table(spec))!;
            Assert.Null(table.Get("TimeToLiveSpecification"));
        }

        var trail = templates.Find(StoreChecks.Bucket, "BucketName", templates.Stage.Names.Bucket(CloudParts.Trail))!;
        Assert.DoesNotContain("Expiration", trail.Properties.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("prod")]
    [Trait("Promise", "AUD-5")]
    public void The_sealed_trail_stays_seven_years(string stage)
    {
        var templates = Synthesis.Stage(stage);
        var trail = templates.Find(StoreChecks.Bucket, "BucketName", templates.Stage.Names.Bucket(CloudParts.Trail))!;
        const string Retention = "ObjectLockConfiguration.Rule.DefaultRetention";
        Assert.Equal("COMPLIANCE", trail.Text($"{Retention}.Mode"));
        Assert.Equal("7", trail.Text($"{Retention}.Years"));
    }

    [Theory]
    [InlineData("AuditTable", "TimeToLiveSpecification", """{"AttributeName":"ttl","Enabled":true}""")]
    [InlineData("AuditTable", "StreamSpecification", """{"StreamViewType":"KEYS_ONLY"}""")]
    [InlineData("RecordsTable", "SSESpecification", """{"SSEEnabled":true,"SSEType":"KMS"}""")]
    [InlineData("RecordsTable", "GlobalSecondaryIndexes", """[]""")]
    [InlineData("KeysTable", "PointInTimeRecoverySpecification", """{"PointInTimeRecoveryEnabled":true}""")]
    [InlineData("KeysTable", "DeletionProtectionEnabled", "false")]
    [InlineData("DirectoryTable", "TableName", "\"directory\"")]
    public void A_fault_in_a_table_is_noticed(string id, string property, string value) =>
        Assert.NotEmpty(StoreChecks.Tables(Planted("Data", id, property, value)));

    [Theory]
    [InlineData("TrailBucket", "ObjectLockEnabled", "null")]
    [InlineData("TrailBucket", "VersioningConfiguration", "null")]
    [InlineData("DocumentsBucket", "PublicAccessBlockConfiguration", """{"BlockPublicAcls":true}""")]
    [InlineData("DocumentsBucket", "BucketEncryption", "null")]
    [InlineData("DocumentsBucket", "LoggingConfiguration", "null")]
    [InlineData("AccessLogsBucket", "LifecycleConfiguration", "null")]
    [InlineData("IncomingBucket", "LifecycleConfiguration", "null")]
    [InlineData("IncomingBucket", "BucketEncryption.ServerSideEncryptionConfiguration.0.BlockedEncryptionTypes", "null")]
    [InlineData("DocumentsBucket", "BucketEncryption.ServerSideEncryptionConfiguration.0.BlockedEncryptionTypes", "null")]
    public void A_fault_in_a_bucket_is_noticed(string id, string property, string value) =>
        Assert.NotEmpty(StoreChecks.Buckets(Planted("Data", id, property, value)));

    [Theory]
    [InlineData("TenantWrap", "MultiRegion", "false")]
    [InlineData("DataAtRest", "EnableKeyRotation", "false")]
    [InlineData("AuditSigning", "KeyUsage", "\"ENCRYPT_DECRYPT\"")]
    public void A_fault_in_a_key_is_noticed(string id, string property, string value) =>
        Assert.NotEmpty(StoreChecks.Keys(Planted("Keys", id, property, value)));

    [Fact]
    public void A_store_that_goes_with_its_stack_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        templates.All.Single(resource => resource.Id == "RecordsTable").Body["DeletionPolicy"] = "Delete";
        Assert.NotEmpty(StoreChecks.Tables(templates));
    }

    private static StageTemplates Planted(string stack, string id, string property, string value)
    {
        var templates = Synthesis.Stage("prod");
        var resource = templates.All.Single(resource =>
            resource.Id == id && resource.Stack.Artifact["properties"]!["stackName"]!.ToString().EndsWith(
                $"-{stack}", StringComparison.OrdinalIgnoreCase));
        JsonNode at = resource.Properties;
        var steps = property.Split('.');
        foreach (var step in steps[..^1])
        {
            at = int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var index) ? at[index]! : at[step]!;
        }

        at[steps[^1]] = JsonNode.Parse(value);
        return templates;
    }
}
