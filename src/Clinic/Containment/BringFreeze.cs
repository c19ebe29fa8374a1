using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Containment;

/// <summary>
/// Looks after an operator's order: as a rule the request that gave it has done all, and this finds nothing to do. Where it died
/// between the platform's row and the clinic's state, this does the rest.
/// </summary>
internal static class BringFreeze
{
    public static async Task<Done> Handle(Delivery message, TenantStores stores, CancellationToken ct)
    {
        // A clinic's own outbox has no say over other clinics.
        if (!message.Caller.Tenant.IsPlatform)
        {
            throw new MessageRefusedException("is a freeze that the platform did not order");
        }

        var clinic = TenantId.Parse(message.Subject);
        var freeze = await FreezeItem.Read(message.Store, clinic, ct) ?? throw new MessageRefusedException("names no freeze");
        var theirs = stores.For(Caller.Notice(clinic, message.Topic, message.Origin));
        var brought = await FreezeState.Bring(theirs, freeze, ct);
        return brought.Holds(out var why)
            ? await message.Store.Commit(
                message.Effect(AuditAction.ClinicFreezeOrdered, subject: clinic.Value).Noting("looked after"), ct)
            : why;
    }
}

/// <summary>
/// A clinic works again: its messages go out anew, its clocks are set a few minutes ahead, and the platform hears of a release by
/// link. One transaction each, so whoever dies half way goes on where it stopped; a freeze meanwhile stops it.
/// </summary>
internal static class ResumeClinic
{
    private const int PageSize = 25;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(25);

    public static async Task<Done> Handle(Delivery message, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var page = await message.Store.Query(Keys.HeldArea, "", PageSize, null, newestFirst: false, ct);
            if (page.Items.Count == 0)
            {
                break;
            }

            foreach (var listed in page.Items)
            {
                var work = await message.Store.Get(Held.PlaceOf(listed), ct);
                var resumed = await message.Store.Commit(Held.Resume(message.Caller, listed, work, clock.GetUtcNow()), ct);
                if (!resumed.Holds(out var why) && why != InboxRefusals.AlreadyDone)
                {
                    return why == HeldRefusals.Frozen ? why : DeliveryRefusals.Later;
                }
            }

            if (clock.GetElapsedTime(began) > TimeMax)
            {
                return DeliveryRefusals.Later;
            }
        }

        var told = await TellPlatform(message, stores, ct);
        return told.Holds(out var untold)
            ? await message.Store.Commit(message.Effect(AuditAction.WorkResumed).Noting("all of it"), ct)
            : untold;
    }

    /// <summary>An owner used her link: the platform's row says so too.</summary>
    private static async Task<Done> TellPlatform(Delivery message, TenantStores stores, CancellationToken ct)
    {
        var platform = stores.For(Caller.System(TenantId.Platform, message.Topic, message.Origin));
        var clinic = message.Caller.Tenant;
        var freeze = await FreezeItem.Read(platform, clinic, ct);
        if (freeze is not { Step: FreezeStep.ReleaseOffered } || freeze.Id != message.Subject)
        {
            return Done.Yes;
        }

        var change = Change.By(platform.Caller, AuditAction.ClinicReleased, subject: clinic.Value).Noting("by the owner's link");
        return await platform.Commit(
            FreezeItem.Put(change, clinic, freeze with { Step = FreezeStep.Released, Version = freeze.Version + 1 }), ct);
    }
}
