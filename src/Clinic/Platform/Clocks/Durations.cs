namespace Clinic.Platform.Clocks;

/// <summary>A duration that law, a promise or the product sets: dated data with its source, never a number in code.</summary>
/// <param name="Name">Stable, kebab-case.</param>
/// <param name="Length">From the anchor to the deadline; zero means without delay.</param>
/// <param name="Anchor">The instant it runs from.</param>
/// <param name="AtDeadline">What happens then.</param>
/// <param name="Source">Promise id and law, as docs/law tells.</param>
/// <param name="EffectiveFrom">Not applied to anchors before this day; null when always.</param>
public sealed record Duration(
    string Name, TimeSpan Length, string Anchor, string AtDeadline, string Source, DateOnly? EffectiveFrom = null)
{
    /// <summary>Indian law counts days in Indian time.</summary>
    private static readonly TimeSpan India = TimeSpan.FromMinutes(330);

    /// <summary>Whether it applies to what happened at this instant.</summary>
    public bool AppliesTo(DateTimeOffset anchor) =>
        EffectiveFrom is not { } from || DateOnly.FromDateTime(anchor.ToOffset(India).DateTime) >= from;
}

/// <summary>The table of all durations.</summary>
public static class Durations
{
    public static readonly Duration SignUpUnconfirmed = new(
        "sign-up-unconfirmed", TimeSpan.FromHours(24), "the sign-up", "rows and keys of the sign-up are purged",
        "product policy; data that no purpose needs is not kept (DPDP Act s.8(7))");

    public static readonly Duration SessionEnd = new(
        "session-end", TimeSpan.FromHours(12), "the sign-in", "the session's rows are purged", "IDN-8; product policy");

    public static readonly Duration InvitationOpen = new(
        "invitation-open", TimeSpan.FromHours(48), "the invitation", "it is not accepted any more, and its rows are purged",
        "IDN-5; product policy");

    public static readonly Duration ImportUnfinished = new(
        "import-unfinished", TimeSpan.FromHours(24), "the upload or its last step",
        "parts and upload are purged, the report stays",
        "RET-7; product policy");

    public static readonly Duration SheetUnfinished = new(
        "sheet-unfinished", TimeSpan.FromHours(24), "the upload of a list, its dry run or its last step",
        "rows and upload are purged, the report stays; an older dry run is not applied",
        "RET-7; product policy, data that no purpose needs is not kept (DPDP Act s.8(7))");

    public static readonly Duration DocumentUnfinished = new(
        "document-unfinished", TimeSpan.FromHours(24), "the offer of a document, or its confirmation",
        "what was not confirmed is purged; what was and is not checked is refused",
        "CLN-8; product policy, data that no purpose needs is not kept (DPDP Act s.8(7))");

    /// <summary>Longer than a ticket is good, and than an upload that began with it takes.</summary>
    public static readonly Duration DocumentTicketsOver = new(
        "document-tickets-over", TimeSpan.FromMinutes(30), "the end of a document's upload", "what came in late is deleted",
        "CLN-8; product policy, above the 15 minutes of a ticket");

    public static readonly Duration ExportUnfinished = new(
        "export-unfinished", TimeSpan.FromHours(24), "the start of an export or its last step",
        "its key is destroyed and its files are deleted",
        "DSR-8; product policy, a copy of all records that nobody will fetch is not kept (DPDP Act s.8(7))");

    /// <summary>Long enough to come back after a weekend; a copy of everything is not kept longer than fetching takes.</summary>
    public static readonly Duration ExportKept = new(
        "export-kept", TimeSpan.FromDays(7), "the end of an export",
        "its key is destroyed and its files are deleted",
        "DSR-8; product policy, data that no purpose needs is not kept (DPDP Act s.8(7))");

    /// <summary>How long the link of a finished export works.</summary>
    public static readonly Duration ExportLink = new(
        "export-link", TimeSpan.FromHours(24), "the mail with the link", "the link does not work any more",
        "DSR-8; product policy");

    /// <summary>How long a session that used the link may fetch files.</summary>
    public static readonly Duration ExportOpen = new(
        "export-open", TimeSpan.FromMinutes(60), "the use of the link", "files are refused until another link is used",
        "DSR-8; product policy");

    public static readonly Duration AadhaarVaultClosed = new(
        "aadhaar-vault-closed", TimeSpan.Zero, "the closing of the vault",
        "the vault's key is destroyed, then its rows are deleted",
        "ENC-6; Aadhaar Act s.8A(4), UIDAI circular K-11020/205/2017");

    public static readonly Duration MailDoubt = new(
        "mail-doubt", TimeSpan.FromMinutes(2), "the hand-over to the mail provider",
        "a mail without the provider's event is sent again",
        "MSG-7; product policy");

