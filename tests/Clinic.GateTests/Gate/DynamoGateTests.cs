using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Xunit;

namespace Clinic.GateTests.Gate;

public sealed class DynamoGateTests
{
    private static readonly string Records = CloudNames.Local.Table(CloudParts.Records);

    [Fact]
    public async Task A_tenants_own_item_passes_with_its_bytes_and_without_its_credentials()
    {
        await using var harness = await GateHarness.StartAsync();
        harness.Upstream.DynamoAnswer = "{\"Item\":{\"pk\":{\"S\":\"T#aaaaaaaa#1\"}}}";
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        var answer = await dynamo.GetItemAsync(Records, Key("T#aaaaaaaa#1"));

        Assert.Equal("T#aaaaaaaa#1", answer.Item["pk"].S);
        var arrived = harness.Upstream.Arrivals.Single();
        Assert.Contains("\"T#aaaaaaaa#1\"", arrived.Text, StringComparison.Ordinal);
        Assert.Equal("DynamoDB_20120810.GetItem", arrived.Headers["X-Amz-Target"]);
        Assert.DoesNotContain("X-Amz-Security-Token", arrived.Headers.Keys);
    }

    [Fact]
    public async Task Another_tenants_item_is_refused_as_AWS_refuses()
    {
        await using var harness = await GateHarness.StartAsync();
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        var error = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => dynamo.GetItemAsync(Records, Key("T#bbbbbbbb#1")));

