using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Lockbox;

/// <summary>An act as an operator sees it: no address, no device, no search term, nothing of before and after.</summary>
public sealed record GrantedEntry(
    DateTimeOffset At, string Action, string Outcome, string Actor, string Role, PatientId? Patient, string? Note);

public sealed record GrantedTrailResponse(IReadOnlyList<GrantedEntry> Entries, string? Next);

/// <summary>
/// An operator reads the clinic's trail of the last seven days under a grant, newest first: of the patients that it names, or,
/// when it names none, what concerns no patient.
/// </summary>
public static class ReadGrantedTrail
{
    /// <summary>Quiet hours that one part may pass over; the cursor goes on from there.</summary>
    private const int HoursMax = 48;
    private const int Size = Page<Item>.SizeDefault;
    private static readonly TimeSpan Span = TimeSpan.FromDays(7);

    internal static async Task<Results<Ok<GrantedTrailResponse>, ProblemHttpResult>> Handle(
        AccessId grant, string? cursor, TenantStore store, GrantDoor door, TrailReader reader, TimeProvider clock,
        CancellationToken ct)
    {
        // A cursor belongs to the operator's own tenant and to the grant: no key of the clinic makes it.
        var query = $"granted trail {grant}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why)
            || !(await door.Open(store, grant, [AccessField.Trail], null, ct)).Holds(out var open, out why))
        {
            return Problems.From(why);
        }

        var disclosed = await open.Store.Disclose(
            open.Entry([AccessField.Trail]), token => Read(open, reader, from, clock.GetUtcNow(), token), ct);
        return disclosed.Holds(out var part, out why)
            ? TypedResults.Ok(part with { Next = await Cursors.Write(store, query, part.Next, ct) }) : Problems.From(why);
    }

    private static async Task<GrantedTrailResponse?> Read(
        OpenGrant open, TrailReader reader, CursorPosition from, DateTimeOffset now, CancellationToken ct)
    {
        var before = from.Sort ?? Keys.AuditSort(now.AddSeconds(1));
        var oldest = Keys.AuditSort(now - Span);
        var entries = new List<GrantedEntry>();
        for (var hours = 0; hours < HoursMax && string.CompareOrdinal(before, oldest) > 0; hours++)
        {
            var hour = Keys.AuditHour(before);
            var rows = await reader.Hour(open.Store.Caller.Tenant, hour, before, Size, ct);
            foreach (var row in rows.Where(r => string.CompareOrdinal(r.Key.Sort, oldest) >= 0))
            {
                before = row.Key.Sort;
                if (Shows(open.Scope, row))
                {
                    entries.Add(View(row));
                }

                if (entries.Count == Size)
                {
                    return new GrantedTrailResponse(entries, before);
                }
            }

            before = rows.Count == Size ? rows[^1].Key.Sort : Keys.AuditSort(hour);
        }

        return new GrantedTrailResponse(entries, string.CompareOrdinal(before, oldest) > 0 ? before : null);
    }

    /// <summary>Entries of searches name several patients: they are shown under no grant.</summary>
    internal static bool Shows(AccessScope scope, Item row) => !row.Has("hits") && (row.Text("pat") is { } patient
        ? scope.Patients.Any(p => Keys.Hex(p.Value) == patient)
        : scope.Patients.Count == 0);

    private static GrantedEntry View(Item row) => new(
        row.Instant("at"), row.Need("a"), row.Need("o"), row.Need("by"), row.Need("r"),
        row.Text("pat") is { } patient ? new PatientId(Guid.ParseExact(patient, "N")) : null, row.Text("w"));
}
