using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Documents;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Records;
using Clinic.Records.Fhir;
using Clinic.Records.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Imports;

/// <param name="Reference">Id of the DocumentReference that was imported.</param>
/// <param name="Source">Of the import that brought it; left out as it was there.</param>
/// <param name="PartsSha256">Above 8 MiB: SHA-256 of each part of 8 MiB, in order, base64.</param>
public sealed record OfferReferencedFileRequest(
    string Reference, string? Source = null, IReadOnlyList<string>? PartsSha256 = null);

/// <summary>
/// A ticket for the file that an imported DocumentReference names and did not bring along, as those of another clinic's export
/// do. Kind, title, type, size and hash are the resource's own, so nothing else can be put in its place; the resource goes on
/// standing for the document when the record goes out.
/// </summary>
public static class OfferReferencedFile
{
    private const int ReferenceLengthMax = 64;

    /// <summary>What is known before anything is decided.</summary>
    private sealed record Found(Item Row, NamedFile? File, RecordLink? Link, Document? Linked);

    internal static async Task<Results<Created<OfferDocumentResponse>, ProblemHttpResult>> Handle(
        PatientId patient, OfferReferencedFileRequest request, Caller caller, TenantStore store, SourceNames names,
        DocumentFiles files, TimeProvider clock, CancellationToken ct)
    {
        var rules = new FieldRules().Text(request.Reference, "reference", ReferenceLengthMax)
            .Need(request.Source is null || Import.IsSource(request.Source), "source",
                "1 to 40 lower-case letters, digits, dots or hyphens");
        if (rules.Refusal is { } invalid)
        {
            return Problems.From(invalid);
        }

        var source = request.Source ?? Import.DefaultSource;
        var token = await names.Resource(caller.Tenant, source, DocumentFhir.Type, request.Reference, ct);
        var now = clock.GetUtcNow();
        var place = Keys.Fhir(patient, DocumentFhir.Type, token);
        var carried = await Anew.Carry(() => Carry(store, names, patient, source, place, request.PartsSha256, now, ct));
        return carried.Holds(out var document, out var why)
            ? TypedResults.Created(
                $"/v1/patients/{patient}/documents/{document.Id}",
                new OfferDocumentResponse(
                    document.Id, patient, document.State,
                    await OfferDocumentParts.Tickets(
                        files, caller.Tenant, document, Enumerable.Range(1, document.Parts), ct)))
            : Problems.From(why);
    }

    /// <param name="place">Of the kept reference.</param>
    private static async Task<Outcome<Document>> Carry(
        TenantStore store, SourceNames names, PatientId patient, string source, Key place, IReadOnlyList<string>? parts,
        DateTimeOffset now, CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient, Note = "to add a document",
        };
        var disclosed = await store.Disclose(entry, t => Find(store, patient, place, t), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return why;
        }

        var visit = found.File?.Encounter is { } encounter
            ? await VisitOf(store, names, patient, source, encounter, ct) : null;
        if (!Decide(found.File, found.Linked, parts, visit, patient, store.Caller.Actor, now).Holds(out var document, out why))
        {
            return why;
        }

        var change = OfferDocument.Write(
            Change.By(store.Caller, AuditAction.DocumentOffered, patient, Keys.Hex(document.Id.Value)), document, now)
            .Patch(
                new Item(found.Row.Key).WithLink(new RecordLink(ChartKind.Document, document.Id, document.Version)), [],
                Condition.VersionIs(found.Row.Version).And(FhirRow.LinkIs(found.Link)), ReferencedFileRefusals.Offered);
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? document : why;
    }

    /// <param name="linked">The document that the reference has already.</param>
    internal static Outcome<Document> Decide(
        NamedFile? file, Document? linked, IReadOnlyList<string>? parts, EntryId? visit, PatientId patient, string actor,
        DateTimeOffset now)
    {
        if (linked is not null && linked.State is not (DocumentState.Refused or DocumentState.Expired))
        {
            return ReferencedFileRefusals.Offered with { More = new JsonObject { ["document"] = linked.Id.ToString() } };
        }

        if (file is null)
        {
            return ReferencedFileRefusals.Unnamed;
        }

        var at = file.At is { } made && made <= now ? made : now;
        return OfferDocument.Decide(
            new OfferDocumentRequest(file.Kind, file.Title, at, file.Media.Type, file.SizeBytes, file.Sha256, parts, visit),
            patient, actor, now);
    }

    private static async Task<Found?> Find(TenantStore store, PatientId patient, Key place, CancellationToken ct)
    {
        var (head, row) = (PatientItem.Read(store, patient, ct), store.Get(place, ct));
        await Task.WhenAll(head, row);
        if (await head is null || await row is not { } kept)
        {
            return null;
        }

        using var json = JsonDocument.Parse((await FhirRow.Open(store, patient, kept, ct)).Json, FhirText.Strict);
        var link = FhirRow.LinkOf(kept);
        var linked = link is null ? null : await store.Get(DocumentItem.Place(patient, link.Id), ct);
        return new Found(
            kept, FhirDocument.Name(json.RootElement), link, linked is null ? null : DocumentItem.Plain(patient, linked));
    }

    private static async Task<EntryId?> VisitOf(
        TenantStore store, SourceNames names, PatientId patient, string source, string encounter, CancellationToken ct)
    {
        const string type = "Encounter";
        if (FhirReferences.IdOf(type, encounter) is not { } id)
        {
            return null;
        }

        var token = await names.Resource(store.Caller.Tenant, source, type, id, ct);
        return await store.Get(Keys.Fhir(patient, type, token), ct) is { } row
            && FhirRow.LinkOf(row) is { Kind: ChartKind.Visit } link ? link.Id : null;
    }
}
