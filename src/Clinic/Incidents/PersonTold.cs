using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Store;

namespace Clinic.Incidents;

/// <summary>How many of those to be told are, and when the last of them was settled.</summary>
/// <param name="LastAt">Null when nobody is settled.</param>
internal sealed record PeopleSettled(long Told, long WithoutAddress, DateTimeOffset? LastAt)
{
    public long Count => Told + WithoutAddress;
}

/// <summary>
/// What became of telling one person: a row that goes with the end of her mail, in eight parts by her id as the roster is, so
/// that no row and no partition is written by all mails at once. Nothing is added up when a mail ends: who asks for the
/// progress has the rows counted, by key, some nine thousand a page, each part beside the others.
/// </summary>
internal static class PersonTold
{
    private const string Told = "T#";
    private const string WithoutAddress = "N#";

    public static Item Write(IncidentId incident, PatientId patient, MailEnd end, DateTimeOffset at) => new(
        Keys.IncidentPerson(incident, patient, (end == MailEnd.NoRecipient ? WithoutAddress : Told) + Keys.AuditSort(at)));

    /// <summary>Told: the provider took the mail; in a drill it would have been sent.</summary>
    public static async Task<PeopleSettled> Count(TenantStore store, IncidentId incident, CancellationToken ct)
    {
        var parts = await Task.WhenAll(Enumerable.Range(0, Keys.PatientRosters).Select(async part =>
        {
            var area = Keys.IncidentPersons(incident, part);
            var told = store.Count(area, Told, ct);
            var without = store.Count(area, WithoutAddress, ct);
            return new PeopleSettled(await told, await without, null);
        }));
        return new PeopleSettled(parts.Sum(p => p.Told), parts.Sum(p => p.WithoutAddress), null);
    }

    /// <summary>The instant of the last of them.</summary>
    public static async Task<DateTimeOffset?> LastAt(TenantStore store, IncidentId incident, CancellationToken ct)
    {
        var last = await Task.WhenAll(
            from part in Enumerable.Range(0, Keys.PatientRosters)
            from end in (string[])[Told, WithoutAddress]
            select store.Query(Keys.IncidentPersons(incident, part), end, 1, null, newestFirst: true, ct));
        return last.SelectMany(p => p.Items).Select(r => (DateTimeOffset?)Keys.AuditInstantOf(r.Key.Sort[Told.Length..])).Max();
    }
}