        Assert.Equal("AccessDeniedException", error.ErrorCode);
        Assert.Contains("assumed-role/clinic-local-TenantData/test is not authorized to perform: dynamodb:GetItem", error.Message,
            StringComparison.Ordinal);
        Assert.Empty(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task Without_evaluation_the_same_call_passes_so_the_refusal_was_the_policys()
    {
        await using var harness = await GateHarness.StartAsync(options => options with { Evaluate = false });
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await dynamo.GetItemAsync(Records, Key("T#bbbbbbbb#1"));

        Assert.Single(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task One_foreign_member_refuses_the_whole_transaction()
    {
        await using var harness = await GateHarness.StartAsync();
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await dynamo.TransactWriteItemsAsync(Transaction("T#aaaaaaaa#1", "T#aaaaaaaa#2"));
        await Denied(() => dynamo.TransactWriteItemsAsync(Transaction("T#aaaaaaaa#1", "T#bbbbbbbb#2")));
        await Denied(() => dynamo.PutItemAsync(Records, Key("T#aaaaaaaa#1")));

        Assert.Single(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task One_foreign_key_refuses_the_whole_batch()
    {
        await using var harness = await GateHarness.StartAsync();
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await dynamo.BatchGetItemAsync(Batch("T#aaaaaaaa#1", "T#aaaaaaaa#2"));
        await Denied(() => dynamo.BatchGetItemAsync(Batch("T#aaaaaaaa#1", "T#bbbbbbbb#2")));

        Assert.Single(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task Scan_PartiQL_and_management_are_refused_to_everyone()
    {
        await using var harness = await GateHarness.StartAsync();
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await Denied(() => dynamo.ScanAsync(new ScanRequest(Records)));
        var select = new ExecuteStatementRequest { Statement = $"SELECT * FROM \"{Records}\"" };
        await Denied(() => dynamo.ExecuteStatementAsync(select));
        await Denied(() => dynamo.ListTablesAsync());
        await Denied(() => dynamo.DescribeTableAsync(Records));
        await Denied(() => dynamo.DeleteTableAsync(Records));

        Assert.Empty(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task The_clock_reads_the_index_and_a_tenant_does_not()
    {
        await using var harness = await GateHarness.StartAsync();
        var due = new QueryRequest
        {
            TableName = Records,
            IndexName = CloudParts.DueIndex.Name,
            KeyConditionExpression = "#p = :p",
            ExpressionAttributeNames = new() { ["#p"] = CloudParts.DueIndex.PartitionKey },
            ExpressionAttributeValues = new() { [":p"] = new AttributeValue("DUE#3") },
        };
        var clock = harness.Dynamo(await harness.AssumeAsync(RoleNames.ClockRole, null, RoleNames.Worker("retention")));
        var tenant = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await clock.QueryAsync(due);
        await Denied(() => tenant.QueryAsync(due));

        Assert.Single(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task The_observer_sees_members_their_keys_the_KMS_call_and_the_capacity()
    {
        await using var harness = await GateHarness.StartAsync();
        harness.Upstream.DynamoAnswer = "{\"ConsumedCapacity\":{\"TableName\":\"" + Records + "\",\"CapacityUnits\":0.5}}";
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await dynamo.GetItemAsync(new GetItemRequest(Records, Key("T#aaaaaaaa#1"))
        {
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        });

        var decision = harness.Decisions[^1];
        Assert.Equal(("dynamodb", "GetItem", "TenantData", "aaaaaaaa"),
            (decision.Call.Service, decision.Call.Operation, decision.Call.Role, decision.Call.Tenant));
        Assert.Equal(["dynamodb:GetItem", "kms:Decrypt"], decision.Call.Requests.Select(request => request.Action));
        Assert.Equal(["T#aaaaaaaa#1"], decision.Call.LeadingKeys);
        Assert.Equal([KeyPatterns.ViaDynamoDb], decision.Call.Requests[1].Context.Find(KeyPatterns.ViaService)!);
        Assert.Equal(new GateConsumed(Records, 0.5, 0.5, 0), Assert.Single(decision.Consumed));
    }

    [Fact]
    public async Task A_hook_can_answer_for_DynamoDB_and_can_lose_an_answer()
    {
        var fault = GateFaultException.TransactionConflict(2);
        Exception? before = fault, after = null;
        await using var harness = await GateHarness.StartAsync(options => options with
        {
            Before = call => call.Service == "dynamodb" && before is not null ? Task.FromException(before) : Task.CompletedTask,
            After = call => call.Service == "dynamodb" && after is not null ? Task.FromException(after) : Task.CompletedTask,
        });
        var dynamo = harness.Dynamo(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        var conflict = await Assert.ThrowsAsync<TransactionCanceledException>(
            () => dynamo.TransactWriteItemsAsync(Transaction("T#aaaaaaaa#1", "T#aaaaaaaa#2")));
        Assert.Equal(["TransactionConflict", "None"], conflict.CancellationReasons.Select(reason => reason.Code));
        Assert.Empty(harness.Upstream.Arrivals);

        (before, after) = (null, GateFaultException.Abort());
        await Assert.ThrowsAnyAsync<Exception>(() => dynamo.TransactWriteItemsAsync(Transaction("T#aaaaaaaa#1", "T#aaaaaaaa#2")));

        // The SDK tries again by itself, under one token: DynamoDB carries the transaction out once.
        var token = Assert.Single(harness.Upstream.Arrivals.Select(TokenOf).Distinct());
        Assert.NotEqual("", token);
    }

    private static string TokenOf(Arrived arrived)
    {
        using var json = JsonDocument.Parse(arrived.Body);
        return json.RootElement.GetProperty("ClientRequestToken").GetString()!;
    }

    private static async Task Denied(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AmazonDynamoDBException>(call);
        Assert.Equal("AccessDeniedException", error.ErrorCode);
    }

    private static Dictionary<string, AttributeValue> Key(string pk) =>
        new() { ["pk"] = new AttributeValue(pk), ["sk"] = new AttributeValue("1") };

    private static TransactWriteItemsRequest Transaction(params IEnumerable<string> keys) => new()
    {
        TransactItems = [.. keys.Select(key => new TransactWriteItem { Put = new Put { TableName = Records, Item = Key(key) } })],
    };

    private static BatchGetItemRequest Batch(params IEnumerable<string> keys) => new()
    {
        RequestItems = new() { [Records] = new KeysAndAttributes { Keys = [.. keys.Select(Key)] } },
    };
}
