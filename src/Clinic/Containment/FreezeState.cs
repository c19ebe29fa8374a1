using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Containment;

/// <summary>What is to be done to a clinic's state.</summary>
internal enum FreezeAct
{
    Nothing,
    Freeze,
    Offer,
    Lift,
}

/// <summary>
/// The clinic's state row, which every request reads: freezing it, and lifting that. It touches no key and no patient. A change
/// holds only if nobody moved the state since it was read.
/// </summary>
internal static class FreezeState
{
    private const int TriesMax = 4;

    /// <summary>
    /// Brings a clinic's state to what the platform's row says; nothing is done where it is so, or where the row was overtaken.
    /// </summary>
    /// <param name="theirs">In the clinic, as whoever does it.</param>
    public static async Task<Done> Bring(TenantStore theirs, Freeze freeze, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var state = await StoreParts.StateOf(theirs, ct);
            var act = Decide(freeze, state);
            if (act == FreezeAct.Nothing)
            {
                return Done.Yes;
            }

            var done = await theirs.Commit(await Change(act, theirs, freeze, state, ct), ct);
            if (done.Holds(out var why) || why != Problems.Conflict || tries == TriesMax)
            {
                return done;
            }
        }
    }

    /// <summary>Pure. A freeze that the state has seen already, in force or lifted, is never set again.</summary>
    internal static FreezeAct Decide(Freeze freeze, TenantState state) => freeze.Step switch
    {
        FreezeStep.Frozen when state.Freeze != freeze.Id
            && state is { Status: TenantStatus.Active } or { Status: TenantStatus.Frozen, FrozenBy: FreezeBy.Owner } =>
            FreezeAct.Freeze,
        FreezeStep.ReleaseOffered when IsInForce(freeze, state) && state.FrozenBy == FreezeBy.Owner
            && state.ReleaseOffer != freeze.Offer => FreezeAct.Offer,
        FreezeStep.Released when IsInForce(freeze, state) && state.FrozenBy == FreezeBy.Platform => FreezeAct.Lift,
        _ => FreezeAct.Nothing,
    };

    /// <summary>From the commit of this on no request is let in, and no session of before ever again.</summary>
    public static Change Set(Change change, TenantState read, string freeze, FreezeBy by)
    {
        var state = new Item(Keys.State).Set(TenantStateItem.Status, TenantStatus.Frozen.ToString())
            .Set(TenantStateItem.Freeze, freeze).Set(TenantStateItem.FrozenBy, by.ToString());
        state = read.FrozenBy == FreezeBy.Owner ? state.Set(TenantStateItem.OwnersToo, 1) : state;
        return change.Patch(state, [TenantStateItem.ReleaseOffer], TenantStateItem.Unmoved(read), Problems.Conflict);
    }

    /// <summary>
    /// The freeze's id stays: sessions of before it are told by it. An owner's own freeze beneath the platform's is not an
    /// operator's to lift, so it stays in force.
    /// </summary>
    public static Change Lift(Change change, TenantState read) => read.OwnersToo
        ? change.Patch(
            new Item(Keys.State).Set(TenantStateItem.FrozenBy, FreezeBy.Owner.ToString()),
            [TenantStateItem.OwnersToo, TenantStateItem.ReleaseOffer], TenantStateItem.Unmoved(read), Problems.Conflict)
        : change.Patch(
            new Item(Keys.State).Set(TenantStateItem.Status, TenantStatus.Active.ToString()),
            [TenantStateItem.FrozenBy, TenantStateItem.ReleaseOffer], TenantStateItem.Unmoved(read), Problems.Conflict)
            .Publish(Topics.ClinicReleased, read.Freeze!);

    /// <summary>A message for each owner, each a mail of its own.</summary>
    public static async Task<Change> Tell(
        Change change, TenantStore theirs, FreezeNews news, string freeze, CancellationToken ct) =>
        (await Roster.Owners(theirs, ct)).Aggregate(
            change, (c, owner) => c.Publish(Topics.FreezeNotice, new FreezeNoticeSubject(news, freeze, owner).Text));

    private static async Task<Change> Change(
        FreezeAct act, TenantStore theirs, Freeze freeze, TenantState state, CancellationToken ct)
    {
        var (action, news) = act switch
        {
            FreezeAct.Freeze => (AuditAction.ClinicFrozen, FreezeNews.Frozen),
            FreezeAct.Offer => (AuditAction.ClinicReleaseOffered, FreezeNews.ReleaseOffered),
            _ => (AuditAction.ClinicReleased, state.OwnersToo ? FreezeNews.Frozen : FreezeNews.Released),
        };
        var note = Note(freeze, act) + (act == FreezeAct.Lift && state.OwnersToo ? "; the owner's own stays" : "");
        var change = Platform.Store.Change.By(theirs.Caller, action, subject: freeze.Id).Noting(note);
        change = act switch
        {
            FreezeAct.Freeze => Set(change, state, freeze.Id, FreezeBy.Platform),
            FreezeAct.Offer => change.Patch(
                new Item(Keys.State).Set(TenantStateItem.ReleaseOffer, freeze.Offer!), [], TenantStateItem.Unmoved(state),
                Problems.Conflict),
            _ => Lift(change, state),
        };
        return await Tell(change, theirs, news, freeze.Id, ct);
    }

    private static string Note(Freeze freeze, FreezeAct act) =>
        act == FreezeAct.Freeze ? $"platform: {Codes.Of(freeze.Reason!.Value)}" : Codes.Of(freeze.Release!.Value);

    private static bool IsInForce(Freeze freeze, TenantState state) =>
        state.Status == TenantStatus.Frozen && state.Freeze == freeze.Id;
}
