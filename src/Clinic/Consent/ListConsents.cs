using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Consent;

public sealed record ConsentListResponse(IReadOnlyList<ConsentState> Now, IReadOnlyList<ConsentArtefact> Artefacts, string? Next);

public sealed record NoticeListResponse(IReadOnlyList<Notice> Notices);

/// <summary>Where each purpose stands, and the artefacts that prove it, newest first.</summary>
public static class ListConsents
{
    internal static async Task<Results<Ok<ConsentListResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var query = $"consents {patient}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.ConsentsRead, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, query, from, token), ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<ConsentListResponse?> Read(
        TenantStore store, PatientId patient, string query, CursorPosition from, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var rows = store.Query(Keys.Patient(patient).Area, Keys.ConsentPrefix, Page<Item>.SizeDefault, from.Sort,
            newestFirst: true, ct);
        await Task.WhenAll(head, rows);
        if (await head is not { } found)
        {
            return null;
        }

        var artefacts = new List<ConsentArtefact>();
        foreach (var row in (await rows).Items)
        {
            artefacts.Add(await ConsentItem.Open(store, patient, row, ct));
        }

        return new ConsentListResponse(found.Consents, artefacts, await Cursors.Write(store, query, (await rows).NextSort, ct));
    }
}

/// <summary>The notices that consents refer to (CON-7).</summary>
public static class ListNotices
{
    internal static async Task<Ok<NoticeListResponse>> Handle(Caller caller, TenantStore store, CancellationToken ct)
    {
        await store.Note(new AuditEntry(caller, AuditAction.NoticesRead, AuditOutcome.Done), ct);
        return TypedResults.Ok(new NoticeListResponse(Notices.All));
    }
}
