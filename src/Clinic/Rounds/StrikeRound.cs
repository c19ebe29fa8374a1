using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Rounds;

/// <summary>
/// Begins a round when its clock strikes, sends it on its way when all processes know of it, and destroys the old key at its end.
/// The clock stays: each of these sets it anew.
/// </summary>
internal sealed class StrikeRound(Keyring keyring, KeyMaker keys, KeyShredder shredder)
{
    /// <summary>A walk that nobody carries on (its message was given up) is sent on its way again.</summary>
    private static readonly TimeSpan WatchEvery = TimeSpan.FromDays(1);

    /// <summary>The purposes whose keys rotate by age; the index has its epochs.</summary>
    private static readonly TenantPurpose[] RotatedByAge =
    [
        TenantPurpose.Patients, TenantPurpose.Identities, TenantPurpose.Contacts, TenantPurpose.AuditDetail, TenantPurpose.Intake,
        TenantPurpose.Vault,
    ];

    public async Task<Done> Handle(DueClock due, DateTimeOffset now, CancellationToken ct)
    {
        var round = await RoundItem.Read(due.Store, due.Kind, ct);
        return round switch
        {
            null when due.Kind == Durations.IndexEpochAge.Name => await BeginIndex(due, now, ct),
            null => await BeginKeys(due, now, ct),
            { Phase: RoundPhase.Retiring } => await Retire(due, round, now, ct),
            _ => await SendOff(due, round, now, ct),
        };
    }

    private async Task<Done> BeginIndex(DueClock due, DateTimeOffset now, CancellationToken ct)
    {
        var state = await due.Store.State(ct);
        var next = state.IndexEpoch + 1;
        var fresh = await keys.DrawTenantKeys(due.Caller.Tenant, [(TenantPurpose.Index, next)], ct);
        var change = Begin(due, Round.Begin(due.Kind, next), now)
            .With(fresh)
            .Patch(
                new Item(Keys.State).Set(TenantStateItem.Filling, next), [],
                Condition.NumberIs(TenantStateItem.Epoch, state.IndexEpoch), Problems.Conflict);
        return await due.Store.Commit(change, ct);
    }

    private async Task<Done> BeginKeys(DueClock due, DateTimeOffset now, CancellationToken ct)
    {
        var wanted = new List<(TenantPurpose, int)>();
        foreach (var purpose in RotatedByAge)
        {
            // A clinic without a vault has no key of one.
            if ((await keyring.Find(due.Caller.Tenant, KeyRef.Of(purpose), ct))?.Newest is { } newest)
            {
                wanted.Add((purpose, newest.Number + 1));
            }
        }

        var fresh = await keys.DrawTenantKeys(due.Caller.Tenant, wanted, ct);
        var target = wanted.Where(w => w.Item1 is TenantPurpose.Patients or TenantPurpose.Identities).Select(w => w.Item2)
            .Distinct().Single();
        return await due.Store.Commit(Begin(due, Round.Begin(due.Kind, target), now).With(fresh), ct);
    }

    private static Change Begin(DueClock due, Round round, DateTimeOffset now) =>
        SetAnew(due, AuditAction.RoundBegun, now + Durations.RoundGrace.Length)
            .Noting($"version {RoundItem.Number(round.Target)}")
            .Insert(RoundItem.Write(round));

    private static async Task<Done> SendOff(DueClock due, Round round, DateTimeOffset now, CancellationToken ct)
    {
        var change = SetAnew(due, AuditAction.RoundSent, now + WatchEvery)
            .Noting(round.Phase.ToString())
            .Replace(RoundItem.Write(round.Walk()), round.Version)
            .Publish(Topics.RoundWalks, round.Name);
        return await due.Store.Commit(change, ct);
    }

    private async Task<Done> Retire(DueClock due, Round round, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var purpose in round.Purposes)
        {
            await shredder.DestroyVersion(due.Caller.Tenant, purpose, round.Target - 1, due.Caller.Cause!, ct);
        }

        var age = round.IsOfIndex ? Durations.IndexEpochAge : Durations.TenantKeyAge;
        var change = SetAnew(due, AuditAction.TenantKeysDestroyed, now + age.Length)
            .Noting($"{string.Join(", ", round.Purposes.Select(p => p.Name()))} version {RoundItem.Number(round.Target - 1)}")
            .Delete(Keys.Round(round.Name), Condition.VersionIs(round.Version), Problems.Stale);
        return await due.Store.Commit(change, ct);
    }

    private static Change SetAnew(DueClock due, AuditAction action, DateTimeOffset next) =>
        Change.By(due.Caller, action, subject: due.Kind)
            .Replace(RoundItem.Clock(due.Kind, next), Condition.Exists, ClockRefusals.NotRunning);
}
