using Clinic.Identity;
using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Tenancy;

namespace Clinic.Containment;

/// <summary>What an owner is told.</summary>
internal enum FreezeNews
{
    Frozen,
    ReleaseOffered,
    Released,
}

/// <summary>The subject of a notice: ids and a code only.</summary>
internal sealed record FreezeNoticeSubject(FreezeNews News, string Freeze, MemberId Owner)
{
    public string Text => $"{News}#{Freeze}#{Keys.Hex(Owner.Value)}";

    public static FreezeNoticeSubject Parse(string text)
    {
        var parts = text.Split('#');
        return new(Enum.Parse<FreezeNews>(parts[0]), parts[1], new MemberId(Guid.ParseExact(parts[2], "N")));
    }
}

/// <summary>
/// Mails one owner that her clinic is frozen, works again, or may be released by her. It works on TenantNotice: while the
/// clinic is frozen, contacts are all that is unwrapped of it.
/// </summary>
internal static class SendFreezeNotice
{
    public static Task<Done> Handle(
        Delivery message, MailDelivery mails, MailSettings settings, TimeProvider clock, CancellationToken ct) =>
        mails.Deliver(message, token => Prepare(message, settings, clock.GetUtcNow(), token), ct);

    private static async Task<PreparedMail?> Prepare(
        Delivery message, MailSettings settings, DateTimeOffset now, CancellationToken ct)
    {
        var subject = FreezeNoticeSubject.Parse(message.Subject);
        var owner = await MemberItem.Read(message.Store, subject.Owner, ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        var state = await StoreParts.StateOf(message.Store, ct);
        if (owner is not { Status: Member.Active } || clinic is null
            || (subject.News == FreezeNews.ReleaseOffered
                && (state.Status != TenantStatus.Frozen || state.Freeze != subject.Freeze)))
        {
            return null;
        }

        var token = SessionToken.Draw(message.Caller.Tenant);
        return subject.News switch
        {
            FreezeNews.Frozen => new PreparedMail(Frozen(owner.Profile, clinic.Name, settings), []),
            FreezeNews.Released => new PreparedMail(Released(owner.Profile, clinic.Name, settings), []),
            _ => new PreparedMail(
                Offer(owner.Profile, clinic.Name, new Uri(settings.PublicUrl, $"/release#{token}")),
                [ReleaseLink.Write(token, owner.Id, subject.Freeze, now + Durations.ReleaseOffer.Length)]),
        };
    }

    private static Mail Frozen(MemberProfile owner, string clinic, MailSettings settings) => new(
        owner.Email,
        $"{clinic} is frozen",
        $"""
        Namaste {owner.Name},

        {clinic} was frozen, by the platform or by an owner. Nobody can sign in, all sessions have ended, and no message goes out
        but notices like this one. Nothing of your records is lost or changed.

        Whom to ask, and how to have it released: reply to this mail, or write to {settings.From}.
        """);

    private static Mail Offer(MemberProfile owner, string clinic, Uri link) => new(
        owner.Email,
        $"Release {clinic}",
        $"""
        Namaste {owner.Name},

        You, or another owner, froze {clinic} and asked us to release it. Open this link within 24 hours to do so:

        {link}

        If nobody of you asked, do nothing and tell us: the clinic then stays frozen.
        """);

    private static Mail Released(MemberProfile owner, string clinic, MailSettings settings) => new(
        owner.Email,
        $"{clinic} works again",
        $"""
        Namaste {owner.Name},

        {clinic} was released. Sign in anew at {settings.PublicUrl}: every session of before the freeze has ended. Your trail says
        who froze and who released it.
        """);
}
