using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Tenancy;

public sealed record AddLocationRequest(string Name, PostalAddress Address);

public sealed record AddLocationResponse(LocationId Id, long Version);

/// <summary>Adds a location to the clinic: it stays one tenant with one set of keys (ISO-5).</summary>
public static class AddLocation
{
    private const string Place = "/v1/locations";

    internal static async Task<Results<Created<AddLocationResponse>, ProblemHttpResult>> Handle(
        AddLocationRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        if (new FieldRules().Location(request.Name, request.Address, "").Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        if ((await LocationItem.Rows(store, ct)).Count >= LocationItem.PerClinicMax)
        {
            return Problems.From(LocationRefusals.TooMany);
        }

        var location = new Location(
            Id.New<LocationId>(clock.GetUtcNow()), true, 1, new ClinicLocation(request.Name.Trim(), request.Address));
        var response = new AddLocationResponse(location.Id, location.Version);
        var open = caller.State!.Locations;
        var change = Change.By(caller, AuditAction.LocationAdded, subject: Keys.Hex(location.Id.Value))
            .Insert(LocationItem.Write(location))
            .Answers(new Answer(201, Place, ETags.Of(1), JsonSerializer.SerializeToUtf8Bytes(
                response, TenancyJson.Default.AddLocationResponse)));
        var commit = await store.Commit(LocationItem.Reopen(change, open, [.. open, location.Id]), ct);
        if (!commit.Holds(out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, location.Version);
        return TypedResults.Created(Place, response);
    }
}
