using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <summary>The record that is, or is to be, merged, and the one that stays.</summary>
internal sealed record MergePair(Patient Merged, Patient Into);

/// <summary>What a merge and its undoing have in common: both heads change in one transaction.</summary>
internal static class MergeAct
{
    private const int ReasonMax = 500;

    /// <summary>Whoever changed one of the two at the same moment makes it decide again, and say what changed.</summary>
    private const int TriesMax = 4;

    public static Done Reason(string reason) =>
        new FieldRules().Prose(reason, "reason", ReasonMax).Refusal is { } refusal ? refusal : Done.Yes;

    public static async Task<Results<Ok<MergePatientResponse>, ProblemHttpResult>> Carry(
        HttpContext http, TenantStore store, AuditAction action, string reason,
        Func<CancellationToken, Task<Outcome<MergePair>>> read, Func<MergePair, Outcome<MergePair>> decide,
        CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            if (!(await read(ct)).Holds(out var before, out var why) || !decide(before).Holds(out var after, out why))
            {
                return Problems.From(why);
            }

            var response = new MergePatientResponse(
                after.Merged.Id, after.Merged.State, after.Merged.Version, after.Into.Id, after.Into.Version);
            var change = await Change(store, action, before, after, ct);
            var commit = await store.Commit(
                change.Because(reason).Answers(new Answer(
                    200, null, ETags.Of(response.Version),
                    JsonSerializer.SerializeToUtf8Bytes(response, PatientsJson.Default.MergePatientResponse))), ct);
            if (commit.Holds(out why))
            {
                ETags.Write(http, response.Version);
                return TypedResults.Ok(response);
            }

            if (why != Problems.Conflict || tries == TriesMax)
            {
                return Problems.From(why);
            }
        }
    }

    /// <summary>Both, each with its entry: the trail of either tells that it was read for this.</summary>
    /// <param name="intoOf">Null when there is no other: the merged one then stands for both.</param>
    /// <param name="unknown">When the other is nobody here, or nobody for this caller.</param>
    public static async Task<Outcome<MergePair>> Both(
        TenantStore store, PatientId patient, Func<Patient, PatientId?> intoOf, Refusal unknown, CancellationToken ct)
    {
        if (!(await Disclose(store, patient, ct)).Holds(out var merged, out var why))
        {
            return why;
        }

        if (intoOf(merged) is not { } other || other == patient)
        {
            return new MergePair(merged, merged);
        }

        return (await Disclose(store, other, ct)).Holds(out var into, out _) ? new MergePair(merged, into) : unknown;
    }

    private static Task<Outcome<Patient>> Disclose(TenantStore store, PatientId patient, CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = "to merge",
        };
        return store.Disclose(entry, token => PatientItem.ReadMergedToo(store, patient, token), ct);
    }

    private static async Task<Change> Change(
        TenantStore store, AuditAction action, MergePair before, MergePair after, CancellationToken ct)
    {
        var merged = before.Merged.Id;
        var change = Platform.Store.Change.By(store.Caller, action, merged, Keys.Hex(after.Into.Id.Value))
            .Concerning([after.Into.Id])
            .Replace(PatientItem.Head(after.Merged), before.Merged.Version, Problems.Conflict)
            .Insert(PatientItem.Earlier(before.Merged))
            .Replace(PatientItem.Head(after.Into), before.Into.Version, Problems.Conflict)
            .Insert(PatientItem.Earlier(before.Into))
            .Changed(Differences.Of(State(before), State(after)), PatientItem.IdentityKey(merged));
        return after.Merged.Merging is null
            ? await PatientIndex.Enter(change, store, merged, after.Merged.Record, ct)
            : await PatientIndex.Leave(change, store, merged, before.Merged.Record, ct);
    }

    private static JsonObject State(MergePair pair)
    {
        var state = new JsonObject
        {
            ["state"] = Codes.Of(pair.Merged.State),
            ["absorbed"] = new JsonArray([.. pair.Into.Absorbed.Select(a => (JsonNode)a.ToString())]),
        };
        if (pair.Merged.Merging is { } merging)
        {
            state["into"] = merging.Into.ToString();
        }

        return state;
    }
}
