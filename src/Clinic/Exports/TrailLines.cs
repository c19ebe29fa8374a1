using System.Text.Json;
using Clinic.Audit;
using Clinic.Platform.Access;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Tenancy;

namespace Clinic.Exports;

/// <summary>
/// The clinic's trail up to the start of the export, newest first, as its owner reads it, each entry with its link in the chain.
/// </summary>
internal sealed class TrailLines(TrailReader reader)
{
    /// <summary>Hours that are asked for at once: most are quiet.</summary>
    private const int HoursTogether = 12;

    /// <summary>Quiet hours that one step may pass over.</summary>
    private const int HoursMax = 1200;

    private const int PageSize = 500;
    private const int InstantDigits = 12;

    /// <returns>Where the next step goes on; null when this was the rest.</returns>
    public async Task<string?> Add(Delivery message, ExportText text, ClinicExport export, CancellationToken ct)
    {
        var before = export.From ?? Keys.AuditSort(export.StartedAt);
        var oldest = Keys.AuditSort(await SignedUpAt(message.Store, ct));
        for (var hours = 0; hours < HoursMax && text.Length < ExportSteps.FileBytesMax; hours += HoursTogether)
        {
            var pages = await Task.WhenAll(Hours(before).Select(async h =>
                (h.Hour, Rows: await reader.Hour(message.Caller.Tenant, h.Hour, h.Before, PageSize, ct))));
            foreach (var (hour, rows) in pages)
            {
                foreach (var row in rows)
                {
                    text.Add(await Line(message.Caller.Tenant, row, ct));
                }

                // A full page may have more of the same hour; a shorter one has none.
                before = rows.Count == PageSize ? rows[^1].Key.Sort : Keys.AuditSort(hour);
                if (rows.Count == PageSize)
                {
                    break;
                }
            }

            if (string.CompareOrdinal(before, oldest) <= 0)
            {
                return null;
            }
        }

        return before;
    }

    private static IEnumerable<(DateTimeOffset Hour, string Before)> Hours(string before)
    {
        for (var i = 0; i < HoursTogether; i++)
        {
            var hour = Keys.AuditHour(before);
            yield return (hour, before);
            before = Keys.AuditSort(hour);
        }
    }

    private async Task<byte[]> Line(TenantId tenant, Item row, CancellationToken ct)
    {
        var entry = await ReadTrail.Open(tenant, row, reader, ct);
        var (previous, own) = AuditRow.Hashes(row);
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WritePropertyName("entry");
            JsonSerializer.Serialize(json, entry, AuditJson.Default.TrailEntry);
            json.WriteString("previousHash", previous);
            json.WriteString("hash", own);
            json.WriteEndObject();
        }

        return line.ToArray();
    }

    /// <summary>A clinic's first location is written with its sign-up and stays; its id begins with the instant.</summary>
    private static async Task<DateTimeOffset> SignedUpAt(TenantStore store, CancellationToken ct)
    {
        var first = (await LocationItem.Rows(store, ct))[0].Key.Sort;
        return DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(first[..InstantDigits], 16));
    }
}
