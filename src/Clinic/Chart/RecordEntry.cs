using System.Text.Json;
using Clinic.Chart.Findings;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

/// <param name="At">When it happened: not in the future, and may be long ago.</param>
/// <param name="Visit">The visit at which it was found or done.</param>
public sealed record RecordEntryRequest(DateTimeOffset At, EntryId? Visit = null) : FindingMembers;

/// <param name="Flags">
/// What is outside of what is usual at her age. A replay leaves them out, for its kept answer holds ids and versions alone: the
/// entry itself has them.
/// </param>
public sealed record RecordEntryResponse(
    EntryId Id, PatientId Patient, ChartKind Kind, long Version, IReadOnlyList<EntryFlag>? Flags = null);

/// <summary>Records one finding in a patient's record (CLN-2, CLN-4).</summary>
public static class RecordEntry
{
    /// <summary>Clocks of wards differ.</summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(5);

    internal static async Task<Results<Created<RecordEntryResponse>, ProblemHttpResult>> Handle(
        PatientId patient, RecordEntryRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (!request.Only().Holds(out var named, out var why))
        {
            return Problems.From(why);
        }

        var (now, kind) = (clock.GetUtcNow(), named.Finding.Kind);
        var aim = new ChartAim(AuditAction.ChartEntryRecorded, patient, kind, null, request.DentalFinding?.Replaces);
        var id = EntryIds.New(request.At);
        var carried = await ChartWrite.Carry(
            store, aim, scene => Decide(request, named, scene.Patient, id, caller.Actor, now), Kept, ct);
        if (!carried.Holds(out var entry, out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, entry.Row.Version);
        return TypedResults.Created(
            Location(entry), new RecordEntryResponse(id, patient, kind, entry.Row.Version, entry.Body.Derived?.Flags));
    }

    /// <summary>Pure: every rule of a new finding but those between entries.</summary>
    internal static Outcome<FindingEntry> Decide(
        RecordEntryRequest request, NamedFinding named, Patient patient, EntryId id, string actor, DateTimeOffset now)
    {
        if (patient.State != PatientState.Active)
        {
            return ChartRefusals.NotActive;
        }

        var scene = new FindingScene(patient.Record.Birth, request.At, now);
        var row = new ChartRow(patient.Id, named.Finding.Kind, id, FindingEntry.Current, 1, now, actor, request.Visit);
        return Broken(named, scene) is { } refusal ? refusal
            : new FindingEntry(row, FindingBody.Of(named, scene));
    }

    /// <summary>Null when it holds the rules of when it was, and then those of its kind.</summary>
    internal static Refusal? Broken(NamedFinding named, FindingScene scene)
    {
        var (at, now) = (scene.At, scene.Now);
        var rules = new FieldRules()
            .Need(at <= now + AheadMax, "at", $"at most {AheadMax.Minutes} minutes in the future")
            .Need(at >= now.AddYears(-PatientForm.AgeYearsMax), "at", $"at most {PatientForm.AgeYearsMax} years ago");
        if (rules.Refusal is null && rules.Need(!scene.IsBeforeBirth, "at", "not before she was born").Refusal is null)
        {
            named.Finding.Check(rules, named.Name, scene);
        }

        return rules.Refusal;
    }

    private static string Location(FindingEntry entry) =>
        $"/v1/patients/{entry.Row.Patient}/chart/{Codes.Of(entry.Row.Kind)}/{entry.Row.Id}";

    private static Answer Kept(FindingEntry entry) => new(
        201, Location(entry), ETags.Of(entry.Row.Version), JsonSerializer.SerializeToUtf8Bytes(
            new RecordEntryResponse(entry.Row.Id, entry.Row.Patient, entry.Row.Kind, entry.Row.Version),
            ChartJson.Default.RecordEntryResponse));
}
