using Clinic.Chart.Findings;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

/// <summary>The finding anew, of the same kind. When it happened does not change: that is another entry.</summary>
public sealed record AmendEntryRequest : FindingMembers;

public sealed record AmendEntryResponse(
    EntryId Id, PatientId Patient, ChartKind Kind, long Version, IReadOnlyList<EntryFlag>? Flags = null);

/// <summary>Amends a finding: the version that was read is named in If-Match, and the earlier one stays (DSR-2).</summary>
public static class AmendEntry
{
    internal static async Task<Results<Ok<AmendEntryResponse>, ProblemHttpResult>> Handle(
        PatientId patient, FindingKind kind, EntryId entry, AmendEntryRequest request, HttpContext http, Caller caller,
        TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        var now = clock.GetUtcNow();
        var aim = new ChartAim(
            AuditAction.ChartEntryAmended, patient, kind.Value, entry, request.DentalFinding?.Replaces);
        var carried = await ChartWrite.Carry(
            store, aim, scene => Decide(request, scene.Patient, scene.Entry!, version, caller.Actor, now), null, ct);
        if (!carried.Holds(out var after, out why))
        {
            return Problems.From(await StaleEntry.Explain(why, store, patient, kind.Value, entry, version, ct));
        }

        ETags.Write(http, after.Row.Version);
        return TypedResults.Ok(
            new AmendEntryResponse(entry, patient, kind.Value, after.Row.Version, after.Body.Derived?.Flags));
    }

    internal static Outcome<FindingEntry> Decide(
        AmendEntryRequest request, Patient patient, FindingEntry before, long version, string actor, DateTimeOffset now)
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

        if (!request.Only().Holds(out var named, out var why))
        {
            return why;
        }

        var scene = new FindingScene(patient.Record.Birth, before.Body.At, now);
        var rules = new FieldRules().Need(
            named.Finding.Kind == before.Row.Kind, named.Name, "of the kind that was recorded; retract it to record another");
        named.Finding.Check(rules, named.Name, scene);
        return rules.Refusal is { } refusal ? refusal : new FindingEntry(
            before.Row with { Version = version + 1, VersionAt = now, VersionBy = actor },
            before.Body with { Finding = request, Derived = named.Finding.Derive(scene) });
    }
}
