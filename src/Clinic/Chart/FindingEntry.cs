using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Chart;

/// <summary>The sealed body of a finding.</summary>
/// <param name="At">When it happened, as it was told: an id knows it to the millisecond and not before 1970.</param>
/// <param name="Retraction">Why it was entered in error.</param>
internal sealed record FindingBody(DateTimeOffset At, FindingMembers Finding, EntryDerived? Derived, string? Retraction = null)
{
    public static FindingBody Of(NamedFinding named, FindingScene scene) =>
        new(scene.At, named.Members, named.Finding.Derive(scene));
}

/// <summary>A finding with what its row says about it.</summary>
internal sealed record FindingEntry(ChartRow Row, FindingBody Body)
{
    /// <summary>An entry that nobody retracted.</summary>
    public const string Current = "current";

    public FindingEntry Retract(string reason, string by, DateTimeOffset now) => new(
        Row with { Status = ChartItem.EnteredInError, Version = Row.Version + 1, VersionAt = now, VersionBy = by },
        Body with { Retraction = reason });

    public Item Write() => ChartItem.Write(Row, Body, ChartJson.Default.FindingBody);

    public Item Earlier() => ChartItem.Earlier(Row, Body, ChartJson.Default.FindingBody);

    public static async Task<FindingEntry> Open(
        TenantStore store, PatientId patient, ChartKind kind, EntryId id, Item item, CancellationToken ct) => new(
        ChartItem.Read(patient, kind, id, item),
        await ChartItem.Open(store, patient, item, ChartJson.Default.FindingBody, ct));

    /// <summary>Before and after of each member that changed.</summary>
    public static JsonObject Difference(FindingEntry before, FindingEntry after) =>
        Differences.Of(Members(before), Members(after));

    /// <summary>The members of its kind, flat, with its status: what an amendment can change.</summary>
    private static JsonObject Members(FindingEntry entry)
    {
        var members = JsonSerializer.SerializeToNode(entry.Body.Finding, ChartJson.Default.FindingMembers)!.AsObject();
        var (name, inner) = members.Single();
        var flat = new JsonObject { ["status"] = entry.Row.Status };
        foreach (var (field, value) in inner!.AsObject())
        {
            flat[$"{name}.{field}"] = value?.DeepClone();
        }

        if (entry.Body.Retraction is { } reason)
        {
            flat["retractionReason"] = reason;
        }

        return flat;
    }
}

internal static class ChartRefusals
{
    public static readonly Refusal NotActive = new(409, "patient-not-active",
        "Nothing is written into this record: her consents are not complete, or it is closed.");
    public static readonly Refusal VisitUnknown = new(422, "visit-unknown", "She has no such visit.")
    {
        Errors = [new FieldError("visit", "a visit of this patient")],
    };
    public static readonly Refusal Retracted = new(409, "entry-retracted",
        "This was entered in error and does not change any more: record it anew.");
}
