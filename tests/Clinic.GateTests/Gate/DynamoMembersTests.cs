using System.Text.Json;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Xunit;

namespace Clinic.GateTests.Gate;

public sealed class DynamoMembersTests
{
    private static readonly DynamoMembers Members = new(CloudNames.Local);

    [Theory]
    [InlineData("GetItem", """{"TableName":"clinic-local-records","Key":{"pk":{"S":"A"},"sk":{"S":"1"}}}""", "GetItem A")]
    [InlineData("PutItem", """{"TableName":"clinic-local-records","Item":{"pk":{"S":"A"}}}""", "PutItem A")]
    [InlineData("UpdateItem", """{"TableName":"clinic-local-records","Key":{"pk":{"S":"A"}}}""", "UpdateItem A")]
    [InlineData("DeleteItem", """{"TableName":"clinic-local-records","Key":{"pk":{"S":"A"}}}""", "DeleteItem A")]
    [InlineData("GetItem", """{"TableName":"clinic-local-records","Key":{"pk":{"N":"1"}}}""", "GetItem ?")]
    [InlineData("GetItem", """{"TableName":"clinic-local-records","Key":{"pk":{"S":"A","N":"1"}}}""", "GetItem ?")]
    [InlineData("GetItem", """{"TableName":"clinic-local-records","Key":{"PK":{"S":"A"}}}""", "GetItem ?")]
    [InlineData("GetItem", """{"TableName":"clinic-local-records"}""", "GetItem ?")]
    [InlineData("Scan", """{"TableName":"clinic-local-records"}""", "Scan ?")]
    [InlineData("ExecuteStatement", """{"Statement":"SELECT * FROM x"}""", "ExecuteStatement ?")]
    [InlineData("BatchGetItem",
        """{"RequestItems":{"clinic-local-records":{"Keys":[{"pk":{"S":"A"}},{"pk":{"S":"B"}},{"pk":{"S":"A"}}]}}}""",
        "BatchGetItem A|B")]
    [InlineData("BatchGetItem",
        """{"RequestItems":{"clinic-local-records":{"Keys":[{"pk":{"S":"A"}},{"pk":{"N":"1"}}]}}}""", "BatchGetItem ?")]
    [InlineData("BatchGetItem",
        """{"RequestItems":{"x":{"Keys":[{"pk":{"S":"A"}}]},"y":{"Keys":[{"pk":{"S":"B"}}]}}}""",
        "BatchGetItem A,BatchGetItem B")]
    [InlineData("BatchWriteItem",
        """{"RequestItems":{"x":[{"PutRequest":{"Item":{"pk":{"S":"A"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"B"}}}}]}}""",
        "BatchWriteItem A|B")]
    [InlineData("TransactWriteItems",
        """{"TransactItems":[{"Put":{"TableName":"x","Item":{"pk":{"S":"A"}}}}"""
        + """,{"ConditionCheck":{"TableName":"x","Key":{"pk":{"S":"B"}}}}]}""",
        "PutItem A tx,ConditionCheckItem B tx")]
    [InlineData("TransactWriteItems",
        """{"TransactItems":[{"Update":{"TableName":"x","Key":{"pk":{"S":"A"}}}}"""
        + """,{"Delete":{"TableName":"x","Key":{"pk":{"S":"B"}}}}]}""",
        "UpdateItem A tx,DeleteItem B tx")]
    [InlineData("TransactWriteItems",
        """{"TransactItems":[{"Put":{"TableName":"x","Item":{"pk":{"S":"A"}}}"""
        + ""","Delete":{"TableName":"x","Key":{"pk":{"S":"B"}}}}]}""", "")]
    [InlineData("TransactWriteItems", """{"TransactItems":[{"Run":{}}]}""", "")]
    [InlineData("TransactWriteItems", """{"TransactItems":[]}""", "")]
    [InlineData("TransactGetItems", """{"TransactItems":[{"Get":{"TableName":"x","Key":{"pk":{"S":"A"}}}}]}""", "GetItem A tx")]
    public void Each_member_is_told_apart(string operation, string body, string expected)
    {
        using var json = JsonDocument.Parse(body);

        var members = Members.Of(operation, json.RootElement).Select(member =>
            $"{member.Action} {(member.LeadingKeys.Count == 0 ? "?" : string.Join('|', member.LeadingKeys))}"
            + (member.Enclosing is null ? "" : " tx"));

        Assert.Equal(expected, string.Join(',', members));
    }

    [Theory]
    [InlineData("pk = :p", "A")]
    [InlineData("#k=:p AND begins_with(sk,:s)", "A")]
    [InlineData("begins_with ( sk , :s ) and #k = :p", "A")]
    [InlineData("(#k = :p) AND (sk BETWEEN :s AND :s)", "A")]
    [InlineData("pk = :p AND sk >= :s", "A")]
    [InlineData("pk = :other", "B")]
    [InlineData("pk = :number", null)]
    [InlineData("pk = :absent", null)]
    [InlineData("pk = :p OR pk = :other", null)]
    [InlineData("pk = :p AND pk = :other", null)]
    [InlineData("pk = :p AND #k = :other", null)]
    [InlineData("NOT pk = :p", null)]
    [InlineData("pk <> :p", null)]
    [InlineData("pk > :p", null)]
    [InlineData("begins_with(pk, :p)", null)]
    [InlineData("pk BETWEEN :p AND :other", null)]
    [InlineData("sk = :p", null)]
    [InlineData("PK = :p", null)]
    [InlineData("pk = pk", null)]
    [InlineData("pk = :p + :other", null)]
    [InlineData("pk =", null)]
    [InlineData("", null)]
    public void The_key_of_a_query_is_found_or_there_is_none(string expression, string? expected)
    {
        var body = "{\"KeyConditionExpression\":\"" + expression + "\",\"ExpressionAttributeNames\":{\"#k\":\"pk\"},"
            + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"A\"},\":other\":{\"S\":\"B\"},\":s\":{\"S\":\"S\"},"
            + "\":number\":{\"N\":\"1\"}}}";
        using var json = JsonDocument.Parse(body);

        Assert.Equal(expected, KeyCondition.Value(json.RootElement, "pk"));
    }

    [Fact]
    public void A_query_of_an_index_leads_with_the_key_of_the_index()
    {
        const string body = """
            {"TableName":"clinic-local-records","IndexName":"due","KeyConditionExpression":"due_pk = :p",
             "ExpressionAttributeValues":{":p":{"S":"DUE#1"}}}
            """;
        using var json = JsonDocument.Parse(body);

        var member = Assert.Single(Members.Of("Query", json.RootElement));

        Assert.EndsWith("table/clinic-local-records/index/due", member.Resource, StringComparison.Ordinal);
        Assert.Equal(["DUE#1"], member.LeadingKeys);
    }

    [Fact]
    public void Legacy_key_conditions_have_no_key()
    {
        const string body = """
            {"TableName":"clinic-local-records",
             "KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"A"}]}},
             "KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"A"}}}
            """;
        using var json = JsonDocument.Parse(body);

        Assert.Empty(Assert.Single(Members.Of("Query", json.RootElement)).LeadingKeys);
    }
}
