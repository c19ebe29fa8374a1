using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Lockbox;

/// <summary>A grant that is in force for this request.</summary>
/// <param name="Store">Of the clinic, on the role TenantSupport, as the operator: its entries go to the clinic's trail.</param>
/// <param name="Scope">As granted.</param>
internal sealed record OpenGrant(TenantStore Store, AccessScope Scope, AccessId Id)
{
    /// <summary>The entry of a read: operator, grant and fields, in the clinic's own trail before anything is released.</summary>
    public AuditEntry Entry(IEnumerable<AccessField> fields, PatientId? patient = null) =>
        new(Store.Caller, AuditAction.SupportRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(Id.Value),
            Note = AccessNotes.Fields(fields),
        };
}

/// <summary>
/// The one way from the platform into a clinic (ISO-6). Each request asks the clinic's own rows, strongly consistent, so an
/// owner who takes a grant back is obeyed from the next request on. Every opening and every refusal stands in both trails.
/// </summary>
internal sealed class GrantDoor(TenantStores stores, TimeProvider clock)
{
    /// <param name="fields">Any of these must be granted.</param>
    public async Task<Outcome<OpenGrant>> Open(
        TenantStore platform, AccessId id, IReadOnlyList<AccessField> fields, PatientId? patient, CancellationToken ct)
    {
        var request = await platform.Get(Keys.Access(id), ct) is { } row ? AccessItem.ReadRequest(id, row) : null;

        // Another operator's grant is answered like one that never was.
        if (request is null || request.Operator != platform.Caller.Member)
        {
            return await Refuse(platform, null, id, patient, Problems.NotFound, ct);
        }

        var theirs = stores.For(Support(platform.Caller, request.Clinic, id));
        var rows = await theirs.GetMany([Keys.Access(id), Keys.State], ct);
        var copy = rows.FirstOrDefault(r => r.Key == Keys.Access(id));
        var state = rows.FirstOrDefault(r => r.Key == Keys.State);
        if (copy is null || state is null)
        {
            return await Refuse(platform, null, id, patient, AccessRefusals.NotInForce, ct);
        }

        var access = AccessItem.Read(id, copy);
        var why = Decide(
            access, TenantStateItem.Read(state), platform.Caller.Member.Value, fields, patient, clock.GetUtcNow());
        if (why is not null)
        {
            return await Refuse(platform, theirs, id, patient, why, ct);
        }

        var entry = Entry(platform, id, patient) with { Note = $"{request.Clinic}: {AccessNotes.Fields(fields)}" };
        await platform.Note(entry, ct);
        return new OpenGrant(theirs, access.Granted!, id);
    }

    /// <summary>Pure; null when the door opens.</summary>
    internal static Refusal? Decide(
        Access access, TenantState clinic, MemberId by, IReadOnlyList<AccessField> fields, PatientId? patient,
        DateTimeOffset now)
    {
        if (access.Request.Operator != by || access.State(clinic, now) != AccessState.Granted)
        {
            return AccessRefusals.NotInForce;
        }

        var granted = access.Granted!;
        return granted.Fields.Intersect(fields).Any() && (patient is not { } one || granted.Patients.Contains(one))
            ? null
            : AccessRefusals.OutOfScope;
    }

    /// <summary>
    /// The operator as the clinic's trail names him. Without his address, which would have to be sealed: this role opens no key
    /// for that. It stands in the platform's trail, under the same request.
    /// </summary>
    internal static Caller Support(Caller operators, TenantId clinic, AccessId id) => operators with
    {
        Tenant = clinic,
        StoreRole = RoleNames.TenantSupport,
        Cause = "grant:" + Keys.Hex(id.Value),
        Trace = null,
        State = null,
        Idempotency = null,
    };

    private static AuditEntry Entry(TenantStore store, AccessId id, PatientId? patient) =>
        new(store.Caller, AuditAction.SupportRead, AuditOutcome.Requested) { Subject = Keys.Hex(id.Value), Patient = patient };

    private static async Task<Outcome<OpenGrant>> Refuse(
        TenantStore platform, TenantStore? theirs, AccessId id, PatientId? patient, Refusal why, CancellationToken ct)
    {
        foreach (var store in theirs is null ? [platform] : (TenantStore[])[theirs, platform])
        {
            await store.Note(Entry(store, id, patient) with { Outcome = AuditOutcome.Refused, Note = why.Code }, ct);
        }

        return why;
    }
}
