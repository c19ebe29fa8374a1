using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Exports;

/// <summary>
/// Ends an export, whether it runs or is kept: from this moment nothing of it goes out, and within a minute its key is destroyed.
/// Once more changes nothing.
/// </summary>
public static class EndExport
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        ExportId export, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var subject = Keys.Hex(export.Value);
        if (await ExportItem.Read(store, export, ct) is not { } found)
        {
            var unknown = new AuditEntry(caller, AuditAction.ClinicExportEnded, AuditOutcome.Refused) { Subject = subject };
            await store.Note(unknown with { Note = Problems.NotFound.Code }, ct);
            return Problems.From(Problems.NotFound);
        }

        if (found.IsOver)
        {
            var over = new AuditEntry(caller, AuditAction.ClinicExportEnded, AuditOutcome.Done) { Subject = subject };
            await store.Note(over with { Note = "over already" }, ct);
            return TypedResults.NoContent();
        }

        var change = Change.By(caller, AuditAction.ClinicExportEnded, subject: subject)
            .End(found, ExportState.Ended, clock.GetUtcNow());
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why) ? TypedResults.NoContent()
            : Problems.From(why == Problems.Stale ? Problems.Conflict : why);
    }
}

/// <summary>
/// A patient was erased: what was exported before may hold her, so it ends. Exports that begin later do not meet her.
/// </summary>
internal static class EndExportsOfErased
{
    public static async Task<Done> Handle(Delivery message, TimeProvider clock, CancellationToken ct)
    {
        string? from = null;
        do
        {
            var (exports, next) = await ListExports.Newest(message.Store, from, ct);
            foreach (var export in exports.Where(e => !e.IsOver))
            {
                var change = Change.By(message.Caller, AuditAction.ClinicExportEnded, subject: Keys.Hex(export.Id.Value))
                    .Noting(ExportRefusals.PatientErased)
                    .End(export, ExportState.Ended, clock.GetUtcNow(), ExportRefusals.PatientErased);
                if (!(await message.Store.Commit(change, ct)).Holds(out _))
                {
                    return DeliveryRefusals.Later;
                }
            }

            from = next;
        }
        while (from is not null);
        return await message.Store.Commit(
            message.Effect(AuditAction.ClinicExportEnded).Noting("checked after an erasure"), ct);
    }
}

/// <summary>
/// Destroys what an export wrote: first the key, by the only role that may, then objects and rows. A crash at any point leaves
/// the clock due, and the next minute goes on where this one stopped. That there was an export stays.
/// </summary>
internal static class PurgeExport
{
    /// <summary>Of one transaction, with room for its entry and its conditions.</summary>
    private const int RowsMax = 90;

    public static async Task<Done> Strike(
        DueClock due, KeyShredder shredder, ExportFiles files, DateTimeOffset now, CancellationToken ct)
    {
        var id = new ExportId(Guid.ParseExact(due.Subject, "N"));
        if (await ExportItem.Read(due.Store, id, ct) is not { } export)
        {
            return await due.Store.Commit(due.Stop(AuditAction.ClinicExportPurged, "no such export"), ct);
        }

        if (!export.IsOver)
        {
            var expired = Change.By(due.Caller, AuditAction.ClinicExportEnded, subject: due.Subject).Noting("expired")
                .End(export, ExportState.Expired, now);
            if (!(await due.Store.Commit(expired, ct)).Holds(out var why))
            {
                return why;
            }
        }

        await shredder.DestroyVersion(due.Caller.Tenant, TenantPurpose.Exports, export.KeyVersion, due.Caller.Cause!, ct);
        var emptied = await Empty(due, id, files, ct);
        return emptied.Holds(out var refused)
            ? await due.Store.Commit(
                due.Effect(AuditAction.ClinicExportPurged).Noting("key destroyed").DropKey(id), ct)
            : refused;
    }

    private static async Task<Done> Empty(DueClock due, ExportId export, ExportFiles files, CancellationToken ct)
    {
        while (true)
        {
            var rows = await due.Store.Query(
                Keys.Export(export).Area, Keys.ExportFilePrefix, RowsMax, null, newestFirst: false, ct);
            if (rows.Items.Count == 0)
            {
                return Done.Yes;
            }

            await files.Delete(due.Caller.Tenant, rows.Items.Select(ExportFileItem.ObjectOf), ct);
            var change = Change.By(due.Caller, AuditAction.ClinicExportPurged, subject: due.Subject)
                .Noting($"{rows.Items.Count} files")
                .Require(due.Place, Condition.Exists, ClockRefusals.NotRunning);
            foreach (var row in rows.Items)
            {
                change.Delete(row.Key);
            }

            if (!(await due.Store.Commit(change, ct)).Holds(out var why))
            {
                return why;
            }
        }
    }
}
