using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Store;

/// <summary>
/// Everything that one act writes: rows, audit entry, messages, idempotency claim. It becomes one transaction, so the act and its
/// trace exist together or not at all. <see cref="By"/> is the only way to make one: a write without an entry does not compile.
/// </summary>
public sealed class Change
{
    private Change(AuditEntry entry) => Entry = entry;

    internal AuditEntry Entry { get; private set; }

    internal List<Operation> Operations { get; } = [];

    internal List<(string Topic, string Subject)> Messages { get; } = [];

    internal List<PatientId> NewPatients { get; } = [];

    internal List<FreshKey> NewTenantKeys { get; } = [];

    internal List<Item> KeysWrapped { get; } = [];

    internal Answer? Answered { get; private set; }

    internal (string Queue, string Message, Guid Outbox)? Received { get; private set; }

    public static Change By(Caller caller, AuditAction action, PatientId? patient = null, string? subject = null) =>
        new(new AuditEntry(caller, action, AuditOutcome.Done) { Patient = patient, Subject = subject });

    /// <summary>A row that must not exist yet.</summary>
    public Change Insert(Item item, Refusal? whenExists = null) =>
        Add(new Operation(OperationKind.Put, CloudParts.Records, item.Key, item, Condition.Absent, whenExists
            ?? Problems.Conflict));

    /// <summary>A row that may be there already, and is then the same.</summary>
    public Change Put(Item item) =>
        Add(new Operation(OperationKind.Put, CloudParts.Records, item.Key, item, null, Problems.Conflict));

    /// <summary>A row that replaces the one of the given version.</summary>
    public Change Replace(Item item, long versionNow, Refusal? whenStale = null) =>
        Replace(item, Condition.VersionIs(versionNow), whenStale ?? Problems.Stale);

    public Change Replace(Item item, Condition condition, Refusal otherwise) =>
        Add(new Operation(OperationKind.Put, CloudParts.Records, item.Key, item, condition, otherwise));

    /// <summary>Sets plain attributes of an existing row and removes others.</summary>
    public Change Patch(Item values, IReadOnlyList<string> remove, Condition condition, Refusal otherwise) =>
        Add(new Operation(OperationKind.Patch, CloudParts.Records, values.Key, values, condition, otherwise) { Remove = remove });

    public Change Delete(Key key, Condition? condition = null, Refusal? otherwise = null) =>
        Add(new Operation(OperationKind.Delete, CloudParts.Records, key, null, condition, otherwise ?? Problems.Conflict));

    /// <summary>Something that must hold of a row that this act does not write.</summary>
    public Change Require(Key key, Condition condition, Refusal otherwise) =>
        Add(new Operation(OperationKind.Check, CloudParts.Records, key, null, condition, otherwise));

    /// <summary>A message for the queue of the topic. Ids only: queues and logs see it.</summary>
    public Change Publish(string topic, string subject)
    {
        Messages.Add((topic, subject));
        return this;
    }

    /// <summary>Draws identity and clinical keys for a patient who is new in this change.</summary>
    public Change NewPatient(PatientId patient)
    {
        NewPatients.Add(patient);
        return this;
    }

    internal Change With(IEnumerable<FreshKey> tenantKeys)
    {
        NewTenantKeys.AddRange(tenantKeys);
        return this;
    }

    /// <summary>Rows of the Keys table that wrap known keys anew.</summary>
    internal Change Wrap(IEnumerable<Item> keyRows)
    {
        KeysWrapped.AddRange(keyRows);
        return this;
    }

    /// <summary>What changed, field by field, sealed in the trail under the key class of the data.</summary>
    public Change Changed(JsonObject beforeAndAfter, KeyRef key)
    {
        Entry = Entry with { Changes = JsonSerializer.SerializeToUtf8Bytes(beforeAndAfter, StoreJson.Default.JsonObject),
            ChangesKey = key };
        return this;
    }

    public Change Noting(string note)
    {
        Entry = Entry with { Note = note };
        return this;
    }

