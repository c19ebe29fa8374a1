using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Patients;

/// <summary>
/// Erases a patient: she leaves roster and search, her head becomes a tombstone, and her keys are destroyed, with which every row
/// and object of hers is unreadable wherever a copy of it is (RET-7). Whether she may be erased was decided by who sent the
/// message. Two signers have a part in it, so it goes in steps; a message that comes again goes on where it stopped.
/// </summary>
internal static class ErasePatient
{
    public static async Task<Done> Handle(Delivery message, KeyShredder shredder, TimeProvider clock, CancellationToken ct)
    {
        var id = new PatientId(Guid.ParseExact(message.Subject, "N"));
        if (await message.Store.Get(Keys.Patient(id), ct) is not { } head)
        {
            return await message.Store.Commit(message.Effect(AuditAction.PatientErased, id).Noting("nobody"), ct);
        }

        if (!PatientItem.IsErased(head))
        {
            var closed = await Close(message, id, clock.GetUtcNow(), ct);
            if (!closed.Holds(out _))
            {
                return DeliveryRefusals.Later;
            }
        }

        await shredder.DestroyPatient(message.Caller.Tenant, id, null, message.Caller.Cause!, ct);
        return await message.Store.Commit(
            message.Effect(AuditAction.PatientKeysDestroyed, id)
                .Publish(Topics.DocumentsErasure, message.Subject).Publish(Topics.ExportsErasure, message.Subject),
            ct);
    }

    /// <summary>From here on nobody finds or reads her, and no change of hers can be committed.</summary>
    private static async Task<Done> Close(Delivery message, PatientId id, DateTimeOffset now, CancellationToken ct)
    {
        var entry = new AuditEntry(message.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = id,
            Note = "to erase",
        };
        var disclosed = await message.Store.Disclose(entry, t => PatientItem.ReadForRounds(message.Store, [id], t), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return why;
        }

        var change = Change.By(message.Caller, AuditAction.PatientErased, id).Delete(Keys.PatientOnRoster(id));
        foreach (var patient in found)
        {
            change.Replace(PatientItem.Tombstone(patient, now, message.Caller.Actor), patient.Version);
            if (patient.Record.Aadhaar is { } kept)
            {
                change.Delete(Keys.AadhaarNumber(kept.Reference));
            }

            await PatientIndex.Leave(change, message.Store, id, patient.Record, ct);
            await Part(change, message, patient, now, ct);
        }

        return await message.Store.Commit(change, ct);
    }

    /// <summary>
    /// Records that were merged into hers are hers: they are erased next. One that was merged leaves the record it is read
    /// through, whose lists would else look for keys that are gone.
    /// </summary>
    private static async Task Part(
        Change change, Delivery message, Patient erased, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var absorbed in erased.Absorbed)
        {
            change.Publish(Topics.PatientErasure, Keys.Hex(absorbed.Value));
        }

        var into = erased.Merging is { } merging
            ? await PatientItem.ReadForRounds(message.Store, [merging.Into], ct) : [];
        foreach (var survivor in into ?? [])
        {
            change.Concerning([survivor.Id]).Insert(PatientItem.Earlier(survivor)).Replace(
                PatientItem.Head(survivor with
                {
                    Absorbed = [.. survivor.Absorbed.Where(a => a != erased.Id)],
                    Version = survivor.Version + 1,
                    VersionAt = now,
                    VersionBy = message.Caller.Actor,
                }), survivor.Version);
        }
    }
}
