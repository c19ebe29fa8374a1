namespace Clinic.Platform.Messaging;

/// <summary>
/// The topics of outbox messages, and which queue takes which. The topic is the detail-type on the event bus;
/// a topic that no queue takes would be lost in silence, so a test pins that each is routed.
/// </summary>
public static class Topics
{
    /// <summary>The minute schedule; carries no tenant.</summary>
    public const string ClockTick = "clock.tick";

    /// <summary>The mail provider accepted a mail (SES event publishing); carries tenant and delivery as tags.</summary>
    public const string MailSent = "Email Sent";

    public const string ClinicSignedUp = "clinic.signed-up";
    public const string ClinicConfirmed = "clinic.confirmed";
    public const string StaffInvited = "staff.invited";
    public const string IncidentOpened = "incident.opened";

    /// <summary>A clinic has its copy of an incident: one message for each of its owners.</summary>
    public const string IncidentNotice = "incident.notice";

    /// <summary>An owner's notice is settled: the platform's incident shall show it.</summary>
    public const string IncidentTold = "incident.told";
    /// <summary>An operator ordered a freeze or its end: the clinic's state is brought to what the platform's row says.</summary>
    public const string FreezeOrdered = "freeze.ordered";

    /// <summary>One owner is told of a freeze, of an offer to lift it, or of its end.</summary>
    public const string FreezeNotice = "freeze.notice";

    /// <summary>An operator ordered that the people of a clinic are told of an incident.</summary>
    public const string IncidentPeopleOrdered = "incident.people-ordered";

    /// <summary>The walk over a clinic's patients to tell them of an incident begins or goes on.</summary>
    public const string IncidentPeople = "incident.people";

    /// <summary>One patient is told of an incident.</summary>
    public const string IncidentPerson = "incident.person";

    /// <summary>A clinic works again: what was put aside goes on.</summary>
    public const string ClinicReleased = "clinic.released";
    /// <summary>An operator asks a clinic for access.</summary>
    public const string AccessAsked = "access.asked";

    /// <summary>One owner is told of a request for access.</summary>
    public const string AccessNotice = "access.notice";
    public const string ImportReceived = "import.received";

    /// <summary>A list of patients is to be tried, applied or undone.</summary>
    public const string SheetReceived = "sheet.received";

    /// <summary>A round over all patients goes on.</summary>
    public const string RoundWalks = "round.walks";

    /// <summary>A patient is to be erased; that she may be is decided already.</summary>
    public const string PatientErasure = "patient.erasure";

    /// <summary>A document is there: it is checked and sealed.</summary>
    public const string DocumentUploaded = "document.uploaded";

    /// <summary>A patient was erased: the files of her documents are taken away.</summary>
    public const string DocumentsErasure = "documents.erasure";

    /// <summary>An export of a clinic goes on.</summary>
    public const string ExportWalks = "export.walks";

    /// <summary>An owner is sent the link of a finished export.</summary>
    public const string ExportReady = "export.ready";

    /// <summary>A patient was erased: exports that may hold her are ended.</summary>
    public const string ExportsErasure = "exports.erasure";

    public static readonly IReadOnlyList<string> ForNotifications =
        [ClinicSignedUp, ClinicConfirmed, StaffInvited, MailSent, AccessAsked, AccessNotice, ExportReady];
    public static readonly IReadOnlyList<string> ForBreachAlerts =
    [
        IncidentOpened, IncidentNotice, IncidentTold, IncidentPeopleOrdered, IncidentPeople, IncidentPerson, FreezeOrdered,
        FreezeNotice,
    ];
    public static readonly IReadOnlyList<string> ForRetention = [ClockTick, RoundWalks, PatientErasure, ClinicReleased];
    public static readonly IReadOnlyList<string> ForImports = [ImportReceived, SheetReceived];
    public static readonly IReadOnlyList<string> ForDocuments = [DocumentUploaded, DocumentsErasure];
    public static readonly IReadOnlyList<string> ForExports = [ExportWalks, ExportsErasure];
}
