using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Exports;

public sealed record ManifestEntry(string Name, string ContentType, long SizeBytes, int Lines, string Sha256);

/// <summary>
/// What an export holds. Two exports hold the same records exactly if their <paramref name="PatientLines"/> are the same.
/// </summary>
/// <param name="Withheld">Patients who are not in it, because nobody may read them.</param>
/// <param name="Resources">Resources of each type, over all patients.</param>
/// <param name="Documents">How many, and <paramref name="DocumentBytes"/> how large together: each has a line.</param>
/// <param name="PatientLines">SHA-256 of each patient's line, hexadecimal, sorted.</param>
public sealed record ExportManifest(
    string Format, ExportId Export, string Clinic, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Patients,
    long Withheld, IReadOnlyDictionary<string, int> Resources, long Documents, long DocumentBytes,
    IReadOnlyList<ManifestEntry> Files, IReadOnlyList<string> PatientLines);

internal static class ManifestFile
{
    private const string Format = "clinic-export-1";

    public static async Task<byte[]> Write(TenantStore store, ClinicExport export, DateTimeOffset now, CancellationToken ct)
    {
        var (files, lines, from) = (new List<ManifestEntry>(), new List<string>(), (string?)null);
        do
        {
            var page = await store.Query(
                Keys.Export(export.Id).Area, Keys.ExportFilePrefix, Page<Item>.SizeMax, from, newestFirst: false, ct);
            foreach (var row in page.Items)
            {
                var file = await ExportFileItem.Open(store, row, ct);
                files.Add(new ManifestEntry(file.Name, file.ContentType, file.SizeBytes, file.Lines, file.Body.Sha256));
                lines.AddRange(file.Body.Hashes);
            }

            from = page.NextSort;
        }
        while (from is not null);
        lines.Sort(StringComparer.Ordinal);
        var manifest = new ExportManifest(
            Format, export.Id, store.Caller.Tenant.Value, export.StartedAt, now, export.Patients, export.Withheld,
            export.Resources, export.Documents, export.DocumentBytes, files, lines);
        return JsonSerializer.SerializeToUtf8Bytes(manifest, ExportsJson.Default.ExportManifest);
    }
}
