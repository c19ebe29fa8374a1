using Clinic.Documents;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Records.HealthDocuments;

/// <summary>One health document in the shape of the national guide: a FHIR document of what was written down here.</summary>
public static class ReadHealthDocument
{
    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(
        PatientId patient, HealthDocumentName type, EntryId document, Caller caller, TenantStore store, DocumentFiles files,
        TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.HealthDocumentRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(document.Value),
            Note = Codes.Of(type.Value),
        };
        var disclosed = await store.Disclose(
            entry, token => HealthDocumentRows.Read(store, patient, type.Value, document, token), ct);
        if (!disclosed.Holds(out var rows, out var why))
        {
            return Problems.From(why);
        }

        var written = await Write(new HealthDocumentMaker(store, files, rows), type.Value, clock.GetUtcNow(), ct);
        if (!written.Holds(out var bytes, out why))
        {
            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = why.Code }, ct);
            return Problems.From(why);
        }

        return TypedResults.Stream(body => body.WriteAsync(bytes, ct).AsTask(), ExportPatient.ContentType);
    }

    private static async Task<Outcome<byte[]>> Write(
        HealthDocumentMaker maker, HealthDocumentType type, DateTimeOffset now, CancellationToken ct)
    {
        if (!(await maker.Make(type, ct)).Holds(out var made, out var why))
        {
            return why;
        }

        var bytes = HealthDocumentFhir.Write(made, now);
        return bytes.Length > ExportPatient.BytesMax ? HealthDocumentRefusals.TooLarge : bytes;
    }
}
