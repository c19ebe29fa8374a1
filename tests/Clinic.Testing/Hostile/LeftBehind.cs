using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;

namespace Clinic.Testing.Hostile;

/// <summary>
/// Everything that is stored, by place: what a refused request leaves is its entry in the trail and nothing else, so a row that
/// is new or other than before came of one.
/// </summary>
public sealed class LeftBehind
{
    private readonly Dictionary<string, string> things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> entries = new(StringComparer.Ordinal);

    /// <summary>Taken when no message is on its way any more: what workers still do belongs to requests before.</summary>
    public static async Task<LeftBehind> Take(ClinicApp app)
    {
        var left = await UnderWay(app);
        while (left.Count > 0)
        {
            // A hundred imports need their time on a busy machine: only what stands still is given up.
            var before = left.ToHashSet();
            await Until.Holds(
                async () => !before.SetEquals(left = await UnderWay(app)),
                $"end of {string.Join(", ", left.Select(Kind).CountBy(k => k).Select(k => $"{k.Key} ({k.Value})"))}");
        }

        var taken = new LeftBehind();
        foreach (var table in CloudParts.Tables)
        {
            var into = table == CloudParts.Audit || table == CloudParts.AuditIndex ? taken.entries : taken.things;
            foreach (var row in await app.Raw.All(table))
            {
                into[$"{table.Name} {row["pk"].S}|{row["sk"].S}"] = Texts(row);
            }
        }

        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        foreach (var bucket in CloudParts.Buckets.Select(CloudNames.Local.Bucket))
        {
            var objects = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket });
            foreach (var found in objects.S3Objects ?? [])
            {
                taken.things[$"{bucket} {found.Key}"] = found.ETag;
            }
        }

        return taken;
    }

    /// <summary>Findings: what is new, other or gone, by kind; and new entries of the trail that hold the marker.</summary>
    public IEnumerable<string> Since(LeftBehind before, string marker)
    {
        var fresh = things.Where(t => before.things.GetValueOrDefault(t.Key) != t.Value)
            .Select(t => "left or changed: " + Kind(t.Key));
        var gone = before.things.Keys.Where(t => !things.ContainsKey(t)).Select(t => "gone: " + Kind(t));
        var told = entries.Where(e => !before.entries.ContainsKey(e.Key)
            && e.Value.Contains(marker, StringComparison.OrdinalIgnoreCase)).Select(e => "the trail repeats what was sent");
        return fresh.Concat(gone).Concat(told).GroupBy(f => f).Select(g => $"{g.Key} ({g.Count()})");
    }

    /// <summary>Places of messages that are not done, and of mails of which the provider's event has not come.</summary>
    private static async Task<IReadOnlyList<string>> UnderWay(ClinicApp app) =>
        await Look(app) is { Count: > 0 } left ? left : await Look(app);

    /// <summary>
    /// A scan is no picture of one moment: it may pass a clinic before a message comes there, and the platform after the one is
    /// done that brought it. So nothing seen once is looked for again.
    /// </summary>
    private static async Task<IReadOnlyList<string>> Look(ClinicApp app) =>
        [.. (await app.Raw.All(CloudParts.Records)).Where(IsUnderWay).Select(r => $"records {r["pk"].S}|{r["sk"].S}")];

    private static bool IsUnderWay(Dictionary<string, AttributeValue> row) => row["sk"].S switch
    {
        Outbox.Sort => !row.ContainsKey(Outbox.Done),
        "DLV" => row["state"].S == "sent" && !row.ContainsKey("accepted"),
        _ => false,
    };

    /// <summary>A place without its ids: "records PAT|HEAD".</summary>
    private static string Kind(string place)
    {
        var table = place.Split(' ')[0];
        var parts = place[(table.Length + 1)..].Split('|');
        var area = parts[0].Split('#') is ["T", _, var first, ..] ? first : parts[0].Split('#')[0];
        return parts.Length == 1 ? $"an object of {table}" : $"{table} {area}|{parts[1].Split('#')[0]}";
    }

    private static string Texts(Dictionary<string, AttributeValue> row)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in row.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            var bytes = value.B is { } sealedBytes ? Convert.ToHexString(SHA256.HashData(sealedBytes.ToArray())) : "";
            text.Append(name).Append('=').Append(value.S ?? value.N ?? bytes).Append('\n');
        }

        return text.ToString();
    }
}
