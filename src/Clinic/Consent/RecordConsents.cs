using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Consent;

public sealed record RecordConsentsRequest(IReadOnlyList<ConsentStatement> Consents);

public sealed record RecordConsentsResponse(PatientId Patient, long Version, PatientState State);

/// <summary>
/// Records further statements of a patient: an imported one becomes active when both essential consents are given; a channel is
/// opened or closed at any time (CON-1, CON-3). Withdrawing an essential consent is a process of its own, with erasure (CON-4).
/// </summary>
public static class RecordConsents
{
    private static readonly Refusal Withdrawal = new(422, "withdrawal-elsewhere",
        "Withdrawing this consent is a request of its own, with erasure.");

    internal static async Task<Results<Created<RecordConsentsResponse>, ProblemHttpResult>> Handle(
        PatientId patient, RecordConsentsRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested) { Patient = patient,
            Note = "to record consents" };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out var before, out var why))
        {
            return Problems.From(why);
        }

        var now = clock.GetUtcNow();
        if (!Decide(request, before, caller.Actor, now).Holds(out var after, out why))
        {
            return Problems.From(why);
        }

        var response = new RecordConsentsResponse(patient, after.Version, after.State);
        var location = $"/v1/patients/{patient}/consents";
        var change = Change.By(caller, AuditAction.ConsentRecorded, patient)
            .Replace(PatientItem.Head(after), before.Version)
            .Insert(PatientItem.Earlier(before))
            .Answers(new Answer(201, location, ETags.Of(after.Version), JsonSerializer.SerializeToUtf8Bytes(response,
                ConsentJson.Default.RecordConsentsResponse)));
        var commit = await store.Commit(ConsentItem.Record(change, patient, request.Consents, caller,
            before.Record.Guardian is not null, now), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, after.Version);
        return TypedResults.Created(location, response);
    }

    internal static Outcome<Patient> Decide(RecordConsentsRequest request, Patient before, string actor, DateTimeOffset now)
    {
        var rules = new FieldRules().Need(request.Consents.Count > 0, "consents", "at least one statement");
        if ((rules.Refusal ?? ConsentRules.Check(request.Consents, before.Record.Phone, before.Record.Email)) is { } refusal)
        {
            return refusal;
        }

        if (request.Consents.Any(s => !s.Given && ConsentRules.Essential.Contains(s.Purpose)))
        {
            return Withdrawal;
        }

        var needsGuardian = before.Record.Birth.YearsOn(DateOnly.FromDateTime(now.UtcDateTime)) < PatientForm.AdultYears;
        if (needsGuardian && before.Record.Guardian is null)
        {
            return PatientRefusals.GuardianRequired;
        }

        var states = ConsentRules.Merge(before.Consents, request.Consents, now);
        var state = ConsentRules.EssentialGiven(states) ? PatientState.Active : before.State;
        return before with { Consents = states, State = state, Version = before.Version + 1, VersionAt = now, VersionBy = actor };
    }
}
