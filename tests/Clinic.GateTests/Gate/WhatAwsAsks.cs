using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Xunit;
using Delete = Amazon.DynamoDBv2.Model.Delete;
using Tag = Amazon.SecurityToken.Model.Tag;

namespace Clinic.GateTests.Gate;

/// <summary>
/// The questions that AWS would put to IAM for each call, as the gate puts them: action, resource, leading keys and enclosing
/// operation of every member, and the calls to KMS that DynamoDB and S3 make in the caller's name.
/// </summary>
public sealed class WhatAwsAsks
{
    private const string Tenant = "aaaaaaaa";
    private static readonly string Records = CloudNames.Local.Table(CloudParts.Records);
    private static readonly string Keys = CloudNames.Local.Table(CloudParts.Keys);

    private static readonly Dictionary<string, Func<IAmazonDynamoDB, Task>> Calls = new()
    {
        ["GetItem"] = dynamo => dynamo.GetItemAsync(Records, Key("A")),
        ["PutItem"] = dynamo => dynamo.PutItemAsync(Records, Key("A")),
        ["UpdateItem"] = dynamo => dynamo.UpdateItemAsync(Records, Key("A"), []),
        ["DeleteItem"] = dynamo => dynamo.DeleteItemAsync(Records, Key("A")),
        ["Query"] = dynamo => dynamo.QueryAsync(Query("pk", null)),
        ["Query of the index"] = dynamo => dynamo.QueryAsync(Query("due_pk", "due")),
        ["Query of an index that is not there"] = dynamo => dynamo.QueryAsync(Query("pk", "other")),
        ["BatchGetItem"] = dynamo => dynamo.BatchGetItemAsync(new BatchGetItemRequest
        {
            RequestItems = new()
            {
                [Records] = new KeysAndAttributes { Keys = [Key("A"), Key("B")] },
                [Keys] = new KeysAndAttributes { Keys = [Key("C")] },
            },
        }),
        ["BatchWriteItem"] = dynamo => dynamo.BatchWriteItemAsync(new BatchWriteItemRequest
        {
            RequestItems = new()
            {
                [Records] = [new WriteRequest(new PutRequest(Key("A"))), new WriteRequest(new DeleteRequest(Key("B")))],
            },
        }),
        ["TransactGetItems"] = dynamo => dynamo.TransactGetItemsAsync(new TransactGetItemsRequest
        {
            TransactItems = [new() { Get = new Get { TableName = Records, Key = Key("A") } },
                new() { Get = new Get { TableName = Keys, Key = Key("B") } }],
        }),
        ["TransactWriteItems"] = dynamo => dynamo.TransactWriteItemsAsync(new TransactWriteItemsRequest
        {
            TransactItems =
            [
                new() { Put = new Put { TableName = Records, Item = Key("A") } },
                new() { Update = new Update { TableName = Records, Key = Key("B"), UpdateExpression = "REMOVE x" } },
                new() { Delete = new Delete { TableName = Records, Key = Key("C") } },
                new()
                {
                    ConditionCheck = new ConditionCheck
                    {
                        TableName = Keys, Key = Key("D"), ConditionExpression = "attribute_exists(pk)",
                    },
                },
            ],
        }),
        ["Scan"] = dynamo => dynamo.ScanAsync(new ScanRequest(Records)),
        ["ListTables"] = dynamo => dynamo.ListTablesAsync(),
    };

    /// <summary>One question each: action, resource, leading keys, enclosing operation; KMS once for each table.</summary>
    [Theory]
    [InlineData("GetItem", "GetItem records A; Decrypt records")]
    [InlineData("PutItem", "PutItem records A; Decrypt records")]
    [InlineData("UpdateItem", "UpdateItem records A; Decrypt records")]
    [InlineData("DeleteItem", "DeleteItem records A; Decrypt records")]
    [InlineData("Query", "Query records A; Decrypt records")]
    [InlineData("Query of the index", "Query records/index/due A; Decrypt records")]
    [InlineData("Query of an index that is not there", "Query records/index/other ?; Decrypt records")]
    [InlineData("BatchGetItem", "BatchGetItem records A|B; BatchGetItem keys C; Decrypt records; Decrypt keys")]
    [InlineData("BatchWriteItem", "BatchWriteItem records A|B; Decrypt records")]
    [InlineData("TransactGetItems",
        "GetItem records A TransactGetItems; GetItem keys B TransactGetItems; Decrypt records; Decrypt keys")]
    [InlineData("TransactWriteItems",
        "PutItem records A TransactWriteItems; UpdateItem records B TransactWriteItems; DeleteItem records C TransactWriteItems; "
        + "ConditionCheckItem keys D TransactWriteItems; Decrypt records; Decrypt keys")]
    [InlineData("Scan", "Scan records ?; Decrypt records")]
    [InlineData("ListTables", "ListTables * ?; Decrypt *")]
    public async Task Of_a_call_to_DynamoDB(string call, string expected) =>
        Assert.Equal(expected, string.Join("; ", (await RequestsOf(call)).Select(Shown)));

