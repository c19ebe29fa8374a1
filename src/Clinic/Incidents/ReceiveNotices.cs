using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Incidents;

/// <summary>
/// Brings an operator's order to the clinic, with the message that begins the walk, on TenantNotice. Two signers, two
/// transactions, as for the incident itself: the clinic's row first, the mark after it, and a crash between them is healed by
/// redelivery, which finds the row. An order of the owner's that came first stands.
/// </summary>
internal static class ReceiveNotices
{
    public static async Task<Done> Handle(Delivery message, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        // A clinic's own outbox has no say over other clinics.
        if (!message.Caller.Tenant.IsPlatform)
        {
            throw new MessageRefusedException("is an order that the platform did not give");
        }

        var (id, clinic) = IncidentSubjects.ClinicOf(message.Subject);
        var row = await message.Store.Get(Keys.IncidentClinicPeople(id, clinic), ct)
            ?? throw new MessageRefusedException("names no order");
        var theirs = stores.For(Caller.Notice(clinic, message.Topic, message.Origin));
        var effect = message.Effect(AuditAction.IncidentNoticesReceived, subject: Keys.Hex(id.Value));
        if (ReceiveIncident.Unreachable(await theirs.Get(Keys.State, ct)) is { } state)
        {
            return await message.Store.Commit(effect.Noting($"{clinic} {state}"), ct);
        }

        var order = new NoticeOrder(
            NoticeOrderer.Platform, PeopleNoticeItem.OrderedAt(row), await PeopleNoticeItem.Words(message.Store, row, ct));
        var subject = Keys.Hex(id.Value);

        // The clinic's copy of the incident may still be under way: then this comes again.
        var change = Change.By(theirs.Caller, AuditAction.IncidentNoticesOrdered, subject: subject).Noting("platform")
            .Require(Keys.Incident(id), Condition.Exists, DeliveryRefusals.Later)
            .Insert(PeopleNoticeItem.AtClinic(id, order, clock.GetUtcNow()), NoticeRefusals.AlreadyOrdered)
            .Publish(Topics.IncidentPeople, subject);
        var received = await theirs.Commit(change, ct);
        return received.Holds(out var why) || why == NoticeRefusals.AlreadyOrdered
            ? await message.Store.Commit(effect.Noting(clinic.Value), ct) : why;
    }
}
