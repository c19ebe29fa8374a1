using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <summary>What is known of one document; its content is another route.</summary>
public static class ReadDocument
{
    internal static async Task<Results<Ok<DocumentView>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.DocumentRead, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value) };
        var disclosed = await store.Disclose(entry, token => DocumentItem.ReadForOne(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, found.Version);
        return TypedResults.Ok(DocumentView.Of(found));
    }
}
