using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

public sealed record IncidentResponse(
    IncidentId Id, string Kind, string KindLabel, string Title, string Description, IReadOnlyList<IncidentDataKind> DataKinds,
    string? Advice, DateTimeOffset AwareAt, DateTimeOffset ReceivedAt, bool Drill, IReadOnlyList<IncidentClock> Clocks);

/// <summary>The clinic's own copy of an incident, with the clocks that run for it.</summary>
public static class ReadIncident
{
    internal static async Task<Results<Ok<IncidentResponse>, ProblemHttpResult>> Handle(
        IncidentId incident, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.IncidentRead, AuditOutcome.Requested)
        {
            Subject = Keys.Hex(incident.Value),
        };
        var disclosed = await store.Disclose(entry, token => Read(store, incident, clock.GetUtcNow(), token), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    private static async Task<IncidentResponse?> Read(TenantStore store, IncidentId id, DateTimeOffset now, CancellationToken ct)
    {
        if (await store.Get(Keys.Incident(id), ct) is not { } head)
        {
            return null;
        }

        var copy = await IncidentItem.Open(store, id, head, ct);
        return new IncidentResponse(
            id, copy.Kind, IncidentKinds.Label(copy.Kind), copy.Facts.Title, copy.Facts.Description, copy.Facts.DataKinds,
            copy.Facts.Advice, copy.AwareAt, copy.At, copy.Drill, IncidentClocks.OfClinic(copy.AwareAt, now));
    }
}
