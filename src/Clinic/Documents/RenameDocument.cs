using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

public sealed record RenameDocumentRequest(string Title);

public sealed record RenameDocumentResponse(EntryId Id, PatientId Patient, long Version);

/// <summary>
/// Gives a document another title. The file does not change, so it makes no version of it; the trail has the old title.
/// </summary>
public static class RenameDocument
{
    internal static async Task<Results<Ok<RenameDocumentResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, RenameDocumentRequest request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why)
            || !(await DocumentAct.Disclose(store, patient, document, "to rename", ct)).Holds(out var found, out why)
            || !Decide(request, found, version).Holds(out var body, out why))
        {
            return Problems.From(why);
        }

        var change = Change.By(caller, AuditAction.DocumentRenamed, patient, Keys.Hex(document.Value))
            .Move(found, found.State, item => item.WithBody(patient, body).WithChange(clock.GetUtcNow(), caller.Actor))
            .Require(Keys.Patient(patient), PatientItem.Readable, Problems.Conflict)
            .Changed(
                Differences.Of(
                    new JsonObject { ["title"] = found.Body.Title }, new JsonObject { ["title"] = body.Title }),
                ChartItem.ClinicalKey(patient));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(await DocumentAct.Explain(why, store, patient, document, ct));
        }

        ETags.Write(http, version + 1);
        return TypedResults.Ok(new RenameDocumentResponse(document, patient, version + 1));
    }

    /// <summary>Pure.</summary>
    internal static Outcome<DocumentBody> Decide(RenameDocumentRequest request, Document document, long version) =>
        document.Version != version ? DocumentRefusals.Stale(document)
        : document.State != DocumentState.Available ? DocumentRefusals.NotCurrent
        : new FieldRules().Text(request.Title, "title", Document.TitleLengthMax).Refusal is { } refusal ? refusal
        : document.Body with { Title = request.Title.Trim() };
}

/// <summary>What changes of a document have in common.</summary>
internal static class DocumentAct
{
    public static Task<Outcome<Document>> Disclose(
        TenantStore store, PatientId patient, EntryId document, string purpose, CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, AuditAction.DocumentRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(document.Value),
            Note = purpose,
        };
        return store.Disclose(entry, token => DocumentItem.Read(store, patient, document, token), ct);
    }

    /// <summary>
    /// Of whom was quicker than a transaction: who, when, and which version there is now; or where her record is.
    /// </summary>
    public static async Task<Refusal> Explain(
        Refusal why, TenantStore store, PatientId patient, EntryId document, CancellationToken ct) =>
        why != Problems.Stale && why != Problems.Conflict && why != DocumentRefusals.IsPhoto ? why
        : !(await Disclose(store, patient, document, "to say what changed", ct)).Holds(out var newest, out var gone) ? gone
        : why == Problems.Stale ? DocumentRefusals.Stale(newest) : why;
}
