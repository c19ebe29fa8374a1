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

/// <param name="Document">Of kind photo, as JPEG or PNG, and available.</param>
public sealed record SetPatientPhotoRequest(EntryId Document);

/// <summary>
/// Names one of a patient's documents as her photo, by which a desk knows her. A document that is her photo is not retracted:
/// another is named first, or none.
/// </summary>
public static class SetPatientPhoto
{
    private static readonly Refusal Unfit = Refusal.Invalid(
        [new FieldError("document", "a document of hers of kind photo, as JPEG or PNG")]);

    internal static async Task<Results<Ok<AmendPatientResponse>, ProblemHttpResult>> Handle(
        PatientId patient, SetPatientPhotoRequest request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct)
    {
        var change = new PhotoChange(http, store, patient, clock.GetUtcNow());
        return await change.Carry(request.Document, async before =>
        {
            var entry = new AuditEntry(caller, AuditAction.DocumentRead, AuditOutcome.Requested)
            {
                Patient = patient,
                Subject = Keys.Hex(request.Document.Value),
                Note = "to be her photo",
            };
            var disclosed = await store.Disclose(entry, t => DocumentItem.Read(store, patient, request.Document, t), ct);
            return disclosed.Holds(out var document, out _) ? Decide(document) : Unfit;
        }, ct);
    }

    /// <summary>Pure: null when it may be her photo.</summary>
    internal static Refusal? Decide(Document document) =>
        document.Kind != DocumentKind.Photo || (document.Media != DocumentMedia.Jpeg && document.Media != DocumentMedia.Png)
            ? Unfit
            : document.State != DocumentState.Available ? DocumentRefusals.NotCurrent : null;
}

/// <summary>A patient is shown without a photo; the document stays in her record.</summary>
public static class RemovePatientPhoto
{
    internal static Task<Results<Ok<AmendPatientResponse>, ProblemHttpResult>> Handle(
        PatientId patient, HttpContext http, TenantStore store, TimeProvider clock, CancellationToken ct) =>
        new PhotoChange(http, store, patient, clock.GetUtcNow()).Carry(
            null, before => Task.FromResult(before.Photo is null ? Problems.NotFound : null), ct);
}

/// <summary>What naming a photo and naming none have in common.</summary>
internal sealed class PhotoChange(HttpContext http, TenantStore store, PatientId patient, DateTimeOffset now)
{
    public async Task<Results<Ok<AmendPatientResponse>, ProblemHttpResult>> Carry(
        EntryId? photo, Func<Patient, Task<Refusal?>> refuse, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why)
            || !(await Read(ct)).Holds(out var before, out why))
        {
            return Problems.From(why);
        }

        if ((before.Version != version ? PatientRefusals.Stale(before) : await refuse(before)) is { } refusal)
        {
            return Problems.From(refusal);
        }

        var after = before with { Photo = photo, Version = version + 1, VersionAt = now, VersionBy = store.Caller.Actor };
        var change = Change.By(store.Caller, AuditAction.PatientAmended, patient)
            .Noting("photo")
            .Replace(PatientItem.Head(after), version)
            .Insert(PatientItem.Earlier(before))
            .Changed(Differences.Of(Member(before), Member(after)), PatientItem.IdentityKey(patient));
        if (photo is { } document)
        {
            change.Require(
                DocumentItem.Place(patient, document), Condition.Is(DocumentItem.State, Codes.Of(DocumentState.Available)),
                DocumentRefusals.NotCurrent);
        }

        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why == Problems.Stale && (await Read(ct)).Holds(out var newest, out why)
                ? PatientRefusals.Stale(newest) : why!);
        }

        ETags.Write(http, after.Version);
        return TypedResults.Ok(new AmendPatientResponse(patient, after.Version));
    }

    private Task<Outcome<Patient>> Read(CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = "to change her photo",
        };
        return store.Disclose(entry, t => PatientItem.Read(store, patient, t), ct);
    }

    private static JsonObject Member(Patient patient) => new() { ["photo"] = patient.Photo?.ToString() };
}
