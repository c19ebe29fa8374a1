using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Exports;

/// <summary>How far an export is.</summary>
/// <param name="Patients">Written, of so many as there were when it began; <paramref name="PatientsOf"/> is 0 before they are
/// counted.</param>
/// <param name="Withheld">Patients whom nobody may read.</param>
/// <param name="KeptUntil">When its files are deleted.</param>
/// <param name="Reason">Why it failed or was ended.</param>
public sealed record ExportView(
    ExportId Id, ExportState State, string StartedBy, DateTimeOffset StartedAt, long Patients, long PatientsOf, long Withheld,
    int Files, long SizeBytes, long Documents, long DocumentBytes, DateTimeOffset? EndedAt, DateTimeOffset? KeptUntil,
    string? Reason)
{
    internal static ExportView Of(ClinicExport export) => new(
        export.Id, export.State, export.StartedBy, export.StartedAt, export.Patients, export.Of, export.Withheld, export.Files,
        export.Bytes, export.Documents, export.DocumentBytes, export.EndedAt, export.KeptUntil, export.Reason);
}

public sealed record ExportListResponse(IReadOnlyList<ExportView> Exports, string? Next);

/// <summary>The status of one export.</summary>
public static class ReadExport
{
    internal static async Task<Results<Ok<ExportView>, ProblemHttpResult>> Handle(
        ExportId export, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.ClinicExportRead, AuditOutcome.Requested)
        {
            Subject = Keys.Hex(export.Value),
        };
        var disclosed = await store.Disclose(
            entry, async t => await ExportItem.Read(store, export, t) is { } found ? ExportView.Of(found) : null, ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }
}

/// <summary>The clinic's exports, newest first; what is over stays in the list.</summary>
public static class ListExports
{
    private const string Query = "exports";

    internal static async Task<Results<Ok<ExportListResponse>, ProblemHttpResult>> Handle(
        string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        if (!(await Cursors.Read(store, Query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.ClinicExportsListed, AuditOutcome.Requested);
        var disclosed = await store.Disclose<ExportListResponse>(
            entry,
            async t =>
            {
                var (exports, next) = await Newest(store, from.Sort, t);
                return new ExportListResponse(
                    [.. exports.Select(ExportView.Of)], await Cursors.Write(store, Query, next, t));
            },
            ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    internal static async Task<(IReadOnlyList<ClinicExport> Exports, string? Next)> Newest(
        TenantStore store, string? from, CancellationToken ct)
    {
        var page = await store.Query(Keys.ExportEntries, "", Page<Item>.SizeDefault, from, newestFirst: true, ct);
        var ids = page.Items.Select(ExportItem.IdOf).ToList();
        var rows = (await store.GetMany([.. ids.Select(Keys.Export)], ct)).ToDictionary(r => r.Key);
        return ([.. ids.Where(i => rows.ContainsKey(Keys.Export(i))).Select(i => ExportItem.Of(i, rows[Keys.Export(i)]))],
            page.NextSort);
    }
}
