using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <param name="Reason">Such as: another patient's report.</param>
public sealed record RetractDocumentRequest(string Reason);

public sealed record RetractDocumentResponse(EntryId Id, DocumentState State, long Version);

/// <summary>
/// A document was entered in error: it stays in the record, marked, and its content does not go out any more. Nothing is deleted,
/// since what was seen and acted upon must be found again.
/// </summary>
public static class RetractDocument
{
    private const int ReasonLengthMax = 500;

    internal static async Task<Results<Ok<RetractDocumentResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, RetractDocumentRequest request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        if (new FieldRules().Text(request.Reason, "reason", ReasonLengthMax).Refusal is { } invalid)
        {
            return Problems.From(invalid);
        }

        var disclosed = await DocumentAct.Disclose(store, patient, document, "to retract", ct);
        if (!disclosed.Holds(out var found, out why))
        {
            return Problems.From(why);
        }

        if (Decide(found, version) is { } refusal)
        {
            return Problems.From(refusal);
        }

        var response = new RetractDocumentResponse(document, DocumentState.Retracted, version + 1);
        var change = Change.By(caller, AuditAction.DocumentRetracted, patient, Keys.Hex(document.Value))
            .Because(request.Reason)
            .Move(found, DocumentState.Retracted, item => item.WithReason(patient, request.Reason)
                .WithChange(clock.GetUtcNow(), caller.Actor))
            .Require(Keys.Patient(patient), PatientItem.IsNotPhoto(document).And(PatientItem.Readable),
                DocumentRefusals.IsPhoto)
            .Answers(
                new Answer(
                200, null, ETags.Of(response.Version), JsonSerializer.SerializeToUtf8Bytes(
                response, DocumentsJson.Default.RetractDocumentResponse)));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(await DocumentAct.Explain(why, store, patient, document, ct));
        }

        ETags.Write(http, response.Version);
        return TypedResults.Ok(response);
    }

    /// <summary>Null when it may be retracted.</summary>
    internal static Refusal? Decide(Document document, long version) =>
        document.Version != version ? DocumentRefusals.Stale(document)
        : document.State != DocumentState.Available ? DocumentRefusals.NotCurrent
        : null;
}
