using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

/// <summary>
/// How far telling the people of an affected clinic has come, for an operator: numbers and instants, of rows without a sealed
/// attribute, so no key of the clinic is unwrapped. It stands in both trails.
/// </summary>
public static class ReadIncidentNoticesOfClinic
{
    internal static async Task<Results<Ok<IncidentNoticesResponse>, ProblemHttpResult>> Handle(
        IncidentId incident, string clinic, Caller caller, TenantStore store, NoticesOfClinics notices, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.IncidentNoticesRead, AuditOutcome.Requested)
        {
            Subject = Keys.Hex(incident.Value),
        };
        var disclosed = await store.Disclose(entry, token => Read(entry, incident, clinic, store, notices, token), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    private static async Task<IncidentNoticesResponse?> Read(
        AuditEntry entry, IncidentId incident, string clinic, TenantStore store, NoticesOfClinics notices, CancellationToken ct)
    {
        if (await notices.Concerned(store, incident, clinic, ct) is not { } tenant)
        {
            return null;
        }

        var theirs = notices.Theirs(store, tenant);
        var read = await theirs.Disclose(
            entry with { Caller = theirs.Caller }, t => ReadIncidentNotices.Read(theirs, incident, t), ct);
        return read.Holds(out var view, out _) ? view : await Ordered(store, incident, tenant, ct);
    }

    /// <summary>Ordered, and not at the clinic yet.</summary>
    private static async Task<IncidentNoticesResponse?> Ordered(
        TenantStore store, IncidentId incident, TenantId clinic, CancellationToken ct)
    {
        var rows = await store.GetMany([Keys.IncidentClinicPeople(incident, clinic), Keys.Incident(incident)], ct);
        return rows.FirstOrDefault(r => r.Key == Keys.IncidentClinicPeople(incident, clinic)) is { } row
            ? new IncidentNoticesResponse(
                incident, NoticeAudience.AllPatients, PeopleNoticeItem.OrderedBy(row), PeopleNoticeItem.OrderedAt(row), null,
                IncidentItem.IsDrill(rows.First(r => r.Key == Keys.Incident(incident))), false, 0, 0, 0, 0, 0, null)
            : null;
    }
}

/// <summary>What an operator's routes about one clinic of an incident share.</summary>
internal sealed class NoticesOfClinics(Sessions sessions, TenantStores stores)
{
    /// <summary>The clinic, when the incident concerns it and there is anybody to tell; null otherwise.</summary>
    public async Task<TenantId?> Concerned(TenantStore platform, IncidentId incident, string clinic, CancellationToken ct) =>
        TenantId.TryParse(clinic, out var tenant) && !tenant.IsPlatform
        && await platform.Get(Keys.Incident(incident), ct) is { } head && IncidentItem.ClinicsOf(head).Contains(tenant)
        && await sessions.StateOf(tenant, ct) is { Status: TenantStatus.Active or TenantStatus.Frozen }
            ? tenant : null;

    /// <summary>
    /// The clinic's rows, as the operator, without the address, which would have to be sealed by a key of the clinic.
    /// </summary>
    public TenantStore Theirs(TenantStore platform, TenantId clinic) =>
        stores.For(platform.Caller with { Tenant = clinic, Trace = null, State = null, Idempotency = null });
}
