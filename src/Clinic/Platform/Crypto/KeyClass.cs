using Clinic.Platform.Access;

namespace Clinic.Platform.Crypto;

/// <summary>
/// The classes in which a patient's data is encrypted and, when its legal time ends, destroyed. They stand from the first
/// day because sealed items cannot be split into finer classes later.
/// </summary>
public enum KeyClass
{
    /// <summary>Who she is: name, birth date, phone, identifiers, consents.</summary>
    Identity,

    /// <summary>Her care: notes, results, documents.</summary>
    Clinical,

    /// <summary>Her bills; retention differs by year, so a financial key is per financial year.</summary>
    Financial,
}

/// <summary>The keys that a tenant has beside those of its patients.</summary>
public enum TenantPurpose
{
    /// <summary>Wraps the patients' keys but those of their identities.</summary>
    Patients,

    /// <summary>
    /// Wraps the patients' identity keys, apart from the others: who has to know who somebody is (a notice to her, an operator
    /// under a grant) is let to this one by KMS, and so to nothing of her care and her bills.
    /// </summary>
    Identities,

    /// <summary>Seals the clinic's own contacts and its staff.</summary>
    Contacts,

    /// <summary>Seals address, device and search term in the trail.</summary>
    AuditDetail,

    /// <summary>Makes blind-index tokens; its version is the epoch.</summary>
    Index,

    /// <summary>
    /// Seals what is on its way into patients' records, until it is there; names imported things by keyed hashes that outlive
    /// the epochs.
    /// </summary>
    Intake,

    /// <summary>
    /// Seals whole Aadhaar numbers, in the vault of a clinic that opened one: drawn with it and destroyed with it, so that what a
    /// closed vault held is unreadable in every copy.
    /// </summary>
    Vault,

    /// <summary>
    /// Seals what an export of the whole clinic wrote: one version for each export, drawn with it and destroyed with it.
    /// </summary>
    Exports,
}

/// <summary>Which key seals a body: a patient's of one class, or the tenant's of one purpose.</summary>
public readonly record struct KeyRef
{
    private KeyRef(PatientId? patient, KeyClass keyClass, TenantPurpose purpose, int year)
    {
        Patient = patient;
        Class = keyClass;
        Purpose = purpose;
        Year = year;
    }

    public PatientId? Patient { get; }

    public KeyClass Class { get; }

    public TenantPurpose Purpose { get; }

    /// <summary>The financial year that a financial key belongs to; 0 for the other classes.</summary>
    public int Year { get; }

    public static KeyRef Of(PatientId patient, KeyClass keyClass) =>
        keyClass == KeyClass.Financial
            ? throw new ArgumentException("A financial key needs its year.", nameof(keyClass))
            : new(patient, keyClass, default, 0);

    public static KeyRef Financial(PatientId patient, int financialYear) =>
        new(patient, KeyClass.Financial, default, financialYear);

    public static KeyRef Of(TenantPurpose purpose) => new(null, default, purpose, 0);

    /// <summary>The patient's key of a class as the Keys table names it.</summary>
    internal static KeyRef Named(PatientId patient, string className)
    {
        foreach (var keyClass in Enum.GetValues<KeyClass>())
        {
            if (className == keyClass.Name())
            {
                return new(patient, keyClass, default, 0);
            }
        }

        var year = className.StartsWith(KeyClass.Financial.Name() + "-", StringComparison.Ordinal)
            ? int.Parse(className.AsSpan(KeyClass.Financial.Name().Length + 1), System.Globalization.CultureInfo.InvariantCulture)
            : throw new ArgumentException("Not the name of a key class.", nameof(className));
        return Financial(patient, year);
    }

    /// <summary>Which of the clinic's keys wraps it, when it is a patient's.</summary>
    public TenantPurpose WrappedBy => Class == KeyClass.Identity ? TenantPurpose.Identities : TenantPurpose.Patients;

    /// <summary>How the Keys table names the class.</summary>
    public string ClassName => Year == 0 ? Class.Name() : $"{Class.Name()}-{Year}";
}

internal static class KeyNames
{
    public static string Name(this KeyClass keyClass) => keyClass switch
    {
        KeyClass.Identity => "identity",
        KeyClass.Clinical => "clinical",
        KeyClass.Financial => "financial",
        _ => throw new ArgumentOutOfRangeException(nameof(keyClass)),
    };

    public static string Name(this TenantPurpose purpose) => purpose switch
    {
        TenantPurpose.Patients => "patients",
        TenantPurpose.Identities => "identities",
        TenantPurpose.Contacts => "contacts",
        TenantPurpose.AuditDetail => "audit-detail",
        TenantPurpose.Index => "index",
        TenantPurpose.Intake => "intake",
        TenantPurpose.Vault => "vault",
        TenantPurpose.Exports => "exports",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };
}
