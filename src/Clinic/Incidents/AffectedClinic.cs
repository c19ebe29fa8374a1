using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Incidents;

/// <summary>How far telling one clinic has come. All but the first two ask an operator to act.</summary>
[JsonConverter(typeof(CodeConverter<ClinicNotice>))]
public enum ClinicNotice
{
    Pending,

    /// <summary>The mail provider accepted the notice to each owner who is still there.</summary>
    Told,

    /// <summary>There is no such clinic, or it was purged.</summary>
    Unknown,

    /// <summary>A sign-up whose address nobody has proved yet: nothing leaves it but the confirmation.</summary>
    Unconfirmed,

    /// <summary>It has its copy, but no owner to mail.</summary>
    Unreachable,
}

/// <param name="At">When it was told, or found to be out of reach.</param>
/// <param name="InTime">Whether it was told within the 24 hours; null while that is open.</param>
public sealed record AffectedClinic(string Clinic, ClinicNotice State, DateTimeOffset? At, bool? InTime);

/// <summary>The platform's row of one affected clinic; written once, when telling it is settled. No row: pending.</summary>
internal static class AffectedClinicItem
{
    public static Item Write(IncidentId incident, TenantId clinic, ClinicNotice state, DateTimeOffset at) =>
        new Item(Keys.IncidentClinic(incident, clinic)).Set("state", state.ToString()).Set("at", at);

    /// <summary>The row as part of a change in the platform's records, with what its entry says.</summary>
    public static Change Mark(Change change, IncidentId incident, TenantId clinic, ClinicNotice state, DateTimeOffset at) =>
        change.Noting($"{clinic} {state}").Insert(Write(incident, clinic, state, at), IncidentRefusals.AlreadyMarked);

    public static IReadOnlyList<AffectedClinic> Views(
        Incident incident, IReadOnlyList<TenantId> clinics, IReadOnlyList<Item> rows, DateTimeOffset now)
    {
        var due = incident.AwareAt + Durations.ClinicTold.Length;
        var settled = rows.ToDictionary(r => r.Key.Sort[Keys.IncidentClinicPrefix.Length..], StringComparer.Ordinal);
        return [.. clinics.Select(c => settled.TryGetValue(c.Value, out var row) ? Settled(c, row, due) : Open(c, due, now))];
    }

    private static AffectedClinic Settled(TenantId clinic, Item row, DateTimeOffset due)
    {
        var state = Enum.Parse<ClinicNotice>(row.Need("state"));
        var at = row.Instant("at");
        return new AffectedClinic(clinic.Value, state, at, state == ClinicNotice.Told ? at <= due : null);
    }

    private static AffectedClinic Open(TenantId clinic, DateTimeOffset due, DateTimeOffset now) =>
        new(clinic.Value, ClinicNotice.Pending, null, now > due ? false : null);
}

internal static class IncidentRefusals
{
    /// <summary>Settled before: what a redelivered message meets when it comes to a step that was done.</summary>
    public static readonly Refusal AlreadyMarked = new(409, "incident-clinic-marked", "Telling this clinic was settled before.");

    public static readonly Refusal AlreadyReceived = new(409, "incident-received", "This clinic has its copy of the incident.");
}
