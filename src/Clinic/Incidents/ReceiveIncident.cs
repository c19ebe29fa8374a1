using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Incidents;

/// <summary>
/// Brings an incident to one clinic: its own copy with an entry in its own trail, and a message for each owner (INC-1). One
/// transaction has one signer, so the clinic's copy and the platform's mark are two; the message is marked as done with the
/// last. A crash between them is healed by redelivery: the copy is refused as already there, and the rest follows. In the
/// clinic it works on TenantNotice, as all that tells of an incident does, so a frozen clinic is told like any other.
/// </summary>
internal static class ReceiveIncident
{
    public static async Task<Done> Handle(Delivery message, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        // Incidents are opened by the platform alone; a clinic's own outbox has no say over other clinics.
        if (!message.Caller.Tenant.IsPlatform)
        {
            throw new MessageRefusedException("is an incident that the platform did not open");
        }

        var (id, clinic) = IncidentSubjects.ClinicOf(message.Subject);
        var now = clock.GetUtcNow();
        var theirs = stores.For(Caller.Notice(clinic, message.Topic, message.Origin));
        if (Unreachable(await theirs.Get(Keys.State, ct)) is { } state)
        {
            return await Settle(message, id, clinic, state, now, ct);
        }

        var head = await message.Store.Get(Keys.Incident(id), ct) ?? throw new MessageRefusedException("names no incident");
        var owners = await Roster.Owners(theirs, ct);
        var incident = (await IncidentItem.Open(message.Store, id, head, ct)) with { At = now };
        var received = await theirs.Commit(Copy(theirs.Caller, incident, owners), ct);
        if (!received.Holds(out var why) && why != IncidentRefusals.AlreadyReceived)
        {
            return why;
        }

        return owners.Count == 0
            ? await Settle(message, id, clinic, ClinicNotice.Unreachable, now, ct)
            : await message.Store.Commit(
                message.Effect(AuditAction.IncidentClinicMarked, subject: Keys.Hex(id.Value)).Noting($"{clinic} Received"), ct);
    }

    /// <summary>Why a clinic cannot be told; null when it can, also while it is frozen.</summary>
    internal static ClinicNotice? Unreachable(Item? state) => state is null
        ? ClinicNotice.Unknown
        : TenantStateItem.Read(state).Status switch
        {
            TenantStatus.Purged => ClinicNotice.Unknown,
            TenantStatus.Unconfirmed => ClinicNotice.Unconfirmed,
            _ => null,
        };

    private static async Task<Done> Settle(
        Delivery message, IncidentId id, TenantId clinic, ClinicNotice state, DateTimeOffset now, CancellationToken ct)
    {
        var effect = message.Effect(AuditAction.IncidentClinicMarked, subject: Keys.Hex(id.Value));
        return await message.Store.Commit(AffectedClinicItem.Mark(effect, id, clinic, state, now), ct);
    }

    private static Change Copy(Caller caller, Incident incident, IReadOnlyList<MemberId> owners)
    {
        var change = Change.By(caller, AuditAction.IncidentReceived, subject: Keys.Hex(incident.Id.Value))
            .Insert(IncidentItem.Copy(incident, owners.Count), IncidentRefusals.AlreadyReceived)
            .Insert(IncidentItem.Line(incident), IncidentRefusals.AlreadyReceived);
        return owners.Aggregate(change, (c, owner) =>
            c.Publish(Topics.IncidentNotice, IncidentSubjects.Owner(incident.Id, owner)));
    }
}
