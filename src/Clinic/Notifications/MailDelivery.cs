using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Notifications;

/// <summary>A mail that is ready, with rows that must be there before it arrives (a token that it carries).</summary>
internal sealed record PreparedMail(Mail Mail, IReadOnlyList<Item> Rows);

/// <summary>
/// Sends a mail once (MSG-7). SES has no idempotency key, so a delivery row says <c>sending</c> before the hand-over and
/// <c>sent</c> after it. A worker that died in between leaves a doubt. SES reports each mail that it accepted as an event with
/// the delivery's id; the doubt waits for that event for two minutes. It came: the mail is under way, and nothing is sent again.
/// It did not: the provider never had the mail, and it is sent. Only a provider event later than two minutes could make a double.
/// </summary>
internal sealed class MailDelivery(IMailer mailer, TimeProvider clock)
{
    private const string State = "state";
    private const string Sending = "sending";
    private const string Refused = "refused";
    private const string Sent = "sent";
    private const string Accepted = "accepted";
    private const string Drill = "drill";

    /// <param name="prepare">Makes the mail; null when there is nobody to send to any more.</param>
    /// <param name="course">What else belongs to this delivery; null when nothing.</param>
    public async Task<Done> Deliver(
        Delivery message, Func<CancellationToken, Task<PreparedMail?>> prepare, CancellationToken ct, MailCourse? course = null)
    {
        course ??= MailCourse.Plain;
        var place = Keys.Delivery(message.Origin);
        var row = await message.Store.Get(place, ct);
        var now = clock.GetUtcNow();
        if (row is not null && (row.Has(Accepted) || row.Text(State) == Sent))
        {
            return await Finish(message, place, row.Text("mail") ?? "", course, ct);
        }

        if (row?.Text(State) == Sending && now - row.Instant("at") < Durations.MailDoubt.Length)
        {
            return DeliveryRefusals.Later;
        }

        if (await prepare(ct) is not { } mail)
        {
            var nobody = message.Effect(AuditAction.MailQueued, course.Patient, message.Origin).Noting("no recipient");
            return await message.Store.Commit(course.AtEnd(nobody, MailEnd.NoRecipient), ct);
        }

        if (course.Drill)
        {
            return await message.Store.Commit(course.AtEnd(Rehearse(message, place, course, now), MailEnd.Rehearsed), ct);
        }

        var begun = await message.Store.Commit(Begin(message, place, row, mail, now), ct);
        return begun.Holds(out var why) ? await Send(message, place, mail.Mail, course, ct) : why;
    }

    /// <summary>The provider's event: ends the doubt, if there is one.</summary>
    public static async Task<Done> Confirm(
        TenantStore store, string delivery, string mail, DateTimeOffset now, CancellationToken ct)
    {
        var accepted = new Item(Keys.Delivery(delivery)).Set(Accepted, now).Set("mail", mail);
        var commit = await store.Commit(
            Change.By(store.Caller, AuditAction.MailAccepted, subject: delivery)
                .Patch(accepted, [], Condition.Exists.And(Condition.Lacks(Accepted)), InboxRefusals.AlreadyDone),
            ct);
        return commit;
    }

    private static Change Begin(Delivery message, Key place, Item? row, PreparedMail mail, DateTimeOffset now)
    {
        var attempt = (row?.Number("n") ?? 0) + 1;
        var doubted = row?.Text(State) == Sending;
        var next = new Item(place).Set(State, Sending).Set("at", now).Set("n", attempt).SetExpiry(now + Outbox.KeptFor);
        var action = doubted ? AuditAction.MailDoubted : AuditAction.MailQueued;
        var change = Change.By(message.Caller, action, subject: message.Origin);
        change = row is null
            ? change.Insert(next, DeliveryRefusals.Later)
            : change.Replace(next, Condition.NumberIs("n", attempt - 1).And(Condition.Lacks(Accepted)), DeliveryRefusals.Later);
        return mail.Rows.Aggregate(change, (c, item) => c.Insert(item));
    }

    /// <summary>
    /// A drill does everything but the hand-over: the mail was made, and the row says that it went nowhere (INC-9).
    /// </summary>
    private static Change Rehearse(Delivery message, Key place, MailCourse course, DateTimeOffset now) =>
        message.Effect(AuditAction.MailRehearsed, course.Patient, message.Origin)
            .Insert(new Item(place).Set(State, Drill).Set("at", now).SetExpiry(now + Outbox.KeptFor), DeliveryRefusals.Later);

    private async Task<Done> Send(Delivery message, Key place, Mail mail, MailCourse course, CancellationToken ct)
    {
        try
        {
            var id = await mailer.Send(mail, new MailTags(message.Caller.Tenant.Value, message.Origin), ct);
            return await Finish(message, place, id, course, ct);
        }
        catch (MailRefusedException refused)
        {
            // A definite no leaves no doubt: the next delivery of this message may send at once.
            var change = Change.By(message.Caller, AuditAction.MailRefused, subject: message.Origin)
                .Noting(refused.Status.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Patch(new Item(place).Set(State, Refused), [], Condition.Is(State, Sending), DeliveryRefusals.Later);
            var noted = await message.Store.Commit(change, ct);
            return noted.Holds(out var why) ? DeliveryRefusals.Later : why;
        }
    }

    private static Task<Done> Finish(Delivery message, Key place, string mail, MailCourse course, CancellationToken ct)
    {
        var change = message.Effect(AuditAction.MailSent, course.Patient, message.Origin)
            .Patch(new Item(place).Set(State, Sent).Set("mail", mail), [], Condition.Exists, DeliveryRefusals.Later);
        return message.Store.Commit(course.AtEnd(change, MailEnd.Sent), ct);
    }
}

/// <summary>How a delivery ended for good.</summary>
internal enum MailEnd
{
    /// <summary>The provider took it.</summary>
    Sent,

    /// <summary>Nobody was there to send it to.</summary>
    NoRecipient,

    /// <summary>A drill: made, and not handed over.</summary>
    Rehearsed,
}

/// <summary>What belongs to a delivery beside the mail.</summary>
/// <param name="AtEnd">Adds to the change that ends the delivery: what follows from it happens exactly if it ended.</param>
/// <param name="Drill">Hands nothing over.</param>
internal sealed record MailCourse(Func<Change, MailEnd, Change> AtEnd, bool Drill = false)
{
    /// <summary>Of whom the entries in the trail are, when the mail goes to a patient.</summary>
    public PatientId? Patient { get; init; }

    public static readonly MailCourse Plain = new(static (change, _) => change);
}
