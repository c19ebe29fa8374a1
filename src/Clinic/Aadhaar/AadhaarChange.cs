using Clinic.Consent;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Aadhaar;

/// <summary>What taking a number and giving it up have in common.</summary>
internal static class AadhaarChange
{
    public static Patient After(
        Patient before, PatientAadhaar? kept, ConsentStatement statement, string actor, DateTimeOffset now) => before with
        {
            Record = before.Record with { Aadhaar = kept },
            Consents = ConsentRules.Merge(before.Consents, [statement], now),
            Version = before.Version + 1,
            VersionAt = now,
            VersionBy = actor,
        };

    /// <summary>Head, earlier version and artefact; what the vault held under the earlier reference goes with it.</summary>
    public static Change Of(Change change, Caller caller, Patient before, Patient after, ConsentStatement statement)
    {
        change.Replace(PatientItem.Head(after), before.Version)
            .Insert(PatientItem.Earlier(before))
            .Changed(AmendPatient.Difference(before.Record, after.Record), PatientItem.IdentityKey(before.Id));
        if (before.Record.Aadhaar is { } earlier)
        {
            change.Delete(Keys.AadhaarNumber(earlier.Reference));
        }

        return ConsentItem.Record(
            change, before.Id, [statement], caller, before.Record.Guardian is not null, after.VersionAt);
    }
}
