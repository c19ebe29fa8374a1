using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Tenancy;

namespace Clinic.Notifications;

/// <summary>
/// The mail that proves the owner's address. Its token is drawn here and kept as a hash only; it stands in the fragment of the
/// link, which browsers do not send and servers do not log.
/// </summary>
internal static class SendConfirmation
{
    public static Task<Done> Handle(Delivery message, MailDelivery mails, MailSettings settings, TimeProvider clock,
        CancellationToken ct) =>
        mails.Deliver(message, token => Prepare(message, settings, clock.GetUtcNow(), token), ct);

    private static async Task<PreparedMail?> Prepare(Delivery message, MailSettings settings, DateTimeOffset now,
        CancellationToken ct)
    {
        var owner = await MemberItem.Read(message.Store, new MemberId(Guid.ParseExact(message.Subject, "N")), ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        if (owner is null || clinic is null)
        {
            return null;
        }

        var token = SessionToken.Draw(message.Caller.Tenant);
        var link = new Uri(settings.PublicUrl, $"/confirm#{token}");
        var mail = new Mail(
            owner.Profile.Email,
            $"Confirm your address for {clinic.Name}",
            $"""
            Namaste {owner.Profile.Name},

            {clinic.Name} was signed up with this address. Open this link within 24 hours to confirm it:

            {link}

            If this was not you, do nothing: what was entered is then deleted.
            """);
        return new PreparedMail(mail, [Confirmation.Write(token, owner.Id, now + Durations.SignUpUnconfirmed.Length)]);
    }
}

/// <summary>The mail after confirmation.</summary>
internal static class SendWelcome
{
    public static Task<Done> Handle(Delivery message, MailDelivery mails, MailSettings settings, CancellationToken ct) =>
        mails.Deliver(message, token => Prepare(message, settings, token), ct);

    private static async Task<PreparedMail?> Prepare(Delivery message, MailSettings settings, CancellationToken ct)
    {
        var owner = await MemberItem.Read(message.Store, new MemberId(Guid.ParseExact(message.Subject, "N")), ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        return owner is null || clinic is null
            ? null
            : new PreparedMail(
                new Mail(
                    owner.Profile.Email,
                    $"Welcome, {clinic.Name}",
                    $"""
                    Namaste {owner.Profile.Name},

                    {clinic.Name} is ready. Sign in at {settings.PublicUrl} with this address and your password.

                    Isolation, encryption and the trail of every access are on from the first patient.
                    There is nothing to switch on.
                    """),
                []);
    }
}
