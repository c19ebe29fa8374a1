using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Consent;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <param name="Consents">Personal data and health data are two statements; a channel of communication that has none has no
/// consent.</param>
/// <param name="AcknowledgedDuplicates">Ids of likely duplicates that were shown and are somebody else.</param>
public sealed record RegisterPatientRequest(
    PatientForm Patient, IReadOnlyList<ConsentStatement> Consents, IReadOnlyList<PatientId>? AcknowledgedDuplicates = null);

public sealed record RegisterPatientResponse(PatientId Id, long Version);

/// <summary>
/// Registers a patient (CLN-1, CON-1, CON-2, CON-3): no registration without both consents, nothing pre-set, and a likely
/// duplicate is shown first. Three rounds: session; duplicates; one transaction of head, keys, consents, index and entry.
/// </summary>
public static class RegisterPatient
{
    private const int DuplicatesShownMax = 10;

    /// <summary>More than were ever shown at once: they may have been shown in several tries.</summary>
    private const int AcknowledgedMax = 50;

    internal static async Task<Results<Created<RegisterPatientResponse>, ProblemHttpResult>> Handle(
        RegisterPatientRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var decision = Decide(request, Id.New<PatientId>(now), PatientPlaces.Of(caller), caller.Actor, now);
        if (!decision.Holds(out var patient, out var why))
        {
            return Problems.From(why);
        }

        var alike = await LikelyDuplicates(store, patient.Record, ct);
        var shown = request.AcknowledgedDuplicates ?? [];
        if (alike.Except(shown).Any() && await Show(caller, store, alike, shown, ct) is { } duplicate)
        {
            return Problems.From(duplicate);
        }

        var response = new RegisterPatientResponse(patient.Id, patient.Version);
        var location = $"/v1/patients/{patient.Id}";
        var change = (await Insert(Change.By(caller, AuditAction.PatientRegistered, patient.Id), store, patient, ct))
            .Answers(new Answer(201, location, ETags.Of(1), JsonSerializer.SerializeToUtf8Bytes(response,
                PatientsJson.Default.RegisterPatientResponse)));
        change = ConsentItem.Record(change, patient.Id, request.Consents, caller, patient.Record.Guardian is not null, now);
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, patient.Version);
        return TypedResults.Created(location, response);
    }

    /// <summary>Pure: every rule of a registration.</summary>
    internal static Outcome<Patient> Decide(
        RegisterPatientRequest request, PatientId id, PatientPlaces places, string actor, DateTimeOffset now)
    {
        var acknowledged = new FieldRules().Need((request.AcknowledgedDuplicates?.Count ?? 0) <= AcknowledgedMax,
            "acknowledgedDuplicates", $"at most {AcknowledgedMax} ids");
        var (phone, email) = (request.Patient.Phone, request.Patient.Email);
        if ((acknowledged.Refusal ?? ConsentRules.CheckRegistration(request.Consents, phone, email)) is { } refusal)
        {
            return refusal;
        }

        var record = request.Patient.ToRecord(DateOnly.FromDateTime(now.UtcDateTime), "patient", [],
            places.ForNew(request.Patient.Location));
        return record.Holds(out var held, out var why)
            ? new Patient(id, PatientState.Active, 1, now, actor, held, ConsentRules.States(request.Consents, now))
            : why;
    }

    /// <summary>The rows of a new patient: keys, head, roster, index. Imports use it too.</summary>
    /// <param name="state">As it was read for several patients at once; null to read it.</param>
    internal static Task<Change> Insert(
        Change change, TenantStore store, Patient patient, CancellationToken ct, TenantState? state = null)
    {
        change.NewPatient(patient.Id).Insert(PatientItem.Head(patient)).Insert(new Item(Keys.PatientOnRoster(patient.Id)));
        return PatientIndex.Enter(change, store, patient.Id, patient.Record, ct, state);
    }

    /// <summary>Ids whose exact duplicate tokens are the same; nothing is decrypted unless there are any.</summary>
    private static async Task<IReadOnlyList<PatientId>> LikelyDuplicates(TenantStore store, PatientRecord record,
        CancellationToken ct)
    {
        var tokens = await PatientIndex.Tokens(store, PatientIndex.Duplicates(record), ct);
        var pages = await Task.WhenAll(
            tokens.Select(t => store.Query(Keys.SearchArea(t), "", DuplicatesShownMax, null, newestFirst: true, ct)));
        return [.. pages.SelectMany(p => p.Items).Select(i => new PatientId(Guid.ParseExact(i.Key.Sort, "N"))).Distinct()
            .Take(DuplicatesShownMax)];
    }

    /// <summary>
    /// Null when a bound member knows of all whom she may see: somebody at another location is to her as nobody, and an answer
    /// that stopped her without a name would tell of that one. The entry names all of them.
    /// </summary>
    private static async Task<Refusal?> Show(
        Caller caller, TenantStore store, IReadOnlyList<PatientId> alike, IReadOnlyList<PatientId> known, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientDuplicatesShown, AuditOutcome.Requested) { Hits = alike };
        var disclosed = await store.Disclose(entry, token => SearchPatients.Open(store, alike, token), ct);
        if (!disclosed.Holds(out var patients, out var why))
        {
            return why;
        }

        if (caller.Scope.Ids is not null && patients.All(p => known.Contains(p.Id)))
        {
            return null;
        }

        var shown = new JsonArray([.. patients.Select(p => JsonSerializer.SerializeToNode(
            new DuplicateView(p.Id, p.Record.Name.Display, p.Record.Birth.Date, p.Record.Phone?[^4..]),
            PatientsJson.Default.DuplicateView))]);
        return PatientRefusals.Duplicate with { More = new JsonObject { ["duplicates"] = shown } };
    }
}
