using Clinic.Identity;
using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Tenancy;

namespace Clinic.Lockbox;

/// <summary>
/// Brings a request to the clinic: its own copy, the clock of its answer, and a message for each owner. As with incidents it is
/// two signers' work; a message that comes again finds the copy and goes on.
/// </summary>
internal static class ReceiveAccess
{
    public static async Task<Done> Handle(Delivery message, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        // Operators ask through the platform alone; a clinic's own outbox has no say over other clinics.
        if (!message.Caller.Tenant.IsPlatform)
        {
            throw new MessageRefusedException("is a request for access that the platform did not make");
        }

        var id = new AccessId(Guid.ParseExact(message.Subject, "N"));
        var row = await message.Store.Get(Keys.Access(id), ct) ?? throw new MessageRefusedException("names no request");
        var words = await AccessItem.Words(message.Store, row, ct);
        var request = AccessItem.ReadRequest(id, row) with { Words = words };
        var effect = message.Effect(AuditAction.AccessReceived, subject: message.Subject);
        var theirs = stores.For(Caller.Notice(request.Clinic, message.Topic, message.Origin));
        if ((await StoreParts.StateOf(theirs, ct)).Status != TenantStatus.Active)
        {
            return await message.Store.Commit(effect.Noting("the clinic is not open"), ct);
        }

        var received = await theirs.Commit(Copy(theirs.Caller, request, clock.GetUtcNow(), await Roster.Owners(theirs, ct)), ct);
        return received.Holds(out var why) || why == AccessRefusals.AlreadyReceived
            ? await message.Store.Commit(effect, ct) : why;
    }

    private static Change Copy(Caller caller, AccessRequest request, DateTimeOffset now, IReadOnlyList<MemberId> owners)
    {
        var access = new Access(request, AccessState.Asked, now, null, null, null, null, 1);
        var subject = Keys.Hex(request.Id.Value);
        var change = Change.By(caller, AuditAction.AccessReceived, subject: subject)
            .Noting($"operator {request.Operator}: {AccessNotes.Scope(request.Asked)}")
            .Insert(AccessItem.AtClinic(access), AccessRefusals.AlreadyReceived)
            .Insert(AccessItem.Entry(request.Id), AccessRefusals.AlreadyReceived)
            .Insert(ClockRow.Start(Durations.AccessAsked.Name, subject, access.AnswerBefore));
        return owners.Aggregate(change, (c, owner) => c.Publish(Topics.AccessNotice, $"{subject}#{Keys.Hex(owner.Value)}"));
    }
}

/// <summary>
/// Mails one owner that the platform asks: by codes, without a word of what the operator wrote and without a patient.
/// </summary>
internal static class SendAccessNotice
{
    public static Task<Done> Handle(Delivery message, MailDelivery mails, MailSettings settings, CancellationToken ct) =>
        mails.Deliver(message, token => Prepare(message, settings, token), ct);

    private static async Task<PreparedMail?> Prepare(Delivery message, MailSettings settings, CancellationToken ct)
    {
        var parts = message.Subject.Split('#');
        var access = await AccessItem.Find(message.Store, new AccessId(Guid.ParseExact(parts[0], "N")), ct)
            ?? throw new MessageRefusedException("names no request of this clinic");
        var owner = await MemberItem.Read(message.Store, new MemberId(Guid.ParseExact(parts[1], "N")), ct);
        var clinic = await ClinicProfileItem.Read(message.Store, ct);
        return owner is not { Status: Member.Active } || clinic is null || access.Stored != AccessState.Asked
            ? null
            : new PreparedMail(Write(access, owner.Profile, clinic.Name, settings), []);
    }

    private static Mail Write(Access access, MemberProfile owner, string clinic, MailSettings settings) => new(
        owner.Email,
        $"The platform asks for access to {clinic}",
        $"""
        Namaste {owner.Name},

        An operator of the platform asks to read some of the records of {clinic}. Nothing is open: it takes your approval, and
        without an answer within {(int)Durations.AccessAsked.Length.TotalHours} hours the request is over.

        Reason: {Codes.Of(access.Request.Reason)}. Asked for: {AccessNotes.Fields(access.Request.Asked.Fields)}, for
        {access.Request.Asked.Hours} hours.

        Sign in at {settings.PublicUrl} to see who asks and why, to narrow, approve or refuse it, and to take it back at any time.
        Every read under it stands in your trail. Reference {access.Request.Id}.
        """);
}
