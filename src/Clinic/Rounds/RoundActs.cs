using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Rounds;

/// <summary>What a round does to the patients of one page.</summary>
internal sealed class RoundActs(KeyMaker keys, KeyShredder shredder)
{
    /// <summary>Each has a check and at most <see cref="PatientIndex.ItemsMax"/> rows: so many fit one transaction.</summary>
    private const int TogetherMax = (Committer.OperationsMax - 1) / (PatientIndex.ItemsMax + 1);

    private const int TriesMax = 4;

    public async Task<Done> On(Delivery message, Round round, IReadOnlyList<PatientId> ids, CancellationToken ct)
    {
        if (round.Phase is RoundPhase.Wrapping or RoundPhase.WrappingAgain)
        {
            foreach (var id in ids)
            {
                await Wrap(message, id, ct);
            }

            return Done.Yes;
        }

        foreach (var together in ids.Chunk(TogetherMax))
        {
            var moved = await Reindex(message, round, together, ct);
            if (!moved.Holds(out var why))
            {
                return why;
            }
        }

        return Done.Yes;
    }

    /// <summary>Somebody may amend her at the same moment: then her record is read again.</summary>
    private static async Task<Done> Reindex(Delivery message, Round round, IReadOnlyList<PatientId> ids, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var entry = new AuditEntry(message.Caller, AuditAction.PatientsReindexed, AuditOutcome.Requested)
            {
                Hits = ids,
                Note = round.Phase.ToString(),
            };
            var disclosed = await message.Store.Disclose(entry, t => PatientItem.ReadForRounds(message.Store, ids, t), ct);
            if (!disclosed.Holds(out var patients, out var why))
            {
                return why;
            }

            var change = Change.By(message.Caller, AuditAction.PatientsReindexed, subject: round.Name)
                .Noting($"{round.Phase}: {RoundItem.Number(patients.Count)}");
            foreach (var patient in patients)
            {
                await Add(change, message.Store, round, patient, ct);
            }

            var commit = await message.Store.Commit(change, ct);
            if (commit.Holds(out why) || tries == TriesMax || (why != Problems.Stale && why != Problems.Conflict))
            {
                return commit;
            }
        }
    }

    private static async Task Add(Change change, TenantStore store, Round round, Patient patient, CancellationToken ct)
    {
        change.Require(Keys.Patient(patient.Id), Condition.VersionIs(patient.Version), Problems.Stale);
        if (round.Phase == RoundPhase.Filling && patient.Merging is not null)
        {
            return;
        }

        var epoch = round.Phase == RoundPhase.Filling ? round.Target : round.Target - 1;
        foreach (var token in await PatientIndex.Tokens(store, epoch, PatientIndex.Of(patient.Record), ct))
        {
            var place = Keys.SearchItem(token, patient.Id);
            _ = round.Phase == RoundPhase.Filling ? change.Put(new Item(place)) : change.Delete(place);
        }
    }

    /// <summary>The new rows first: a crash in between leaves two, and either opens.</summary>
    private async Task Wrap(Delivery message, PatientId id, CancellationToken ct)
    {
        var rows = await keys.WrapAnew(message.Caller.Tenant, id, ct);
        if (rows.Count > 0)
        {
            var change = Change.By(message.Caller, AuditAction.PatientKeysWrapped, id).Wrap(rows);
            var commit = await message.Store.Commit(change, ct);
            if (!commit.Holds(out var why) && why != Problems.Conflict)
            {
                throw new InvalidOperationException($"Keys could not be wrapped anew: {why.Code}.");
            }
        }

        await shredder.DropOldWraps(message.Caller.Tenant, id, ct);
    }
}
