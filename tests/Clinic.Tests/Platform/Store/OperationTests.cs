using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Xunit;

namespace Clinic.Tests.Platform.Store;

public sealed class OperationTests
{
    private const string Pk = "T#abcdefgh#CLINIC";
    private static readonly Key Place = Keys.ClinicProfile;

    [Fact]
    public void An_insert_is_a_put_that_nothing_may_stand_in_the_way_of()
    {
        var put = Make(OperationKind.Put, new Item(Place).Set("a", "1"), Condition.Absent).Put;
        Assert.Equal(("table", "attribute_not_exists(pk)"), (put.TableName, put.ConditionExpression));
        Assert.Equal((Pk, "PROFILE", "1"), (put.Item["pk"].S, put.Item["sk"].S, put.Item["a"].S));
        Assert.Null(put.ExpressionAttributeNames);
        Assert.Null(put.ExpressionAttributeValues);
    }

    [Fact]
    public void A_patch_sets_and_removes_under_its_condition()
    {
        var operation = new Operation(
            OperationKind.Patch, CloudParts.Records, Place, new Item(Place).Set("a", "1"), Condition.Is("a", "0"),
            Problems.Conflict)
        {
            Remove = ["due_pk", "due_sk"],
        };
        var update = operation.ToTransactItem("table", Pk).Update;
        Assert.Equal("SET #s_a = :s_a REMOVE #r_due_pk, #r_due_sk", update.UpdateExpression);
        Assert.Equal("#c_a = :c_a", update.ConditionExpression);
        Assert.Equal(("0", "1"), (update.ExpressionAttributeValues[":c_a"].S, update.ExpressionAttributeValues[":s_a"].S));
        Assert.Equal(4, update.ExpressionAttributeNames.Count);
    }

    [Fact]
    public void A_delete_and_a_check_write_nothing_else()
    {
        var delete = Make(OperationKind.Delete, null, Condition.Exists).Delete;
        Assert.Equal((Pk, "PROFILE", "attribute_exists(pk)"), (delete.Key["pk"].S, delete.Key["sk"].S,
            delete.ConditionExpression));
        var check = Make(OperationKind.Check, null, Condition.VersionIs(3)).ConditionCheck;
        Assert.Equal(("#c_v = :c_v", "3"), (check.ConditionExpression, check.ExpressionAttributeValues[":c_v"].N));
        Assert.Null(Make(OperationKind.Delete, null, null).Delete.ConditionExpression);
    }

    [Fact]
    public void A_change_gives_each_condition_its_own_refusal()
    {
        var caller = Caller.System(TenantId.Parse("abcdefgh"), "test", "cause");
        var change = Change.By(caller, AuditAction.ClinicRead).Insert(new Item(Place)).Replace(new Item(Place), 3)
            .Require(Place, Condition.Exists, Problems.NotFound).Delete(Place);
        Assert.Equal([Problems.Conflict, Problems.Stale, Problems.NotFound, Problems.Conflict],
            change.Operations.Select(o => o.Otherwise));
        Assert.Equal(AuditOutcome.Done, change.Entry.Outcome);
    }

    private static Amazon.DynamoDBv2.Model.TransactWriteItem Make(OperationKind kind, Item? item, Condition? condition) =>
        new Operation(kind, CloudParts.Records, Place, item, condition, Problems.Conflict).ToTransactItem("table", Pk);
}
