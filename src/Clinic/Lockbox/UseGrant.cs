using Clinic.Imports;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Consent;
using Clinic.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Lockbox;

public sealed record GrantedIdentity(
    PatientName Name, PatientBirth Birth, Gender Gender, IReadOnlyList<PatientIdentifier> Identifiers);

public sealed record GrantedContact(
    string? Phone, string? Email, PostalAddress? Address, LocationId? Location, Guardian? Guardian);

/// <summary>A patient as far as the grant goes: what it does not name is absent.</summary>
public sealed record GrantedPatientResponse(
    PatientId Id, GrantedIdentity? Identity, GrantedContact? Contact, IReadOnlyList<ConsentState>? Consents)
{
    internal static GrantedPatientResponse Of(Patient patient, AccessScope scope)
    {
        var shown = PatientView.Shown(patient.Record);
        return new GrantedPatientResponse(
            patient.Id,
            scope.Fields.Contains(AccessField.Identity)
                ? new GrantedIdentity(shown.Name, shown.Birth, shown.Gender, shown.Identifiers) : null,
            scope.Fields.Contains(AccessField.Contact)
                ? new GrantedContact(shown.Phone, shown.Email, shown.Address, shown.Location, shown.Guardian) : null,
            scope.Fields.Contains(AccessField.Consents) ? patient.Consents : null);
    }
}

/// <summary>An operator reads one patient under a grant (ISO-6).</summary>
public static class ReadGrantedPatient
{
    private static readonly AccessField[] OfPatients = [AccessField.Identity, AccessField.Contact, AccessField.Consents];

    internal static async Task<Results<Ok<GrantedPatientResponse>, ProblemHttpResult>> Handle(
        AccessId grant, PatientId patient, TenantStore store, GrantDoor door, CancellationToken ct)
    {
        if (!(await door.Open(store, grant, OfPatients, patient, ct)).Holds(out var open, out var why))
        {
            return Problems.From(why);
        }

        var entry = open.Entry(open.Scope.Fields.Intersect(OfPatients), patient);
        var disclosed = await open.Store.Disclose(entry, token => PatientItem.Read(open.Store, patient, token), ct);
        return disclosed.Holds(out var found, out why)
            ? TypedResults.Ok(GrantedPatientResponse.Of(found, open.Scope)) : Problems.From(why);
    }
}

/// <summary>An operator reads the report of one import under a grant.</summary>
public static class ReadGrantedImport
{
    internal static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Handle(
        AccessId grant, ImportId import, TenantStore store, GrantDoor door, CancellationToken ct)
    {
        if (!(await door.Open(store, grant, [AccessField.ImportReports], null, ct)).Holds(out var open, out var why))
        {
            return Problems.From(why);
        }

        var disclosed = await open.Store.Disclose(
            open.Entry([AccessField.ImportReports]),
            async token => ReadImport.ViewOf(await ImportItem.Read(open.Store, import, token)), ct);
        return disclosed.Holds(out var view, out why) ? TypedResults.Ok(view) : Problems.From(why);
    }
}

/// <param name="Id">Of the request, and of the grant that it becomes.</param>
/// <param name="State">As the clinic's own row says; absent until the clinic has it.</param>
public sealed record AskedAccessResponse(
    AccessId Id, string Clinic, AccessReason Reason, AccessScope Asked, DateTimeOffset AskedAt, MemberId Operator,
    AccessState? State, AccessScope? Granted, DateTimeOffset? Ends);

/// <summary>What became of a request; nothing of the clinic's but the answer.</summary>
public static class ReadAskedAccess
{
    internal static async Task<Results<Ok<AskedAccessResponse>, ProblemHttpResult>> Handle(
        AccessId request, Caller caller, TenantStore store, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.AccessRead, AuditOutcome.Requested) { Subject = Keys.Hex(request.Value) };
        var disclosed = await store.Disclose(entry, token => Read(request, store, stores, clock.GetUtcNow(), token), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    private static async Task<AskedAccessResponse?> Read(
        AccessId id, TenantStore store, TenantStores stores, DateTimeOffset now, CancellationToken ct)
    {
        if (await store.Get(Keys.Access(id), ct) is not { } row)
        {
            return null;
        }

        var request = AccessItem.ReadRequest(id, row);
        var theirs = stores.For(GrantDoor.Support(store.Caller, request.Clinic, id));
        var rows = (await theirs.GetMany([Keys.Access(id), Keys.State], ct)).ToDictionary(r => r.Key);
        var access = rows.TryGetValue(Keys.Access(id), out var copy) ? AccessItem.Read(id, copy) : null;
        return new AskedAccessResponse(
            id, request.Clinic.Value, request.Reason, request.Asked, request.At, request.Operator,
            access?.State(TenantStateItem.Read(rows[Keys.State]), now), access?.Granted, access?.Ends);
    }
}
