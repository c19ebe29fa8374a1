using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Staff;
using Clinic.Tenancy;

namespace Clinic.Notifications;

/// <summary>
/// The mail that invites somebody to work for a clinic. Its token is drawn here and kept as a hash only, and stands in the
/// fragment of the link, as that of a confirmation.
/// </summary>
internal static class SendInvitation
{
    public static Task<Done> Handle(
        Delivery message, MailDelivery mails, MailSettings settings, TimeProvider clock, CancellationToken ct) =>
        mails.Deliver(message, token => Prepare(message, settings, clock.GetUtcNow(), token), ct);

    private static async Task<PreparedMail?> Prepare(
        Delivery message, MailSettings settings, DateTimeOffset now, CancellationToken ct)
    {
        var member = new MemberId(Guid.ParseExact(message.Subject, "N"));
        var invitation = await InvitationItem.Read(message.Store, member, ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        if (invitation is null || invitation.EndsAt <= now || clinic is null)
        {
            return null;
        }

        var token = SessionToken.Draw(message.Caller.Tenant);
        var link = new Uri(settings.PublicUrl, $"/join#{token}");
        var mail = new Mail(
            invitation.Person.Email,
            $"Work with {clinic.Name}",
            $"""
            Namaste {invitation.Person.Name},

            {clinic.Name} invites you to work with it here. Open this link within 48 hours and choose a password:

            {link}

            If you do not expect this, do nothing: the invitation is then deleted.
            """);
        return new PreparedMail(mail, [InvitationItem.Token(token, invitation)]);
    }
}
