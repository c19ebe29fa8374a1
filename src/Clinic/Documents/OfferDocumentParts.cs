using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <summary>
/// Tickets for the parts that are still missing: an upload that broke off goes on where it stopped, with new tickets.
/// </summary>
public static class OfferDocumentParts
{
    internal static async Task<Results<Ok<OfferDocumentResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, Caller caller, TenantStore store, DocumentFiles files, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.DocumentOffered, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value), Note = "missing parts" };
        var disclosed = await store.Disclose(entry, token => DocumentItem.Read(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        if (found.State != DocumentState.AwaitingUpload)
        {
            return Problems.From(DocumentRefusals.NotAwaited);
        }

        var missing = await files.Missing(caller.Tenant, found, ct);
        return TypedResults.Ok(new OfferDocumentResponse(
            found.Id, patient, found.State, await Tickets(files, caller.Tenant, found, missing, ct)));
    }

    internal static async Task<IReadOnlyList<DocumentPartTicket>> Tickets(
        DocumentFiles files, TenantId tenant, Document document, IEnumerable<int> parts, CancellationToken ct)
    {
        var tickets = new List<DocumentPartTicket>();
        foreach (var part in parts)
        {
            var ticket = await files.Offer(tenant, document, part, ct);
            tickets.Add(new DocumentPartTicket(
                part, document.PartLength(part), "PUT", ticket.Url, ticket.Headers, ticket.ExpiresAt));
        }

        return tickets;
    }
}
