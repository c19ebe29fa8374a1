using Clinic.Notifications;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Tenancy;

namespace Clinic.Incidents;

/// <summary>
/// Mails one patient about an incident (INC-4; DPDP Rules 2025 r.7(1)). Whoever she is: restricted, a minor, with consent
/// pending. The law knows no exception, and nothing goes out but to the address on record. Her row goes with the end of the
/// delivery.
/// </summary>
internal static class SendPersonNotice
{
    public static async Task<Done> Handle(
        Delivery message, MailDelivery mails, MailSettings settings, TimeProvider clock, CancellationToken ct)
    {
        var (id, patient) = IncidentSubjects.PersonOf(message.Subject);
        var rows = await message.Store.GetMany([Keys.Incident(id), Keys.IncidentPeople(id)], ct);
        var order = rows.FirstOrDefault(r => r.Key == Keys.IncidentPeople(id))
            ?? throw new MessageRefusedException("names no order of this clinic");
        var incident = await IncidentItem.Open(message.Store, id, rows.First(r => r.Key == Keys.Incident(id)), ct);
        var course = new MailCourse(
            (change, end) => change.Insert(PersonTold.Write(id, patient, end, clock.GetUtcNow()), InboxRefusals.AlreadyDone),
            incident.Drill)
        {
            Patient = patient,
        };
        return await mails.Deliver(message, token => Prepare(message, settings, patient, incident, order, token), ct, course);
    }

    private static async Task<PreparedMail?> Prepare(
        Delivery message, MailSettings settings, PatientId patient, Incident incident, Item order, CancellationToken ct)
    {
        var entry = new AuditEntry(message.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient, Subject = Keys.Hex(incident.Id.Value), Note = "to tell her of an incident",
        };
        var disclosed = await message.Store.Disclose(entry, t => PatientItem.ReadForRounds(message.Store, [patient], t), ct);
        if (!disclosed.Holds(out var found, out _) || found is not [{ Record.Email: { } address }]
            || await ClinicProfileItem.Read(message.Store, ct) is not { } clinic)
        {
            return null;
        }

        var words = await PeopleNoticeItem.Words(message.Store, order, ct);
        return new PreparedMail(PersonMail.Write(incident, words, address, clinic.Name, settings), []);
    }
}
