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
        var entry = new AuditEntry(caller, AuditAction.DocumentRead, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value), Note = "to confirm" };
        var disclosed = await store.Disclose(entry, token => DocumentItem.Read(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        var missing = found.State == DocumentState.AwaitingUpload ? await files.Missing(caller.Tenant, found, ct) : [];
        if (Decide(found, missing) is { } refusal)
        {
            return Problems.From(refusal);
        }

        var response = new ConfirmDocumentResponse(document, DocumentState.Checking);
        var location = $"/v1/patients/{patient}/documents/{document}";
        var change = Change.By(caller, AuditAction.DocumentConfirmed, patient, Keys.Hex(document.Value))
            .Require(Keys.Patient(patient), PatientItem.Readable, Problems.NotFound)
            .Move(found, DocumentState.Checking)
            .Replace(
                DocumentItem.Clock(patient, document, clock.GetUtcNow() + Durations.DocumentUnfinished.Length), Condition.Exists,
                DocumentRefusals.NotAwaited)
            .Publish(Topics.DocumentUploaded, DocumentItem.Subject(patient, document))
            .Answers(
                new Answer(
                202, location, null, JsonSerializer.SerializeToUtf8Bytes(
                response, DocumentsJson.Default.ConfirmDocumentResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Accepted(location, response)
            : Problems.From(why == Problems.Stale ? DocumentRefusals.NotAwaited : why);
    }

    /// <summary>Null when it may be confirmed.</summary>
    internal static Refusal? Decide(Document document, IReadOnlyList<int> missing) =>
        document.State != DocumentState.AwaitingUpload ? DocumentRefusals.NotAwaited
        : missing.Count == 0 ? null
        : DocumentRefusals.PartsMissing with
        {
            More = new JsonObject { ["parts"] = new JsonArray([.. missing.Select(p => (JsonNode)p)]) },
        };
}
