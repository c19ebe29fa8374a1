using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Audit;

/// <summary>One act as its clinic reads it. What was sealed under a key that is destroyed is absent.</summary>
public sealed record TrailEntry(
    DateTimeOffset At,
    string Action,
    string Outcome,
    string Actor,
    string Role,
    PatientId? Patient,
    string? Subject,
    IReadOnlyList<PatientId> Hits,
    string? Note,
    string? Cause,
    string RequestId,
    SessionId? Session,
    string? Address,
    string? Device,
    string? Term,
    JsonNode? Changes,
    string Chain,
    long Sequence);

public sealed record TrailResponse(IReadOnlyList<TrailEntry> Entries, string? Next);

/// <summary>
/// The clinic's own trail, newest first, by time and optionally by patient, person or action (AUD-6). Reading it is in it.
/// </summary>
public static class ReadTrail
{
    /// <summary>Quiet hours that one part may pass over; the cursor goes on from there.</summary>
    private const int HoursMax = 48;

    /// <summary>How far back without a "from".</summary>
    private static readonly TimeSpan SpanDefault = TimeSpan.FromDays(7);

    internal static async Task<Results<Ok<TrailResponse>, ProblemHttpResult>> Handle(
        [AsParameters] TrailQuery request, Caller caller, TenantStore store, TrailReader reader, TimeProvider clock, CancellationToken ct)
    {
        if (!request.Decide(clock.GetUtcNow(), SpanDefault).Holds(out var query, out var why)
            || !(await Cursors.Read(store, query.Identity, request.Cursor, ct)).Holds(out var position, out why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.AuditRead, AuditOutcome.Requested) { Patient = query.Patient, Note = query.Action?.ToString() };
        var disclosed = await store.Disclose(entry, token => Read(query, position, caller.Tenant, store, reader, token), ct);
        return disclosed.Holds(out var response, out why) ? TypedResults.Ok(response) : Problems.From(why);
    }

    private static async Task<TrailResponse?> Read(
        TrailWindow query, CursorPosition position, TenantId tenant, TenantStore store, TrailReader reader, CancellationToken ct)
    {
        var entries = new List<TrailEntry>();
        var before = position.Sort ?? Keys.AuditSort(query.To);
        var oldest = Keys.AuditSort(query.From);
        for (var hours = 0; hours < HoursMax && string.CompareOrdinal(before, oldest) > 0; hours++)
        {
            var hour = Keys.AuditHour(before);
            var rows = await reader.Hour(tenant, hour, before, query.Size, ct);
            foreach (var row in rows.Where(r => string.CompareOrdinal(r.Key.Sort, oldest) >= 0))
            {
                before = row.Key.Sort;
                if (query.Matches(row))
                {
                    entries.Add(await Open(tenant, row, reader, ct));
                }

                if (entries.Count == query.Size)
                {
                    return new TrailResponse(entries, await Cursors.Write(store, query.Identity, before, ct));
                }
            }

            // A full part of an hour may have more of the same hour; a shorter one has none.
            before = rows.Count == query.Size ? rows[^1].Key.Sort : Keys.AuditSort(hour);
        }

        var more = string.CompareOrdinal(before, oldest) > 0;
        return new TrailResponse(entries, await Cursors.Write(store, query.Identity, more ? before : null, ct));
    }

    private static async Task<TrailEntry> Open(TenantId tenant, Item row, TrailReader reader, CancellationToken ct)
    {
        var detail = await reader.Detail(tenant, row, ct) is { } plain ? JsonSerializer.Deserialize(plain, TrailJson.Default.AuditDetail) : null;
        var changes = await reader.Changes(tenant, row, ct);
        return new TrailEntry(
            row.Instant("at"),
            row.Need("a"),
            row.Need("o"),
            row.Need("by"),
            row.Need("r"),
            row.Text("pat") is { } patient ? Patient(patient) : null,
            row.Text("s"),
            row.Text("hits") is { } hits ? [.. hits.Split(',').Select(Patient)] : [],
            row.Text("w"),
            row.Text("cause"),
            row.Need("q"),
            row.Text("ses") is { } session ? new SessionId(Guid.ParseExact(session, "N")) : null,
            detail?.Address,
            detail?.Device,
            detail?.Term,
            changes is null ? null : JsonNode.Parse(changes),
            row.Need("c"),
            row.Number("n"));
    }

    private static PatientId Patient(string hex) => new(Guid.ParseExact(hex, "N"));
}

/// <summary>What of the trail is asked for.</summary>
internal sealed record TrailWindow(DateTimeOffset From, DateTimeOffset To, PatientId? Patient, string? Actor, AuditAction? Action, int Size, string Identity)
{
    public bool Matches(Item row) =>
        (Patient is not { } patient || row.Text("pat") == Keys.Hex(patient.Value)
            || (row.Text("hits")?.Contains(Keys.Hex(patient.Value), StringComparison.Ordinal) ?? false))
        && (Actor is null || row.Need("by") == Actor)
        && (Action is null || row.Need("a") == Action.ToString());
}

/// <summary>The query string; ids and instants only, no data of a person.</summary>
public sealed record TrailQuery
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public PatientId? Patient { get; init; }

    /// <summary>A member's id, or system:topic.</summary>
    public string? Actor { get; init; }

    /// <summary>A name of the trail's actions, such as PatientRead.</summary>
    public string? Action { get; init; }

    public int? Size { get; init; }

    public string? Cursor { get; init; }

    private const int ActorLengthMax = 80;

    internal Outcome<TrailWindow> Decide(DateTimeOffset now, TimeSpan spanDefault)
    {
        // The present moment belongs to what is asked: entries of this very request's predecessors end before it.
        var to = To ?? now.AddSeconds(1);
        var from = From ?? to - spanDefault;
        var size = Size ?? Page<Item>.SizeDefault;
        AuditAction? action = Enum.TryParse<AuditAction>(Action, ignoreCase: false, out var parsed) && Enum.IsDefined(parsed) ? parsed : null;
        var rules = new FieldRules()
            .Need(from < to, "from", "before 'to'")
            .Need(Action is null || action is not null, "action", "a name of the trail's actions, such as PatientRead")
            .Need(Actor is null or { Length: > 0 and <= ActorLengthMax }, "actor", $"at most {ActorLengthMax} characters")
            .Need(size is >= 1 and <= Page<Item>.SizeMax, "size", $"1 to {Page<Item>.SizeMax}");
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        // A cursor of a query without 'to' must still hold for its next part, a moment later.
        var identity = string.Create(CultureInfo.InvariantCulture, $"trail {From:O} {To:O} {Patient} {Actor} {action}");
        return new TrailWindow(from, to, Patient, Actor, action, size, identity);
    }
}
