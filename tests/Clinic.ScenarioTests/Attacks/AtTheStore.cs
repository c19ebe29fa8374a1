using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using static Clinic.ScenarioTests.Attacks.Tries;
using Condition = Clinic.Platform.Store.Condition;
using Delete = Amazon.DynamoDBv2.Model.Delete;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>Calls to DynamoDB on the attacker's own session: what a wrong query, batch or transaction would be.</summary>
internal static class AtTheStore
{
    private const string Whole = "a whole table would come out sealed, as PlaintextSweep shows of every row of the suite";
    private const string Overwrites = "sealing does not stop who overwrites or deletes: against that stand the policies";
    private static readonly string Records = CloudNames.Local.Table(CloudParts.Records);
    private static readonly string Directory = CloudNames.Local.Table(CloudParts.Directory);
    private static readonly string Audit = CloudNames.Local.Table(CloudParts.Audit);
    private static readonly string KeysTable = CloudNames.Local.Table(CloudParts.Keys);

    public static IEnumerable<Attack> All =>
    [
        Dynamo("scan", "a scan of all clinics' records", (d, _) => d.ScanAsync(new ScanRequest(Records)), Whole),
        Dynamo("partiql", "a PartiQL statement over all clinics' records",
            (d, _) => d.ExecuteStatementAsync(new ExecuteStatementRequest { Statement = $"SELECT * FROM \"{Records}\"" }), Whole),
        Dynamo("export-table", "a look at the table as a whole", (d, _) => d.DescribeTableAsync(Records), Whole),
        Dynamo("due-index", "the due index, which holds keys of all clinics", (d, _) => d.QueryAsync(new QueryRequest
        {
            TableName = Records,
            IndexName = CloudParts.DueIndex.Name,
            KeyConditionExpression = "due_pk = :p",
            ExpressionAttributeValues = new() { [":p"] = new(Keys.DueShard(0)) },
        }), "the index holds keys alone, without a body"),
        Dynamo("query-without-key", "a query whose partition key is a range", (d, s) => d.QueryAsync(new QueryRequest
        {
            TableName = Records,
            KeyConditionExpression = "begins_with(pk, :p)",
            ExpressionAttributeValues = new() { [":p"] = new($"T#{s.Victim.Tenant}#") },
        }), "DynamoDB itself takes no range of partition keys"),
        Dynamo("prefix-of-id", "a partition that only begins with the own id", (d, s) => d.GetItemAsync(
            Records, Row($"T#{s.Attacker.Tenant}b#STATE", "STATE")), "no clinic has such an id: all have eight characters"),
        Dynamo("id-as-prefix", "the own id as the beginning of a key of the victim", (d, s) => d.GetItemAsync(
            Records, Row($"T#{s.Attacker.Tenant}", $"#T#{s.Victim.Tenant}#STATE")),
            "nothing can stand there: a separator ends every id"),
        new("batch-mixed", "a batch of own rows with one of the victim", Known.LeadingKeys,
            Wall.None("a store puts its own clinic before every key of a batch"),
            Denied(s => Batch(s, s.On)), Sealed(s => Batch(s, s.Off))),
        new("transact-get-mixed", "a reading transaction with one foreign row", Known.LeadingKeys,
            Wall.None("no line of the product reads in a transaction"),
            Denied(s => TransactGet(s, s.On)), Sealed(s => TransactGet(s, s.Off))),
        Dynamo("transact-write-mixed", "a transaction of own rows that puts one into the victim's records",
            (d, s) => d.TransactWriteItemsAsync(Transaction(
                Put(Row($"T#{s.Attacker.Tenant}#CORPUS", "1")), Put(Row($"T#{s.Victim.Tenant}#CORPUS", "1")))), Overwrites),
        Dynamo("batch-write", "a batch that writes past the trail, in the own records", (d, s) => d.BatchWriteItemAsync(
            new BatchWriteItemRequest
            {
                RequestItems = new()
                {
                    [Records] = [new WriteRequest(new PutRequest(Row($"T#{s.Attacker.Tenant}#CORPUS", "1")))],
                },
            }), Overwrites),
        Dynamo("write-alone", "a single write past the trail, in the own records",
            (d, s) => d.PutItemAsync(Records, Row($"T#{s.Attacker.Tenant}#CORPUS", "1")), Overwrites),
        Dynamo("condition-oracle", "a condition on the victim's row, whose failure would tell of it",
            (d, s) => d.TransactWriteItemsAsync(Transaction(
                Put(Row($"T#{s.Attacker.Tenant}#CORPUS", "1")),
                new TransactWriteItem
                {
                    ConditionCheck = new ConditionCheck
                    {
                        TableName = Records,
                        Key = Row(Keys.Partition(s.Victim.Tenant, Keys.Patient(s.Victim.Patient).Area), Keys.Head),
                        ConditionExpression = "attribute_not_exists(pk)",
                    },
                })), "whether a row exists is not sealed: the policies hide it"),
        Stores("session-planted", "a session of one's own making in the victim's records", s => s.On.Store.Commit(
            Change.By(s.On.Store.Caller, AuditAction.SignedIn).Insert(SessionRow.Write(
                new string('0', 64), s.Victim.Session, s.Victim.Member, Role.Owner, LocationScope.All,
                s.App.Clock.GetUtcNow(), freeze: null)),
            CancellationToken.None)),
        Stores("clinic-frozen", "the victim's state set to purged", s => s.On.Store.Commit(
            Change.By(s.On.Store.Caller, AuditAction.ClinicConfirmed)
                .Patch(new Item(Keys.State).Set("st", "Purged"), [], Condition.Exists, Problems.Conflict),
            CancellationToken.None)),
        Dynamo("keys-destroyed", "the victim's wrapped keys deleted", (d, s) => d.DeleteItemAsync(
            KeysTable, Row(Keys.Partition(s.Victim.Tenant, Keys.TenantKeyArea), "patients#001")), Overwrites),
        Dynamo("own-keys-destroyed", "own wrapped keys deleted by a session that may only work with them",
            (d, s) => d.DeleteItemAsync(KeysTable, Row(Keys.Partition(s.Attacker.Tenant, Keys.TenantKeyArea), "patients#001")),
            Overwrites),
        Dynamo("pointer-forged", "a login pointer to the victim's owner, written by a session of a clinic",
            (d, s) => d.PutItemAsync(Directory, Row("L#0000", $"{s.Victim.Tenant}#{Keys.Hex(s.Victim.Member.Value)}")),
            "a pointer is a key without a body; pointer-to-victim shows that it has no authority"),
        OfTrail("trail-forged", "an entry put into the victim's trail",
            (d, s) => d.PutItemAsync(Audit, Row($"T#{s.Victim.Tenant}#AUD#2026110100#0", "forged"))),
        OfTrail("trail-rewritten", "an own entry changed",
            async (d, s) => await d.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = Audit,
                Key = await Entry(s),
                UpdateExpression = "SET w = :w",
                ExpressionAttributeValues = new() { [":w"] = new("nothing happened") },
            })),
        OfTrail("trail-erased", "an own entry deleted, in a transaction",
            async (d, s) => await d.TransactWriteItemsAsync(Transaction(
                new TransactWriteItem { Delete = new Delete { TableName = Audit, Key = await Entry(s) } }))),
        OfTrail("trail-read-by-writer", "the own trail read by the session that writes it",
            async (d, s) => await d.GetItemAsync(Audit, await Entry(s))),
    ];

    private static Attack Dynamo(string id, string what, Func<IAmazonDynamoDB, Scene, Task> act, string keys) => Call(
        id, what, Known.LeadingKeys, async (s, wrong) => await act((await wrong.Session()).Dynamo, s), keys);

    private static Attack OfTrail(string id, string what, Func<IAmazonDynamoDB, Scene, Task> act) => Call(
        id, what, Known.Trail, async (s, wrong) => await act((await wrong.Session()).Dynamo, s),
        "the trail's integrity is not a matter of keys: chains of hashes and its table's own policy");

    /// <summary>The product's own transaction, aimed at the victim.</summary>
    private static Attack Stores(string id, string what, Func<Scene, Task> write) => new(
        id, what, Known.LeadingKeys, Wall.None("keys of a change take no clinic: the store puts its own before each"),
        Denied(write), Wall.None(Overwrites));

    private static async Task<Loot> Batch(Scene scene, WrongCode wrong)
    {
        var own = Place(scene.Attacker, Keys.Patient(scene.Attacker.Patient));
        var theirs = Place(scene.Victim, Keys.Patient(scene.Victim.Patient));
        var answer = await (await wrong.Session()).Dynamo.BatchGetItemAsync(new BatchGetItemRequest
        {
            RequestItems = new() { [Records] = new KeysAndAttributes { Keys = [own, theirs] } },
        });
        return Taken(scene, answer.Responses[Records]);
    }

    private static async Task<Loot> TransactGet(Scene scene, WrongCode wrong)
    {
        var answer = await (await wrong.Session()).Dynamo.TransactGetItemsAsync(new TransactGetItemsRequest
        {
            TransactItems =
            [
                Get(Place(scene.Attacker, Keys.Patient(scene.Attacker.Patient))),
                Get(Place(scene.Victim, Keys.Patient(scene.Victim.Patient))),
            ],
        });
        return Taken(scene, answer.Responses.Select(response => response.Item));
    }

    /// <summary>What of the answer is the victim's; the own row opens, and may.</summary>
    private static Loot Taken(Scene scene, IEnumerable<Dictionary<string, AttributeValue>> rows)
    {
        var key = Keys.Patient(scene.Victim.Patient);
        var place = Keys.Partition(scene.Victim.Tenant, key.Area);
        return Loot.Of(CloudParts.Records, scene.Attacker.Tenant, scene.Victim.Tenant,
            rows.Where(row => row["pk"].S == place).Select(row => new Item(key, row)));
    }

    /// <summary>The place of one of the attacker's own entries.</summary>
    private static async Task<Dictionary<string, AttributeValue>> Entry(Scene scene)
    {
        var row = (await scene.App.Raw.Of(scene.Attacker.Tenant.Value, CloudParts.Audit)).Values.First();
        return Row(row["pk"].S, row["sk"].S);
    }

    private static Dictionary<string, AttributeValue> Place(Party party, Key key) =>
        Row(Keys.Partition(party.Tenant, key.Area), key.Sort);

    private static Dictionary<string, AttributeValue> Row(string pk, string sk) => new() { ["pk"] = new(pk), ["sk"] = new(sk) };

    private static TransactGetItem Get(Dictionary<string, AttributeValue> key) =>
        new() { Get = new Get { TableName = Records, Key = key } };

    private static TransactWriteItem Put(Dictionary<string, AttributeValue> row) =>
        new() { Put = new Put { TableName = Records, Item = row } };

    private static TransactWriteItemsRequest Transaction(params List<TransactWriteItem> items) => new() { TransactItems = items };
}
