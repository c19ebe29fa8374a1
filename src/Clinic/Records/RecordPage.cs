using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Clinic.Records.Fhir;

namespace Clinic.Records;

/// <summary>
/// A record as a page to read and print: every resource of the bundle in a line of its own, by type, latest first. No script,
/// nothing from elsewhere; times as the clinic's clock shows them.
/// </summary>
internal static class RecordPage
{
    public const string ContentType = "text/html; charset=utf-8";

    private const string Style =
        "body{font:15px/1.45 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
        + "table{border-collapse:collapse;width:100%}th,td{border-top:1px solid #bbb;padding:.3em .6em .3em 0;"
        + "text-align:left;vertical-align:top}td.t{white-space:nowrap}p{margin:.1em 0;white-space:pre-wrap}"
        + "h2{break-after:avoid}tr{break-inside:avoid}.s{color:#555}@media print{body{margin:0;max-width:none}}";

    /// <summary>The one style is named by its hash.</summary>
    public static readonly string Policy = "default-src 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style))) + "'; sandbox";

    /// <summary>India has one zone and no summer time, so that no table of zones is needed.</summary>
    private static readonly TimeSpan India = new(5, 30, 0);

    public static byte[] Write(RecordBundle record, DateTimeOffset now)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Health record</title><style>")
            .Append(Style).Append("</style></head><body>");
        Head(html, record, now);
        foreach (var group in record.Resources.Where(r => r.Type != FhirTypes.Patient).GroupBy(r => r.Type)
            .OrderBy(g => ResourceLine.Heading(g.Key), StringComparer.Ordinal))
        {
            html.Append("<h2>").Append(Text(ResourceLine.Heading(group.Key))).Append("</h2><table>");
            foreach (var line in group.Select(Line).OrderByDescending(l => l.At, StringComparer.Ordinal))
            {
                Row(html, line);
            }

            html.Append("</table>");
        }

        html.Append("</body></html>");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static ResourceLine Line(FhirResource resource)
    {
        using var json = JsonDocument.Parse(resource.Json, FhirText.Strict);
        return ResourceLine.Of(json.RootElement);
    }

    private static void Head(StringBuilder html, RecordBundle record, DateTimeOffset now)
    {
        var who = record.Patient.Record;
        html.Append("<h1>").Append(Text(who.Name.Display)).Append("</h1>");
        string?[] facts =
        [
            who.Birth.Date is { } born ? "Born " + Day(born) : $"{who.Birth.AgeYears} years old on {Day(who.Birth.AgeOn!.Value)}",
            who.Gender.ToString().ToLowerInvariant(),
            who.Deceased is { } died ? died.On is { } on ? "Died " + Day(on) : "Died" : null,
            who.BloodGroup is { } blood ? "Blood group " + blood : null,
            who.Phone, who.Email,
            who.AbhaNumber is { } abha ? "ABHA " + abha : null,
            who.AbhaAddress,
        ];
        html.Append("<p>").Append(Text(string.Join(", ", facts.OfType<string>()))).Append("</p>");
        html.Append("<p class=\"s\">As of ").Append(Text(Shown(FhirJson.Instant(now)))).Append(" IST, ")
            .Append(record.Resources.Count.ToString(CultureInfo.InvariantCulture)).Append(" resources</p>");
    }

    private static void Row(StringBuilder html, ResourceLine line)
    {
        html.Append("<tr><td class=\"t\">").Append(Text(Shown(line.At))).Append("</td><td><p><b>").Append(Text(line.Title))
            .Append("</b> <span class=\"s\">").Append(Text(line.Status)).Append("</span></p>");
        foreach (var detail in line.Details)
        {
            html.Append("<p>").Append(Text(detail)).Append("</p>");
        }

        html.Append("</td></tr>");
    }

    /// <summary>An instant in India's time; a day, a month or a year as it is.</summary>
    internal static string Shown(string at) =>
        at.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToOffset(India).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)
            : at;

    private static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
