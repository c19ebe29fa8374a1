using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

public sealed record ConfirmDocumentResponse(EntryId Id, DocumentState State);

/// <summary>Says that a document is uploaded: a worker checks and seals it.</summary>
public static class ConfirmDocument
{
    internal static async Task<Results<Accepted<ConfirmDocumentResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, Caller caller, TenantStore store, DocumentFiles files, TimeProvider clock,
        CancellationToken ct)
    {
        var carried = await Anew.Carry(() => Carry(store, patient, document, files, clock.GetUtcNow(), ct));
        return carried.Holds(out var response, out var why)
            ? TypedResults.Accepted(Place(patient, document), response) : Problems.From(why);
    }

    private static async Task<Outcome<ConfirmDocumentResponse>> Carry(
        TenantStore store, PatientId patient, EntryId document, DocumentFiles files, DateTimeOffset now, CancellationToken ct)
    {
        var caller = store.Caller;
        var entry = new AuditEntry(caller, AuditAction.DocumentRead, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value), Note = "to confirm" };
        var disclosed = await store.Disclose(entry, token => DocumentItem.Read(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return why;
        }

        var missing = found.State == DocumentState.AwaitingUpload ? await files.Missing(caller.Tenant, found, ct) : [];
        if (Decide(found, missing) is { } refusal)
        {
            return refusal;
        }

        var response = new ConfirmDocumentResponse(document, DocumentState.Checking);
        var change = Change.By(caller, AuditAction.DocumentConfirmed, patient, Keys.Hex(document.Value))
            .Require(Keys.Patient(patient), PatientItem.Readable, Problems.Conflict)
            .Move(found, DocumentState.Checking)
            .Replace(
                DocumentItem.Clock(patient, document, now + Durations.DocumentUnfinished.Length), Condition.Exists,
                DocumentRefusals.NotAwaited)
            .Publish(Topics.DocumentUploaded, DocumentItem.Subject(patient, document))
            .Answers(
                new Answer(
                202, Place(patient, document), null, JsonSerializer.SerializeToUtf8Bytes(
                response, DocumentsJson.Default.ConfirmDocumentResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? response : why == Problems.Stale ? DocumentRefusals.NotAwaited : why;
    }

    private static string Place(PatientId patient, EntryId document) => $"/v1/patients/{patient}/documents/{document}";

    /// <summary>Null when it may be confirmed.</summary>
    internal static Refusal? Decide(Document document, IReadOnlyList<int> missing) =>
        document.State != DocumentState.AwaitingUpload ? DocumentRefusals.NotAwaited
        : missing.Count == 0 ? null
        : DocumentRefusals.PartsMissing with
        {
            More = new JsonObject { ["parts"] = new JsonArray([.. missing.Select(p => (JsonNode)p)]) },
        };
}
