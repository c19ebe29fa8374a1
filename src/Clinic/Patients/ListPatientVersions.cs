using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <summary>Earlier versions of who she was, newest first (DSR-2).</summary>
public static class ListPatientVersions
{
    internal static async Task<Results<Ok<PatientVersionsResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var query = $"versions {patient}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.PatientVersionsRead, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, query, from, token), ct);
        return disclosed.Holds(out var versions, out why) ? TypedResults.Ok(versions) : Problems.From(why);
    }

    private static async Task<PatientVersionsResponse?> Read(
        TenantStore store, PatientId patient, string query, CursorPosition from, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var rows = store.Query(Keys.Patient(patient).Area, Keys.VersionPrefix, Page<Item>.SizeDefault, from.Sort,
            newestFirst: true, ct);
        await Task.WhenAll(head, rows);
        if (await head is null)
        {
            return null;
        }

        var views = new List<PatientVersionView>();
        foreach (var row in (await rows).Items)
        {
            views.Add(await PatientItem.OpenEarlier(store, patient, row, ct));
        }

        return new PatientVersionsResponse(views, await Cursors.Write(store, query, (await rows).NextSort, ct));
    }
}
