using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Tenancy;

/// <param name="Open">False closes it: no new patients or staff; who belongs to it stays.</param>
public sealed record ChangeLocationRequest(string Name, PostalAddress Address, bool Open);

public sealed record ChangeLocationResponse(LocationId Id, long Version);

/// <summary>Renames, moves, closes or opens a location; If-Match names the version that was read.</summary>
public static class ChangeLocation
{
    internal static async Task<Results<Ok<ChangeLocationResponse>, ProblemHttpResult>> Handle(
        LocationId location, ChangeLocationRequest request, HttpContext http, Caller caller, TenantStore store,
        CancellationToken ct)
    {
        var rules = new FieldRules().Location(request.Name, request.Address, "");
        if (!ETags.Required(http).Holds(out var version, out var why) || (why = rules.Refusal) is not null)
        {
            return Problems.From(why);
        }

        var subject = Keys.Hex(location.Value);
        if (await store.Get(Keys.Location(location), ct) is null)
        {
            await store.Note(new AuditEntry(caller, AuditAction.LocationChanged, AuditOutcome.Refused)
            {
                Subject = subject,
                Note = Problems.NotFound.Code,
            }, ct);
            return Problems.From(Problems.NotFound);
        }

        var before = caller.State!.Locations;
        var after = request.Open ? [.. before.Except([location]), location] : before.Except([location]).ToList();
        if (after.Count == 0)
        {
            return Problems.From(LocationRefusals.Last);
        }

        var place = new ClinicLocation(request.Name.Trim(), request.Address);
        var change = Change.By(caller, AuditAction.LocationChanged, subject: subject)
            .Noting(request.Open ? "open" : "closed")
            .Replace(LocationItem.Write(new Location(location, request.Open, version + 1, place)), version);
        var commit = await store.Commit(LocationItem.Reopen(change, before, after), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, version + 1);
        return TypedResults.Ok(new ChangeLocationResponse(location, version + 1));
    }
}