    /// <summary>Patients whom one act is about, when there are several.</summary>
    internal Change Concerning(IReadOnlyList<PatientId> patients)
    {
        Entry = Entry with { Hits = patients };
        return this;
    }

    /// <summary>The words that somebody gave for it; sealed in the trail.</summary>
    public Change Because(string reason)
    {
        Entry = Entry with { Term = reason };
        return this;
    }

    /// <summary>What a replay of the same Idempotency-Key answers: ids and versions only.</summary>
    public Change Answers(Answer answer)
    {
        Answered = answer;
        return this;
    }

    /// <summary>This change is the effect of one message: it happens once, and marks the message as done.</summary>
    internal Change InResponseTo(string queue, string message, Guid outbox)
    {
        Received = (queue, message, outbox);
        return this;
    }

    private Change Add(Operation operation)
    {
        Operations.Add(operation);
        return this;
    }
}

internal enum OperationKind
{
    Put,
    Patch,
    Delete,
    Check,
}

/// <summary>One member of the transaction and the refusal that its condition stands for.</summary>
internal sealed record Operation(OperationKind Kind, TableSpec Table, Key Key, Item? Item, Condition? Condition,
    Refusal Otherwise)
{
    public IReadOnlyList<string> Remove { get; init; } = [];

    public TransactWriteItem ToTransactItem(string table, string pk)
    {
        var key = new Dictionary<string, AttributeValue> { ["pk"] = new() { S = pk }, ["sk"] = new() { S = Key.Sort } };
        var names = NullIfEmpty(Condition?.Names);
        var values = NullIfEmpty(Condition?.Values);
        return Kind switch
        {
            OperationKind.Put => new TransactWriteItem
            {
                Put = new Put
                {
                    TableName = table,
                    Item = Item!.Attributes.Concat(key).ToDictionary(),
                    ConditionExpression = Condition?.Expression,
                    ExpressionAttributeNames = names,
                    ExpressionAttributeValues = values,
                },
            },
            OperationKind.Patch => new TransactWriteItem { Update = Update(table, key) },
            OperationKind.Delete => new TransactWriteItem
            {
                Delete = new Delete
                {
                    TableName = table,
                    Key = key,
                    ConditionExpression = Condition?.Expression,
                    ExpressionAttributeNames = names,
                    ExpressionAttributeValues = values,
                },
            },
            OperationKind.Check => new TransactWriteItem
            {
                ConditionCheck = new ConditionCheck
                {
                    TableName = table,
                    Key = key,
                    ConditionExpression = Condition!.Expression,
                    ExpressionAttributeNames = names,
                    ExpressionAttributeValues = values,
                },
            },
            _ => throw new InvalidOperationException(),
        };
    }

    private Update Update(string table, Dictionary<string, AttributeValue> key)
    {
        var names = new Dictionary<string, string>(Condition?.Names ?? []);
        var values = new Dictionary<string, AttributeValue>(Condition?.Values ?? []);
        foreach (var (name, value) in Item!.Attributes)
        {
            names["#s_" + name] = name;
            values[":s_" + name] = value;
        }

        foreach (var name in Remove)
        {
            names["#r_" + name] = name;
        }

        var set = Item.Attributes.Count == 0
            ? "" : "SET " + string.Join(", ", Item.Attributes.Keys.Select(n => $"#s_{n} = :s_{n}"));
        var remove = Remove.Count == 0 ? "" : " REMOVE " + string.Join(", ", Remove.Select(n => "#r_" + n));
        return new Update
        {
            TableName = table,
            Key = key,
            UpdateExpression = set + remove,
            ConditionExpression = Condition?.Expression,
            ExpressionAttributeNames = names,
            ExpressionAttributeValues = NullIfEmpty(values),
        };
    }

    private static Dictionary<string, T>? NullIfEmpty<T>(Dictionary<string, T>? from) => from is { Count: > 0 } ? from : null;
}
