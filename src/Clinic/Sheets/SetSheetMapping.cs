using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

public sealed record SetSheetMappingResponse(long Version);

/// <summary>
/// Says how this clinic's lists are to be read. If-Match names the version that was read; of a clinic that has none it is "0".
/// What was read by an earlier one cannot be applied any more.
/// </summary>
public static class SetSheetMapping
{
    internal static async Task<Results<Ok<SetSheetMappingResponse>, ProblemHttpResult>> Handle(
        SheetMappingForm request, HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        if (request.Check() is { } refusal)
        {
            return Problems.From(refusal);
        }

        var change = Change.By(caller, AuditAction.SheetMappingSet);
        var row = SheetMappingItem.Write(request, version + 1);
        var commit = await store.Commit(
            version == 0 ? change.Insert(row, Problems.Stale) : change.Replace(row, version), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, version + 1);
        return TypedResults.Ok(new SetSheetMappingResponse(version + 1));
    }
}
