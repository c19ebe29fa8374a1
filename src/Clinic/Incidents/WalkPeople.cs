using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Incidents;

/// <summary>
/// Walks the roster of a clinic, page by page, and sends a message for each patient (INC-4). A page's messages and the walk's
/// next place are one transaction on the condition that nobody took the step before: whoever dies half way has done all of a
/// page or nothing of it, so nobody is left out and nobody is sent two messages. When its time is up it hands over to a message
/// in the transaction of its last page.
/// </summary>
internal static class WalkPeople
{
    /// <summary>Messages of one transaction, which holds a hundred rows.</summary>
    public const int PageSize = 40;

    /// <summary>
    /// How many may be under way: a message that nobody gets to within a quarter of an hour is sent again, twenty times, so the
    /// walk must not run hours ahead of what the mail provider takes.
    /// </summary>
    internal const int UnderWayMax = 5000;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    public static async Task<Done> Handle(Delivery message, TimeProvider clock, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var id = new IncidentId(Guid.ParseExact(message.Subject, "N"));
        var rows = await message.Store.GetMany([Keys.Incident(id), Keys.IncidentPeople(id)], ct);
        var order = rows.FirstOrDefault(r => r.Key == Keys.IncidentPeople(id))
            ?? throw new MessageRefusedException("names no order of this clinic");
        var awareAt = IncidentItem.AwareAt(rows.First(r => r.Key == Keys.Incident(id)));
        var walk = PeopleNoticeItem.ReadWalk(order);
        if (walk.Total > UnderWayMax && walk.Total - (await PersonTold.Count(message.Store, id, ct)).Count > UnderWayMax)
        {
            return DeliveryRefusals.Later;
        }

        while (walk.EndedAt is null)
        {
            var page = await message.Store.Query(
                Keys.PatientRoster(walk.Part), "", PageSize, walk.From, newestFirst: false, ct);
            var patients = page.Items.Select(i => new PatientId(Guid.ParseExact(i.Key.Sort, "N"))).ToList();
            var told = patients.Where(p => Concerns(p, awareAt)).ToList();
            var after = walk.Step(told.Count, patients.Count - told.Count, page.NextSort, clock.GetUtcNow());
            var ends = after.EndedAt is not null || clock.GetElapsedTime(began) > TimeMax;
            var commit = await message.Store.Commit(Step(message, id, walk, after, told, ends), ct);
            if (ends || !commit.Holds(out _))
            {
                // Somebody else took this step, or nobody could: the message comes again and finds where the walk stands.
                return commit.Holds(out var why) || why == InboxRefusals.AlreadyDone ? commit : DeliveryRefusals.Later;
            }

            walk = after;
        }

        return await message.Store.Commit(
            message.Effect(AuditAction.IncidentNoticesStepDone, subject: message.Subject).Noting("nothing to do"), ct);
    }

    /// <summary>
    /// Pure. Her id says when she was registered, to the millisecond: of what was noticed before that she need not be told.
    /// </summary>
    internal static bool Concerns(PatientId patient, DateTimeOffset awareAt) =>
        RegisteredMs(patient) <= awareAt.ToUnixTimeMilliseconds();

    /// <summary>The first 48 bits of a UUIDv7 are milliseconds since 1970 (RFC 9562 section 5.7).</summary>
    private static long RegisteredMs(PatientId patient)
    {
        Span<byte> bytes = stackalloc byte[16];
        patient.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }

    private static Change Step(
        Delivery message, IncidentId id, PeopleWalk before, PeopleWalk after, IReadOnlyList<PatientId> told, bool ends)
    {
        var change = ends
            ? message.Effect(AuditAction.IncidentNoticesStepDone, subject: message.Subject)
            : Change.By(message.Caller, AuditAction.IncidentNoticesStepDone, subject: message.Subject);
        var (set, remove) = PeopleNoticeItem.Step(id, after);
        change.Noting(after.EndedAt is null ? $"{told.Count} people" : $"{told.Count} people; {after.Total} in all")
            .Patch(set, remove, Condition.VersionIs(before.Version), Problems.Stale);
        change = ends && after.EndedAt is null ? change.Publish(Topics.IncidentPeople, message.Subject) : change;
        return told.Aggregate(change, (c, p) => c.Publish(Topics.IncidentPerson, IncidentSubjects.Person(id, p)));
    }
}
