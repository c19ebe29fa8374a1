using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

/// <summary>How this clinic's lists are read.</summary>
public static class ReadSheetMapping
{
    internal static async Task<Results<Ok<SheetMappingForm>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var version = 0L;
        var disclosed = await store.Disclose(
            new AuditEntry(caller, AuditAction.SheetMappingRead, AuditOutcome.Requested),
            async token =>
            {
                (var mapping, version) = await SheetMappingItem.Read(store, token);
                return mapping;
            },
            ct);
        if (!disclosed.Holds(out var held, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, version);
        return TypedResults.Ok(held);
    }
}