    /// <summary>A patient's key of a class; the next change of what it seals draws another (ENC-5).</summary>
    public static readonly Duration PatientKeyAge = new(
        "patient-key-age", TimeSpan.FromDays(365), "the drawing of the key", "the next write draws the next version",
        "ENC-5; product policy, within NIST SP 800-57 part 1 r.5, 5.3.6 (data encryption: at most 2 years of originator usage)");

    public static readonly Duration TenantKeyAge = new(
        "key-rotation", TimeSpan.FromDays(365), "confirmation, or the last rotation",
        "new tenant keys are drawn and the patients' keys wrapped anew",
        "ENC-5; product policy, as patient-key-age");

    /// <summary>
    /// Not longer than the backups of Records reach back: what an older backup holds, no key of today can look up.
    /// </summary>
    public static readonly Duration IndexEpochAge = new(
        "index-epoch", TimeSpan.FromDays(30), "confirmation, or the last epoch's end", "the search items move to a new epoch",
        "RET-7; product policy, point-in-time recovery reaches back at most 35 days");

    /// <summary>
    /// Between a change of the clinic's state or keys and a round that relies on everybody knowing it: longer than a request, and
    /// than a key stays in a process.
    /// </summary>
    public static readonly Duration RoundGrace = new(
        "round-grace", TimeSpan.FromMinutes(10), "the beginning or turn of a round", "the round goes over the patients",
        "product policy: above the 5 minutes of the key cache and the 10 seconds of a request");

    /// <summary>An old wrapping key is kept so long after its keys were wrapped anew, for a second look.</summary>
    public static readonly Duration OldWrapKept = new(
        "old-wrap-kept", TimeSpan.FromDays(7), "the end of the first round", "a second round, then the old key is destroyed",
        "ENC-5; product policy, the point-in-time window of Keys");

    /// <summary>
    /// Clocks that fell due while their clinic was frozen wait this long after its release: imports and messages that were
    /// stopped set theirs anew meanwhile.
    /// </summary>
    public static readonly Duration HeldClocks = new(
        "held-clocks", TimeSpan.FromMinutes(10), "the release of a clinic", "clocks that were held strike",
        "INC-7; product policy");

    /// <summary>How long the link works by which an owner lifts her own freeze.</summary>
    public static readonly Duration ReleaseOffer = new(
        "release-offer", TimeSpan.FromHours(24), "the operator's offer to release", "the link does not work any more",
        "INC-7; product policy");

    public static readonly Duration AccessAsked = new(
        "access-asked", TimeSpan.FromHours(72), "the arrival of a request for access at the clinic",
        "a request that nobody answered is over", "ISO-6; product policy");

    /// <summary>The longest grant; a clinic may make it shorter.</summary>
    public static readonly Duration AccessGranted = new(
        "access-granted", TimeSpan.FromHours(24), "the owner's approval, for the hours that it names", "the grant is over",
        "ISO-6; product policy");

    /// <summary>The administrators of each affected clinic are told within this.</summary>
    public static readonly Duration ClinicTold = new(
        "clinic-told", TimeSpan.FromHours(24), "awareness", "the administrators of each affected clinic are told",
        "INC-1; FlexCare policy");

    /// <summary>The clocks of an incident, from the instant of awareness.</summary>
    public static readonly IReadOnlyList<Duration> Incident =
    [
        new("cert-in-report", TimeSpan.FromHours(6), "noticing or being brought to notice", "first report to CERT-In",
            "INC-3; CERT-In Directions 20(3)/2022 under IT Act s.70B(6)"),
        ClinicTold,
        new("board-intimation", TimeSpan.Zero, "awareness", "first intimation to the Data Protection Board, without delay",
            "INC-2; DPDP Rules 2025 r.7(2)(a)", new DateOnly(2027, 5, 13)),
        new("people-told", TimeSpan.Zero, "awareness", "each affected person is told, without delay",
            "INC-4; DPDP Rules 2025 r.7(1)", new DateOnly(2027, 5, 13)),
        new("board-report", TimeSpan.FromHours(72), "awareness", "detailed report to the Data Protection Board",
            "INC-2; DPDP Rules 2025 r.7(2)(b)", new DateOnly(2027, 5, 13)),
        new("full-report", TimeSpan.FromHours(72), "awareness", "full incident report to the affected clinics",
            "INC-5; FlexCare policy"),
    ];

    public static IEnumerable<Duration> All =>
    [
        SignUpUnconfirmed, SessionEnd, InvitationOpen,
        ImportUnfinished, SheetUnfinished,
        DocumentUnfinished, DocumentTicketsOver,
        ExportUnfinished, ExportKept, ExportLink, ExportOpen,
        AadhaarVaultClosed, MailDoubt, PatientKeyAge, TenantKeyAge,
        IndexEpochAge, RoundGrace, OldWrapKept, HeldClocks, ReleaseOffer, AccessAsked, AccessGranted, .. Incident,
    ];
}
