using Clinic.Identity;
using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Tenancy;

namespace Clinic.Exports;

/// <summary>
/// The mail that says that an export is ready, to the owner who asked for it. Its token is drawn here and kept as a hash only; it
/// stands in the fragment of the link, which browsers do not send and servers do not log.
/// </summary>
internal static class SendExportLink
{
    /// <summary>Export and owner in one word.</summary>
    public static string Subject(ExportId export, string owner) =>
        Keys.Hex(export.Value) + Keys.Hex(Id.Parse<MemberId>(owner).Value);

    public static Task<Done> Handle(
        Delivery message, MailDelivery mails, MailSettings settings, TimeProvider clock, CancellationToken ct) =>
        mails.Deliver(message, token => Prepare(message, settings, clock.GetUtcNow(), token), ct);

    private static async Task<PreparedMail?> Prepare(
        Delivery message, MailSettings settings, DateTimeOffset now, CancellationToken ct)
    {
        var half = message.Subject.Length / 2;
        var export = new ExportId(Guid.ParseExact(message.Subject.AsSpan(0, half), "N"));
        var id = new MemberId(Guid.ParseExact(message.Subject.AsSpan(half), "N"));
        var owner = await MemberItem.Read(message.Store, id, ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        if (owner is not { Role: Role.Owner, Status: Member.Active } || clinic is null
            || await ExportItem.Read(message.Store, export, ct) is not { State: ExportState.Finished })
        {
            return null;
        }

        var token = SessionToken.Draw(message.Caller.Tenant);
        var link = new Uri(settings.PublicUrl, $"/exports/{export}#{token}");
        var mail = new Mail(
            owner.Profile.Email,
            $"Export of {clinic.Name}",
            $"""
            Namaste {owner.Profile.Name},

            the export of {clinic.Name} is ready. This link works once, within 24 hours, where you are signed in:

            {link}

            It opens the files for an hour. A new link can be asked for until they are deleted, seven days after the export.
            If you did not ask for an export, sign in and end it now.
            """);
        return new PreparedMail(mail, [ExportLinkItem.Write(token, export, id, now + Durations.ExportLink.Length)]);
    }
}

/// <summary>The link of an export, and the session that used it.</summary>
internal static class ExportLinkItem
{
    private const string Export = "export";
    private const string Member = "member";
    private const string Ends = "ends";

    public static Key PlaceOf(SessionToken token) => Keys.ExportToken(token.StoredHash);

    public static Item Write(SessionToken token, ExportId export, MemberId member, DateTimeOffset endsAt) =>
        new Item(PlaceOf(token)).Set(Export, Keys.Hex(export.Value)).Set(Member, Keys.Hex(member.Value)).Set(Ends, endsAt)
            .SetExpiry(endsAt);

    /// <summary>It is of this export, was sent to this member, and its time runs.</summary>
    public static bool Admits(Item link, ExportId export, Caller caller, DateTimeOffset now) =>
        link.Need(Export) == Keys.Hex(export.Value) && caller.Session is not null
        && caller.Member is { } member && link.Need(Member) == Keys.Hex(member.Value) && link.Instant(Ends) > now;

    public static Item Opening(ExportId export, SessionId session, DateTimeOffset until) =>
        new Item(Keys.ExportOpening(export, session)).Set(Ends, until).SetExpiry(until);

    /// <param name="opening">Null when this session used no link.</param>
    public static bool IsOpen(Item? opening, DateTimeOffset now) => opening is not null && opening.Instant(Ends) > now;
}
