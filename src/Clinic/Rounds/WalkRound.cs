using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Rounds;

/// <summary>
/// Carries a round over the roster, page by page. What it does to a patient may be done again without harm, so a walk that dies
/// goes on at the page where it was. When its time is up it hands over to a message in the transaction of its last page.
/// </summary>
internal sealed class WalkRound(RoundActs acts, TimeProvider clock)
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(20);
    public const int PageSize = 24;

    public async Task<Done> Handle(Delivery message, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var round = await RoundItem.Read(message.Store, message.Subject, ct);
        while (round is { Walks: true })
        {
            if (await message.IsFrozen(ct))
            {
                return HeldRefusals.Frozen;
            }

            var roster = Keys.PatientRoster(round.Part);
            var page = await message.Store.Query(roster, "", PageSize, round.From, newestFirst: false, ct);
            var ids = page.Items.Select(i => new PatientId(Guid.ParseExact(i.Key.Sort, "N"))).ToList();
            var acted = await acts.On(message, round, ids, ct);
            if (!acted.Holds(out _))
            {
                return DeliveryRefusals.Later;
            }

            var after = round.Step(ids.Count, page.NextSort);
            var ends = after.IsThrough || clock.GetElapsedTime(began) > TimeMax;
            var change = after.IsThrough ? Turn(message, round, after, clock.GetUtcNow())
                : (ends ? message.Effect(AuditAction.RoundStepDone, subject: round.Name).Publish(Topics.RoundWalks, round.Name)
                    : Change.By(message.Caller, AuditAction.RoundStepDone, subject: round.Name))
                    .Replace(RoundItem.Write(after), round.Version);
            var commit = await message.Store.Commit(change, ct);
            if (ends || !commit.Holds(out _))
            {
                // Somebody else took this step, or nobody could: the message comes again and finds where the round stands.
                return commit.Holds(out var why) || why == InboxRefusals.AlreadyDone ? commit : DeliveryRefusals.Later;
            }

            round = after;
        }

        return await message.Store.Commit(
            message.Effect(AuditAction.RoundStepDone, subject: message.Subject).Noting("nothing to do"), ct);
    }

    /// <summary>
    /// The last patient of a phase is done. Looking up moves to the new epoch when it is full; what nobody looks up any more is
    /// deleted after a while, and its key destroyed a while after that.
    /// </summary>
    private static Change Turn(Delivery message, Round before, Round through, DateTimeOffset now)
    {
        var (next, wait) = before.Phase switch
        {
            RoundPhase.Filling => (RoundPhase.Emptying, Durations.RoundGrace.Length),
            RoundPhase.Wrapping => (RoundPhase.WrappingAgain, Durations.OldWrapKept.Length),
            RoundPhase.Emptying or RoundPhase.WrappingAgain => (RoundPhase.Retiring, Durations.RoundGrace.Length),
            _ => throw new InvalidOperationException("A round that has nothing to do walks."),
        };
        var change = message.Effect(AuditAction.RoundTurned, subject: before.Name)
            .Noting($"{before.Phase}: {RoundItem.Number((int)through.Seen)} patients")
            .Replace(RoundItem.Write((through with { Version = before.Version }).Turn(next)), before.Version)
            .Replace(RoundItem.Clock(before.Name, now + wait), Condition.Exists, ClockRefusals.NotRunning);
        return before.Phase switch
        {
            RoundPhase.Filling => change.Patch(
                new Item(Keys.State).Set(TenantStateItem.Epoch, before.Target).Set(TenantStateItem.Leaving, before.Target - 1),
                [TenantStateItem.Filling],
                Condition.NumberIs(TenantStateItem.Filling, before.Target), Problems.Stale),
            RoundPhase.Emptying => change.Patch(
                new Item(Keys.State), [TenantStateItem.Leaving],
                Condition.NumberIs(TenantStateItem.Leaving, before.Target - 1), Problems.Stale),
            _ => change,
        };
    }
}
