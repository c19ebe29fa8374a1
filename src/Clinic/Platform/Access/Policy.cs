namespace Clinic.Platform.Access;

/// <summary>Roles of people, and the two that are not people.</summary>
public enum Role
{
    /// <summary>Nobody known. Holds no permission.</summary>
    Public,

    /// <summary>A consumer or a clock, acting for a cause that the trail names.</summary>
    System,
    Owner,

    /// <summary>Everything of patients, their export too; no staff, no trail, no imports.</summary>
    Doctor,

    /// <summary>Who patients are, how to reach them, what they consented to: no clinical record goes out (RBAC-4).</summary>
    Receptionist,

    /// <summary>
    /// A member of the reserved tenant platform. Reads nothing of a clinic but what its owner granted, while the grant lasts
    /// (ISO-6).
    /// </summary>
    Operator,
}

/// <summary>What a route needs. One per act, named noun first.</summary>
public enum Permission
{
    SessionOwn,
    ClinicRead,
    LocationRead,
    LocationSet,
    StaffRead,
    StaffInvite,
    StaffSet,
    ClinicFreeze,
    PatientRegister,
    PatientRead,
    PatientSearch,
    PatientAmend,
    PatientMerge,
    PatientExport,
    VisitRead,
    VisitSet,
    NoteRead,
    NoteWrite,
    NoteSign,
    ChartRead,
    ChartWrite,
    AadhaarRecord,
    AadhaarReveal,
    AadhaarVaultSet,
    ConsentRead,
    ConsentRecord,
    DocumentRead,
    DocumentWrite,
    ImportStart,
    ImportRead,
    SheetMappingSet,
    ClinicExport,
    AuditRead,
    IncidentRead,
    NoticesOrder,
    AccessGrant,
    PlatformIncidentOpen,
    PlatformIncidentRead,
    PlatformNoticesOrder,
    PlatformClinicFreeze,
    PlatformAccessAsk,
    PlatformAccessUse,
}

/// <summary>
/// THE table: which role may do what. The only place that knows roles; a permission that no row names is denied (RBAC-1).
/// </summary>
public static class Policy
{
    private static readonly Dictionary<Role, IReadOnlySet<Permission>> Granted = new()
    {
        [Role.Owner] = new HashSet<Permission>
        {
            Permission.SessionOwn, Permission.ClinicRead, Permission.ClinicFreeze,
            Permission.LocationRead, Permission.LocationSet, Permission.StaffRead, Permission.StaffInvite, Permission.StaffSet,
            Permission.PatientRegister, Permission.PatientRead, Permission.PatientSearch, Permission.PatientAmend,
            Permission.PatientMerge,
            Permission.AadhaarRecord, Permission.AadhaarReveal, Permission.AadhaarVaultSet,
            Permission.VisitRead, Permission.VisitSet, Permission.NoteRead, Permission.NoteWrite, Permission.NoteSign,
            Permission.ChartRead, Permission.ChartWrite, Permission.DocumentRead, Permission.DocumentWrite,
            Permission.PatientExport, Permission.ConsentRead, Permission.ConsentRecord,
            Permission.ImportStart, Permission.ImportRead, Permission.SheetMappingSet, Permission.ClinicExport,
            Permission.AuditRead,
            Permission.IncidentRead, Permission.NoticesOrder, Permission.AccessGrant,
        },
        [Role.Doctor] = new HashSet<Permission>
        {
            Permission.SessionOwn, Permission.LocationRead,
            Permission.PatientRegister, Permission.PatientRead, Permission.PatientSearch, Permission.PatientAmend,
            Permission.PatientMerge,
            Permission.VisitRead, Permission.VisitSet, Permission.NoteRead, Permission.NoteWrite, Permission.NoteSign,
            Permission.ChartRead, Permission.ChartWrite, Permission.DocumentRead, Permission.DocumentWrite,
            Permission.PatientExport, Permission.ConsentRead, Permission.ConsentRecord,
        },
        [Role.Receptionist] = new HashSet<Permission>
        {
            Permission.SessionOwn, Permission.LocationRead,
            Permission.PatientRegister, Permission.PatientRead, Permission.PatientSearch, Permission.PatientAmend,
            Permission.ConsentRead, Permission.ConsentRecord,
        },
        [Role.Operator] = new HashSet<Permission>
        {
            Permission.SessionOwn, Permission.PlatformIncidentOpen, Permission.PlatformIncidentRead,
            Permission.PlatformNoticesOrder, Permission.PlatformClinicFreeze, Permission.PlatformAccessAsk,
            Permission.PlatformAccessUse,
        },
    };

    public static bool Allows(Role role, Permission permission) =>
        Granted.TryGetValue(role, out var permissions) && permissions.Contains(permission);
}
