using System.Globalization;
using Clinic.Identity;
using Clinic.Notifications;

namespace Clinic.Incidents;

/// <summary>
/// The mail to an owner (INC-1): what happened, when it was noticed, which data, what to do, whom to ask. The description stays
/// behind the sign-in: a mailbox is no place for it.
/// </summary>
internal static class IncidentMail
{
    private static readonly TimeSpan India = TimeSpan.FromMinutes(330);

    /// <summary>In the time of India, without the zone.</summary>
    public static string Noticed(Incident incident) =>
        incident.AwareAt.ToOffset(India).ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    public static Mail Write(Incident incident, MemberProfile owner, string clinic, MailSettings settings)
    {
        return new Mail(
            owner.Email,
            $"Security incident: {incident.Facts.Title}",
            $"""
            Namaste {owner.Name},

            A security incident concerns {clinic}.

            What happened: {incident.Facts.Title} ({IncidentKinds.Label(incident.Kind)}).
            When it was noticed: {Noticed(incident)} IST.
            Which data: {DataKinds(incident.Facts.DataKinds)}.

            What to do:
            - Sign in at {settings.PublicUrl} and read the full account under your incidents.
            - Change your password if it is used anywhere else, and end sessions that you do not know.
            - The law may ask your clinic to tell the Data Protection Board and the people concerned: the account shows when.
            {Advice(incident.Facts.Advice)}
            Whom to ask: reply to this mail, or write to {settings.From}. Reference {incident.Id}.
            """);
    }

    private static string DataKinds(IReadOnlyList<IncidentDataKind> kinds) => kinds.Count == 0
        ? "not known yet"
        : string.Join(", ", kinds.Select(k => k switch
        {
            IncidentDataKind.Identity => "identity of patients",
            IncidentDataKind.Contact => "addresses and phone numbers",
            IncidentDataKind.Clinical => "health records",
            IncidentDataKind.Financial => "bills and payments",
            IncidentDataKind.Credentials => "passwords or sessions",
            _ => throw new ArgumentOutOfRangeException(nameof(kinds)),
        }));

    private static string Advice(string? advice) => advice is null ? "" : $"- {advice}\n";
}
