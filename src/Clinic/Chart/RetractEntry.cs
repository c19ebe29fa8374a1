using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

public sealed record RetractEntryRequest(string Reason);

public sealed record RetractEntryResponse(EntryId Id, ChartKind Kind, long Version, string Status);

/// <summary>
/// Marks a finding as entered in error. It stays, for what was decided on it must be explained; lists and trends leave it out.
/// </summary>
public static class RetractEntry
{
    private const int ReasonMax = 500;

    internal static async Task<Results<Ok<RetractEntryResponse>, ProblemHttpResult>> Handle(
        PatientId patient, FindingKind kind, EntryId entry, RetractEntryRequest request, HttpContext http, Caller caller,
        TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        var now = clock.GetUtcNow();
        var aim = new ChartAim(AuditAction.ChartEntryRetracted, patient, kind.Value, entry);
        var carried = await ChartWrite.Carry(
            store, aim, scene => Decide(request, scene.Patient, scene.Entry!, version, caller.Actor, now), Kept, ct);
        if (!carried.Holds(out var after, out why))
        {
            return Problems.From(await StaleEntry.Explain(why, store, patient, kind.Value, entry, version, ct));
        }

        ETags.Write(http, after.Row.Version);
        return TypedResults.Ok(Response(after));
    }

    internal static Outcome<FindingEntry> Decide(
        RetractEntryRequest request, Patient patient, FindingEntry before, long version, string actor, DateTimeOffset now)
    {
        if (patient.State != PatientState.Active)
        {
            return ChartRefusals.NotActive;
        }

        if (before.Row.Version != version)
        {
            return Problems.Stale;
        }

        if (before.Row.IsRetracted)
        {
            return ChartRefusals.Retracted;
        }

        return new FieldRules().Prose(request.Reason, "reason", ReasonMax).Refusal is { } refusal
            ? refusal : before.Retract(request.Reason, actor, now);
    }

    private static RetractEntryResponse Response(FindingEntry entry) =>
        new(entry.Row.Id, entry.Row.Kind, entry.Row.Version, entry.Row.Status);

    private static Answer Kept(FindingEntry entry) => new(
        200, null, ETags.Of(entry.Row.Version), JsonSerializer.SerializeToUtf8Bytes(
            Response(entry), ChartJson.Default.RetractEntryResponse));
}
