using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

public sealed record PlatformIncidentResponse(
    IncidentId Id, string Kind, string KindLabel, string Title, string Description, IReadOnlyList<IncidentDataKind> DataKinds,
    string? Advice, DateTimeOffset AwareAt, DateTimeOffset OpenedAt, bool Drill, IReadOnlyList<IncidentClock> Clocks,
    IReadOnlyList<AffectedClinic> Clinics);

/// <summary>An incident as operators see it: its clocks, and how far telling each clinic has come.</summary>
public static class ReadPlatformIncident
{
    internal static async Task<Results<Ok<PlatformIncidentResponse>, ProblemHttpResult>> Handle(
        IncidentId incident, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.IncidentRead, AuditOutcome.Requested)
        {
            Subject = Keys.Hex(incident.Value),
        };
        var disclosed = await store.Disclose(entry, token => Read(store, incident, clock.GetUtcNow(), token), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    private static async Task<PlatformIncidentResponse?> Read(
        TenantStore store, IncidentId id, DateTimeOffset now, CancellationToken ct)
    {
        var head = store.Get(Keys.Incident(id), ct);
        var area = Keys.Incident(id).Area;
        var rows = store.Query(area, Keys.IncidentClinicPrefix, Page<Item>.SizeMax, null, newestFirst: false, ct);
        await Task.WhenAll(head, rows);
        if (await head is not { } found)
        {
            return null;
        }

        var incident = await IncidentItem.Open(store, id, found, ct);
        var clinics = AffectedClinicItem.Views(incident, IncidentItem.ClinicsOf(found), (await rows).Items, now);
        return new PlatformIncidentResponse(
            id, incident.Kind, IncidentKinds.Label(incident.Kind), incident.Facts.Title, incident.Facts.Description,
            incident.Facts.DataKinds, incident.Facts.Advice, incident.AwareAt, incident.At, incident.Drill,
            IncidentClocks.OfPlatform(incident.AwareAt, clinics, now), clinics);
    }
}
