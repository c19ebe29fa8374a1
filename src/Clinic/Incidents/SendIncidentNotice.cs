using Clinic.Identity;
using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Tenancy;

namespace Clinic.Incidents;

/// <summary>
/// Mails one owner of one clinic about an incident (INC-1). A message of its own for each owner, because a delivery is one mail:
/// the protocol of <see cref="MailDelivery"/> holds for each alone. With the end of the delivery goes a row for this owner and
/// the message that takes the news to the platform.
/// </summary>
internal static class SendIncidentNotice
{
    public static async Task<Done> Handle(
        Delivery message, MailDelivery mails, MailSettings settings, TimeProvider clock, CancellationToken ct)
    {
        var (id, owner) = IncidentSubjects.OwnerOf(message.Subject);
        var head = await message.Store.Get(Keys.Incident(id), ct)
            ?? throw new MessageRefusedException("names no incident of this clinic");
        var incident = await IncidentItem.Open(message.Store, id, head, ct);
        var course = new MailCourse(
            (change, end) => change
                .Insert(IncidentOwnerItem.Write(id, owner, end, clock.GetUtcNow()), InboxRefusals.AlreadyDone)
                .Publish(Topics.IncidentTold, Keys.Hex(id.Value)),
            incident.Drill);
        return await mails.Deliver(message, token => Prepare(message, settings, owner, incident, token), ct, course);
    }

    private static async Task<PreparedMail?> Prepare(
        Delivery message, MailSettings settings, MemberId owner, Incident incident, CancellationToken ct)
    {
        var member = await MemberItem.Read(message.Store, owner, ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        return member is not { Status: Member.Active } || clinic is null
            ? null
            : new PreparedMail(IncidentMail.Write(incident, member.Profile, clinic.Name, settings), []);
    }
}

/// <summary>What became of telling one owner.</summary>
internal static class IncidentOwnerItem
{
    public static Item Write(IncidentId incident, MemberId owner, MailEnd end, DateTimeOffset at) =>
        new Item(Keys.IncidentOwner(incident, owner)).Set("end", end.ToString()).Set("at", at);

    /// <summary>When this owner was told, or would have been in a drill; null when nobody was there to tell.</summary>
    public static DateTimeOffset? ToldAt(Item row) =>
        Enum.Parse<MailEnd>(row.Need("end")) == MailEnd.NoRecipient ? null : row.Instant("at");
}