    /// <summary>
    /// The trap: DynamoDB and S3 call KMS as the caller, with a context of their own. Who asks for the tenant there shuts every
    /// table and bucket, and no stand-in shows it; so the gate makes these calls, and this shows what the mistake would do.
    /// </summary>
    [Fact]
    public async Task A_key_of_the_stores_that_asks_for_the_tenant_would_shut_every_read()
    {
        var arns = new NamedArns(CloudNames.Local);
        var data = Roles.Find(RoleNames.TenantData)!.Identity;
        var mistaken = data with
        {
            Statements = [.. data.Statements.Select(one => one.Sid == "DataAtRest"
                ? one.When(PolicyCondition.Equal(KeyPatterns.ContextTenant, KeyPatterns.OwnTenant)) : one)],
        };
        var asked = (await RequestsOf("GetItem")).Concat(await S3RequestsOf()).Where(one =>
            one.Action.StartsWith("kms:", StringComparison.Ordinal)).ToList();

        Assert.Equal(["kms:Decrypt", "kms:GenerateDataKey", "kms:Decrypt"], asked.Select(one => one.Action));
        Assert.All(asked, one =>
        {
            Assert.Null(one.Context.Find(KeyPatterns.ContextTenant));
            Assert.Equal(PolicyVerdict.Allowed, PolicyEvaluator.Decide(one, [BoundPolicy.Bind(data, arns)], null));
            Assert.Equal(PolicyVerdict.Silent, PolicyEvaluator.Decide(one, [BoundPolicy.Bind(mistaken, arns)], null));
        });
    }

    /// <summary>S3 names the object in the context, DynamoDB the table: neither is what a tenant could choose.</summary>
    [Fact]
    public async Task The_stores_name_what_they_open_in_the_context()
    {
        var table = (await RequestsOf("GetItem"))[^1].Context;
        Assert.Equal([Records], table.Find("kms:EncryptionContext:aws:dynamodb:tableName")!);
        Assert.Equal([KeyPatterns.ViaDynamoDb], table.Find(KeyPatterns.ViaService)!);

        var stored = (await S3RequestsOf())[1].Context;
        var documents = CloudNames.Local.Bucket(CloudParts.Documents);
        Assert.Equal([$"arn:aws:s3:::{documents}/T/{Tenant}/1"], stored.Find("kms:EncryptionContext:aws:s3:arn")!);
        Assert.Equal([KeyPatterns.ViaS3], stored.Find(KeyPatterns.ViaService)!);
    }

    /// <summary>Each of them does more than the policies were asked, or less than it seems to.</summary>
    [Theory]
    [InlineData("source identity")]
    [InlineData("transitive tag")]
    [InlineData("session policy")]
    [InlineData("managed policy")]
    [InlineData("external id")]
    public async Task STS_takes_nothing_that_the_policies_are_not_asked_about(string what)
    {
        await using var harness = await GateHarness.StartAsync();
        var request = new AssumeRoleRequest
        {
            RoleArn = CloudNames.Local.RoleArn(RoleNames.TenantData),
            RoleSessionName = "test",
            Tags = [new Tag { Key = RoleNames.TenantTag, Value = Tenant }],
            SourceIdentity = what == "source identity" ? "somebody" : null,
            TransitiveTagKeys = what == "transitive tag" ? [RoleNames.TenantTag] : null,
            Policy = what == "session policy" ? "{}" : null,
            PolicyArns = what == "managed policy" ? [new PolicyDescriptorType { Arn = "arn:aws:iam::aws:policy/x" }] : null,
            ExternalId = what == "external id" ? "some-id" : null,
        };

        var refused = await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(
            () => harness.Sts(GateHarness.Function(RoleNames.ApiBase)).AssumeRoleAsync(request));

        Assert.Equal("ValidationError", refused.ErrorCode);
    }

    private static async Task<IReadOnlyList<PolicyRequest>> RequestsOf(string call)
    {
        await using var harness = await GateHarness.StartAsync(options => options with { Evaluate = false });
        await Calls[call](harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, Tenant)));
        return harness.Decisions[^1].Call.Requests;
    }

    /// <summary>A write and a reading of one object.</summary>
    private static async Task<IReadOnlyList<PolicyRequest>> S3RequestsOf()
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, Tenant));
        var documents = CloudNames.Local.Bucket(CloudParts.Documents);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = documents, Key = $"T/{Tenant}/1", ContentBody = "x" });
        using var read = await s3.GetObjectAsync(documents, $"T/{Tenant}/1");
        return [.. harness.Decisions.Where(one => one.Call.Service == "s3").SelectMany(one => one.Call.Requests)];
    }

    private static string Shown(PolicyRequest request)
    {
        if (request.Action.StartsWith("kms:", StringComparison.Ordinal))
        {
            return $"{request.Action[4..]} {Short(request.Context.Single("kms:EncryptionContext:aws:dynamodb:tableName")!)}";
        }

        var keys = request.Context.Find(KeyPatterns.LeadingKeys);
        var enclosing = request.Context.Single(KeyPatterns.EnclosingOperation);
        var table = Short(request.Resource.Split(":table/")[1]);
        return $"{request.Action[9..]} {table} {(keys is null ? "?" : string.Join('|', keys))}"
            + (enclosing is null ? "" : $" {enclosing}");
    }

    private static string Short(string table) => table.Replace("clinic-local-", "", StringComparison.Ordinal);

    private static Dictionary<string, AttributeValue> Key(string pk) =>
        new() { ["pk"] = new AttributeValue(pk), ["sk"] = new AttributeValue("1") };

    private static QueryRequest Query(string key, string? index) => new()
    {
        TableName = Records,
        IndexName = index,
        KeyConditionExpression = "#p = :p",
        ExpressionAttributeNames = new() { ["#p"] = key },
        ExpressionAttributeValues = new() { [":p"] = new AttributeValue("A") },
    };
}
