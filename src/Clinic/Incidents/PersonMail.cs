using Clinic.Notifications;

namespace Clinic.Incidents;

/// <summary>
/// The mail to a person concerned, with what the law lists (DPDP Rules 2025 r.7(1)): nature, extent and time of the breach,
/// what is likely to follow for her, what was done, what she can do, whom to ask. Nothing of her record, her name neither: a
/// mailbox is often a family's (MSG-2).
/// </summary>
internal static class PersonMail
{
    public static Mail Write(
        Incident incident, NoticeWords words, string address, string clinic, MailSettings settings) => new(
        address,
        $"{clinic}: about the safety of your data",
        $"""
        Namaste,

        {clinic} keeps data about you. Something happened that concerns it, and you have a right to know.

        What happened: {incident.Facts.Title}.
        When it was noticed: {IncidentMail.Noticed(incident)} IST.
        Which data: {DataKinds(incident.Facts.DataKinds)}.

        What may follow for you: {words.Consequences}

        What was done about it: {words.Measures}

        What you can do yourself: {words.Advice}

        Whom to ask: {words.Contact}
        You may also write to {settings.From}. Reference {incident.Id}.

        We ask you for nothing in this mail: no password, no payment, no number.
        """);

    private static string DataKinds(IReadOnlyList<IncidentDataKind> kinds) => kinds.Count == 0
        ? "not known yet"
        : string.Join(", ", kinds.Select(k => k switch
        {
            IncidentDataKind.Identity => "who you are (name, date of birth, numbers of documents)",
            IncidentDataKind.Contact => "how to reach you (address, phone, mail)",
            IncidentDataKind.Clinical => "health records",
            IncidentDataKind.Financial => "bills and payments",
            IncidentDataKind.Credentials => "passwords or sessions",
            _ => throw new ArgumentOutOfRangeException(nameof(kinds)),
        }));
}
