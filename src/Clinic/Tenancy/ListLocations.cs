using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Tenancy;

/// <param name="Open">Whether patients and staff can be given to it.</param>
/// <param name="Version">For If-Match.</param>
public sealed record LocationView(LocationId Id, string Name, PostalAddress Address, bool Open, long Version);

public sealed record LocationListResponse(IReadOnlyList<LocationView> Locations);

/// <summary>The clinic's locations in the order in which they were added: one part, for there are at most 50.</summary>
public static class ListLocations
{
    internal static async Task<Results<Ok<LocationListResponse>, ProblemHttpResult>> Handle(
        Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.LocationsRead, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => Read(store, token), ct);
        return disclosed.Holds(out var list, out var why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<LocationListResponse?> Read(TenantStore store, CancellationToken ct) =>
        new([.. (await LocationItem.All(store, ct))
            .Select(l => new LocationView(l.Id, l.Place.Name, l.Place.Address, l.IsOpen, l.Version))]);
}
