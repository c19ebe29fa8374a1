namespace Clinic.Platform.Trail;

/// <summary>Every act that leaves an entry. Names are stable: they stand in trails for seven years (AUD-5).</summary>
public enum AuditAction
{
    AccessDenied,
    ClinicSignedUp,
    ClinicConfirmed,
    ClinicRead,
    ClinicSignUpPurged,
    LoginPointerRemoved,
    TenantKeysDestroyed,
    OperatorAdded,
    SignedIn,
    SignInFailed,
    SessionRead,
    SessionsListed,
    SessionEnded,
    SessionPurged,
    PatientRegistered,
    PatientDuplicatesShown,
    PatientSearched,
    PatientRead,
    PatientVersionsRead,
    PatientAmended,
    PatientImported,
    PatientExported,
    ConsentsRead,
    ConsentRecorded,
    NoticesRead,
    ImportStarted,
    ImportUploadOffered,
    ImportStepDone,
    ImportFinished,
    ImportFailed,
    ImportRead,
    ImportPurged,
    AuditRead,
    MailQueued,
    MailSent,
    MailAccepted,
    MailRefused,
    MailDoubted,
    MailRehearsed,
    IncidentOpened,
    IncidentRead,
    IncidentsListed,
    IncidentReceived,
    IncidentClinicMarked,
    MessageRedriven,
    RoundBegun,
    RoundSent,
    RoundStepDone,
    RoundTurned,
    PatientsReindexed,
    PatientKeysWrapped,
    PatientErased,
    PatientKeysDestroyed,
    MessageRefused,
    ClinicFreezeOrdered,
    ClinicReleaseOrdered,
    ClinicFrozen,
    ClinicReleaseOffered,
    ClinicReleased,
    FreezeRead,
    WorkHeld,
    WorkResumed,
    AccessAsked,
    AccessReceived,
    AccessRead,
    AccessListed,
    AccessGranted,
    AccessRefused,
    AccessRevoked,
    AccessExpired,
    AccessEnded,

    /// <summary>An operator read under a grant: the subject is the grant, the note names the fields.</summary>
    SupportRead,
}

/// <summary>How the act ended.</summary>
public enum AuditOutcome
{
    /// <summary>Written with the change itself, so it happened exactly if this entry exists.</summary>
    Done,

    /// <summary>Written beside a read, before anything was released.</summary>
    Requested,

    /// <summary>A read found nothing to release.</summary>
    NothingReleased,
    Refused,
}
