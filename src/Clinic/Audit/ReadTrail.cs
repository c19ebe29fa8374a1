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
        [AsParameters] TrailQuery request, Caller caller, TenantStore store, TrailReader reader, TimeProvider clock,
        CancellationToken ct)
    {
        if (!request.Decide(clock.GetUtcNow(), SpanDefault).Holds(out var query, out var why)
            || !(await Cursors.Read(store, query.Identity, request.Cursor, ct)).Holds(out var position, out why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.AuditRead, AuditOutcome.Requested) { Patient = query.Patient,
            Note = query.Action?.ToString() };
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

    internal static async Task<TrailEntry> Open(TenantId tenant, Item row, TrailReader reader, CancellationToken ct)
    {
        var detail = await reader.Detail(tenant, row, ct) is { } plain
            ? JsonSerializer.Deserialize(plain, TrailJson.Default.AuditDetail) : null;
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
