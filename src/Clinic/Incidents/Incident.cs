using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Incidents;

/// <summary>
/// Classes of data that an incident may touch, as a clinic has to name them to the people concerned (DPDP Rules r.7).
/// </summary>
[JsonConverter(typeof(CodeConverter<IncidentDataKind>))]
public enum IncidentDataKind
{
    Identity,
    Contact,
    Clinical,
    Financial,
    Credentials,
}

/// <summary>What an incident is about in words; sealed under the contacts key of whoever holds the row.</summary>
/// <param name="DataKinds">Empty while it is not known.</param>
/// <param name="Advice">What the clinic shall do beyond the standing advice; null when nothing.</param>
public sealed record IncidentFacts(string Title, string Description, IReadOnlyList<IncidentDataKind> DataKinds, string? Advice);

/// <summary>
/// An incident as it was opened; it does not change. The same record stands in the platform and, as a copy, in each clinic.
/// </summary>
/// <param name="At">When this copy came to be: opened at the platform, received at a clinic.</param>
internal sealed record Incident(
    IncidentId Id, string Kind, DateTimeOffset AwareAt, DateTimeOffset At, bool Drill, IncidentFacts Facts);

/// <summary>A line of the list.</summary>
public sealed record IncidentLine(
    IncidentId Id, string Kind, string KindLabel, string Title, DateTimeOffset AwareAt, DateTimeOffset At, bool Drill);

internal static class IncidentItem
{
    private const string Body = "b";
    private const string Title = "t";
    private const string Clinics = "clinics";
    private const string Owners = "owners";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    /// <summary>The platform's own row, with whom it concerns.</summary>
    public static Item Opened(Incident incident, IReadOnlyList<TenantId> clinics) =>
        Head(Keys.Incident(incident.Id), incident)
            .Set(Clinics, string.Join(',', clinics))
            .Seal(Body, incident.Facts, IncidentsJson.Default.IncidentFacts, Key);

    /// <summary>A clinic's copy: nothing in it tells which other clinics are concerned.</summary>
    /// <param name="owners">How many owners are to be told.</param>
    public static Item Copy(Incident incident, int owners) =>
        Head(Keys.Incident(incident.Id), incident)
            .Set(Owners, owners)
            .Seal(Body, incident.Facts, IncidentsJson.Default.IncidentFacts, Key);

    public static Item Line(Incident incident) =>
        Head(Keys.IncidentEntry(incident.Id), incident)
            .Seal(Title, System.Text.Encoding.UTF8.GetBytes(incident.Facts.Title), Key);

    public static IReadOnlyList<TenantId> ClinicsOf(Item head) => [.. head.Need(Clinics).Split(',').Select(TenantId.Parse)];

    public static int OwnersOf(Item head) => (int)head.Number(Owners);

    public static bool IsDrill(Item head) => head.Need("drill") == Yes;

    public static DateTimeOffset AwareAt(Item head) => head.Instant("aware");

    public static async Task<Incident> Open(TenantStore store, IncidentId id, Item head, CancellationToken ct)
    {
        var facts = await store.Open(head, Body, Key, IncidentsJson.Default.IncidentFacts, ct)
            ?? throw new InvalidOperationException("An incident has no body.");
        return new Incident(id, head.Need("kind"), AwareAt(head), head.Instant("at"), IsDrill(head), facts);
    }

    public static async Task<IncidentLine> OpenLine(TenantStore store, Item line, CancellationToken ct)
    {
        var title = await store.Open(line, Title, Key, ct) ?? throw new InvalidOperationException("An incident has no title.");
        var kind = line.Need("kind");
        return new IncidentLine(
            new IncidentId(Guid.ParseExact(line.Key.Sort, "N")), kind, IncidentKinds.Label(kind),
            System.Text.Encoding.UTF8.GetString(title),
            line.Instant("aware"), line.Instant("at"), line.Need("drill") == Yes);
    }

    private const string Yes = "yes";

    private static Item Head(Key place, Incident incident) => new Item(place)
        .Set("kind", incident.Kind)
        .Set("aware", incident.AwareAt)
        .Set("at", incident.At)
        .Set("drill", incident.Drill ? Yes : "no");
}

/// <summary>Subjects of the messages that carry an incident from the platform to the owners and back: ids only.</summary>
internal static class IncidentSubjects
{
    public static string Clinic(IncidentId incident, TenantId clinic) => $"{Keys.Hex(incident.Value)}#{clinic.Value}";

    public static (IncidentId Incident, TenantId Clinic) ClinicOf(string subject)
    {
        var (incident, clinic) = Split(subject);
        return (incident, TenantId.Parse(clinic));
    }

    public static string Owner(IncidentId incident, MemberId owner) => $"{Keys.Hex(incident.Value)}#{Keys.Hex(owner.Value)}";

    public static (IncidentId Incident, MemberId Owner) OwnerOf(string subject)
    {
        var (incident, owner) = Split(subject);
        return (incident, new MemberId(Guid.ParseExact(owner, "N")));
    }

    public static string Person(IncidentId incident, PatientId person) => $"{Keys.Hex(incident.Value)}#{Keys.Hex(person.Value)}";

    public static (IncidentId Incident, PatientId Person) PersonOf(string subject)
    {
        var (incident, person) = Split(subject);
        return (incident, new PatientId(Guid.ParseExact(person, "N")));
    }

    private static (IncidentId Incident, string Other) Split(string subject)
    {
        var parts = subject.Split('#');
        return (new IncidentId(Guid.ParseExact(parts[0], "N")), parts[1]);
    }
}
