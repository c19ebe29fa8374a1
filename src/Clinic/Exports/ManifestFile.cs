using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Exports;

public sealed record ManifestEntry(string Name, string ContentType, long SizeBytes, int Lines, string Sha256);

/// <summary>
/// What an export holds. Two exports hold the same records exactly if their <paramref name="PatientLines"/> and
/// <paramref name="DocumentLines"/> are the same.
/// </summary>
/// <param name="Withheld">Patients who are not in it, because nobody may read them.</param>
/// <param name="Resources">Resources of each type, over all patients.</param>
/// <param name="Documents">How many, and <paramref name="DocumentBytes"/> how large together: each has a line.</param>
/// <param name="PatientLines">SHA-256 of each patient's line, hexadecimal, sorted.</param>
/// <param name="DocumentLines">
/// SHA-256 of what each document is (kind, title, type, size and hash of its bytes), hexadecimal, sorted.
/// </param>
public sealed record ExportManifest(
    string Format, ExportId Export, string Clinic, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Patients,
    long Withheld, IReadOnlyDictionary<string, int> Resources, long Documents, long DocumentBytes,
    IReadOnlyList<ManifestEntry> Files, IReadOnlyList<string> PatientLines, IReadOnlyList<string> DocumentLines);

internal static class ManifestFile
{
    private const string Format = "clinic-export-1";

    public static async Task<byte[]> Write(TenantStore store, ClinicExport export, DateTimeOffset now, CancellationToken ct)
    {
        var (files, from) = (new List<ManifestEntry>(), (string?)null);
        var (patients, documents) = (new List<string>(), new List<string>());
        do
        {
            var page = await store.Query(
                Keys.Export(export.Id).Area, Keys.ExportFilePrefix, Page<Item>.SizeMax, from, newestFirst: false, ct);
            foreach (var row in page.Items)
            {
                var file = await ExportFileItem.Open(store, row, ct);
                files.Add(new ManifestEntry(file.Name, file.ContentType, file.SizeBytes, file.Lines, file.Body.Sha256));
                (file.IsOf(ExportFile.Documents) ? documents : patients).AddRange(file.Body.Hashes);
            }

            from = page.NextSort;
        }
        while (from is not null);
        patients.Sort(StringComparer.Ordinal);
        documents.Sort(StringComparer.Ordinal);
        var manifest = new ExportManifest(
            Format, export.Id, store.Caller.Tenant.Value, export.StartedAt, now, export.Patients, export.Withheld,
            export.Resources, export.Documents, export.DocumentBytes, files, patients, documents);
        return JsonSerializer.SerializeToUtf8Bytes(manifest, ExportsJson.Default.ExportManifest);
    }
}
