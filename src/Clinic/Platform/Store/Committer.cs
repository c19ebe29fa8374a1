using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Store;

/// <summary>
/// Turns a change into one TransactWriteItems: conditioned rows, new keys, audit entry, outbox, inbox, idempotency claim.
/// </summary>
internal sealed class Committer(
    TenantSessions sessions, Keyring keyring, KeyMaker keys, SealedSpill spill, TrailWriter trail, TimeProvider clock)
{
    /// <summary>DynamoDB's own limit; a slice that needs more is a job in steps.</summary>
    public const int OperationsMax = 100;
    private const int TriesMax = 4;

    /// <summary>Two changes drew the same key at once: the second tries again and finds the first one's.</summary>
    private static readonly Refusal DrawnElsewhere = new(409, "key-drawn", "Another change drew this key.");
    private static readonly TimeSpan BackoffStep = TimeSpan.FromMilliseconds(25);

    public async Task<Done> Commit(Caller caller, Change change, CancellationToken ct)
    {
        if (caller.Idempotency is { } claim && await claim.Earlier is not null)
        {
            return IdempotencyRefusals.Replayed;
        }

        Attempt? outcome = null;
        try
        {
            outcome = await TryAgain(caller, change, ct);
        }
        finally
        {
            if (outcome is not Attempt.Written)
            {
                change.NewTenantKeys.ForEach(k => k.Version.Key.Dispose());
            }
        }

        return outcome switch
        {
            Attempt.Written => Done.Yes,
            Attempt.Refused refused => refused.Why,
            Attempt.Throttled => throw new ProvisionedThroughputExceededException("A transaction was throttled."),
            _ => Problems.Conflict,
        };
    }

    private async Task<Attempt> TryAgain(Caller caller, Change change, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await Try(caller, change, ct);
            if (outcome is Attempt.Written or Attempt.Refused || tries == TriesMax)
            {
                return outcome;
            }

            // Jitter, so that two writers of one row do not meet again.
            await Task.Delay(BackoffStep * tries * (0.5 + Random.Shared.NextDouble()), clock, ct);
        }
    }

    private async Task<Attempt> Try(Caller caller, Change change, CancellationToken ct)
    {
        var dynamo = (await sessions.For(caller.StoreRole, caller.Tenant, ct)).Dynamo;
        var fresh = new List<FreshKey>(change.NewTenantKeys);
        var written = false;
        try
        {
            await DrawKeys(caller.Tenant, change, fresh, ct);
            DataKeySet? Fresh(KeyRef key) => Among(fresh, key);
            var operations = Assemble(caller, change, fresh);
            await SealBodies(KeyUser.Of(caller), operations, Fresh, ct);
            var entry = await trail.Prepare(change.Entry, Fresh, ct);
            operations.Add(new Operation(OperationKind.Put, CloudParts.Audit, entry.Row.Key, entry.Row, Condition.Absent,
                Problems.Conflict));
            if (operations.Count > OperationsMax)
            {
                throw new InvalidOperationException($"A change of {operations.Count} operations does not fit one transaction.");
            }

            var attempt = await Write(dynamo, caller.Tenant, operations, ct);
            written = attempt is Attempt.Written;
            if (written)
            {
                trail.Settle(entry);
                fresh.ForEach(keyring.Admit);
            }
            else
            {
                trail.NotWritten(entry);
                fresh.ForEach(k => keyring.Forget(caller.Tenant, k.Ref));
            }

            return attempt;
        }
        finally
        {
            if (!written)
            {
                Discard(change, fresh);
            }
        }
    }

    /// <summary>
    /// Any other failure leaves in doubt whether it was written (no answer, or still in progress) and goes through as an outage:
    /// another attempt could do the act twice, and its entry would fork the chain, which is why neither Settle nor NotWritten
    /// follows.
    /// </summary>
    private async Task<Attempt> Write(
        IAmazonDynamoDB dynamo, TenantId tenant, List<Operation> operations, CancellationToken ct)
    {
        try
        {
            await dynamo.TransactWriteItemsAsync(
                new TransactWriteItemsRequest
                {
                    // One token per attempt: the SDK's own retries of a lost answer do not write twice.
                    ClientRequestToken = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"),
                    TransactItems =
                        [.. operations.Select(o => o.ToTransactItem(sessions.Names.Table(o.Table),
                            Keys.Partition(tenant, o.Key.Area)))],
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                },
                ct);
            return new Attempt.Written();
        }
        catch (TransactionCanceledException cancelled)
        {
            var reasons = cancelled.CancellationReasons ?? [];
            var failed = reasons.FindIndex(r => r.Code == "ConditionalCheckFailed");
            if (failed >= 0)
            {
                return operations[failed].Otherwise == DrawnElsewhere
                    ? new Attempt.Conflicted()
                    : new Attempt.Refused(operations[failed].Otherwise);
            }

            return reasons.Exists(r => r.Code == "TransactionConflict") ? new Attempt.Conflicted()
                : reasons.Exists(r => r.Code is "ThrottlingError" or "ProvisionedThroughputExceeded") ? new Attempt.Throttled()
                : throw new InvalidOperationException("A transaction was cancelled: "
                    + string.Join(',', reasons.Select(r => r.Code)));
        }
    }

    private List<Operation> Assemble(Caller caller, Change change, List<FreshKey> fresh)
    {
        var now = clock.GetUtcNow();
        var operations = new List<Operation>(change.Operations);
        operations.AddRange(fresh.Select(
            k => new Operation(OperationKind.Put, CloudParts.Keys, k.Row.Key, k.Row, Condition.Absent, DrawnElsewhere)));
        operations.AddRange(change.KeysWrapped.Select(
            row => new Operation(OperationKind.Put, CloudParts.Keys, row.Key, row, Condition.Absent, DrawnElsewhere)));
        operations.AddRange(
            change.Messages.Select(m => Put(Outbox.Write(caller.Tenant, m.Topic, m.Subject, now), Problems.Conflict)));
        if (change.Received is { } received)
        {
            operations.Add(Put(Inbox.Write(received.Queue, received.Message, now), InboxRefusals.AlreadyDone));
            operations.Add(Outbox.Mark(received.Outbox, now));
        }

        if (caller.Idempotency is { } claim && change.Answered is { } answer)
        {
            operations.Add(Put(IdempotencyItem.Write(claim, answer, now), IdempotencyRefusals.InProgress));
        }

        return operations;

        static Operation Put(Item item, Refusal whenExists) =>
            new(OperationKind.Put, CloudParts.Records, item.Key, item, Condition.Absent, whenExists);
    }

    /// <summary>
    /// Keys of new patients, a first key for any class that this change is the first to use, and the next version of one that is
    /// old: so keys rotate with use, and rows that nobody writes keep theirs (ENC-5).
    /// </summary>
    private async Task DrawKeys(TenantId tenant, Change change, List<FreshKey> fresh, CancellationToken ct)
    {
        var born = change.NewPatients.SelectMany(p => new[] { KeyRef.Of(p, KeyClass.Identity), KeyRef.Of(p, KeyClass.Clinical) });
        var used = change.Operations.SelectMany(o => o.Item?.Seals ?? []).Select(s => s.Key).Where(k => k.Patient is not null);
        foreach (var key in born.Concat(used).Distinct().ToList())
        {
            var newest = change.NewPatients.Contains(key.Patient!.Value) ? null
                : (await keyring.Find(tenant, key, ct))?.Newest;
            if (newest is null || newest.MadeAt + Durations.PatientKeyAge.Length < clock.GetUtcNow())
            {
                fresh.Add(await keys.DrawPatientKey(tenant, key, (newest?.Number ?? 0) + 1, k => Among(fresh, k), ct));
            }
        }
    }

    private static DataKeySet? Among(List<FreshKey> fresh, KeyRef key) =>
        fresh.FirstOrDefault(f => f.Ref == key) is { } found ? new([found.Version]) : null;

    private async Task SealBodies(
        KeyUser user, List<Operation> operations, Func<KeyRef, DataKeySet?> fresh, CancellationToken ct)
    {
        foreach (var (operation, item) in operations.Where(o => o.Item is { Seals.Count: > 0 }).Select(o => (o, o.Item!)))
        {
            foreach (var part in item.Seals)
            {
                var aad = SealedPlace.Aad(user.Tenant, operation.Table, item, part.Name);
                var sealedBytes = await keyring.Seal(user, part.Key, fresh, part.Plain, aad, ct);
                if (part.Within is { } outer)
                {
                    sealedBytes = await keyring.Seal(user, outer, fresh, sealedBytes, aad, ct);
                }

                if (sealedBytes.Length <= SealedSpill.RowBytesMax)
                {
                    item.Set(part.Name, sealedBytes);
                }
                else
                {
                    item.Set(SealedSpill.Pointer(part.Name), await spill.Put(user.Tenant, sealedBytes, ct));
                }
            }
        }
    }

    /// <summary>
    /// Patient keys of an attempt that failed, or is in doubt, are thrown away: if it was written, they are loaded like any
    /// other. Tenant keys live on for the next attempt of the same sign-up.
    /// </summary>
    private static void Discard(Change change, List<FreshKey> fresh)
    {
        foreach (var key in fresh.Except(change.NewTenantKeys))
        {
            key.Version.Key.Dispose();
        }
    }

    private abstract record Attempt
    {
        public sealed record Written : Attempt;

        /// <summary>Another transaction was at one of the rows.</summary>
        public sealed record Conflicted : Attempt;

        /// <summary>Cancelled for want of capacity: certainly not written, and nobody's conflict.</summary>
        public sealed record Throttled : Attempt;

        public sealed record Refused(Refusal Why) : Attempt;
    }
}
