using System.Text.Json;
using Clinic.Consent;
using Clinic.Platform.Access;

namespace Clinic.Exports;

/// <summary>One document of the clinic: what it is called beside the bundles, and where its bytes are read.</summary>
/// <param name="Name">As the DocumentReference of the bundle names it.</param>
/// <param name="Sha256">Of the whole file, base64.</param>
/// <param name="Content">Absent when it was entered in error: its bytes do not go out any more.</param>
public sealed record ExportedDocument(
    EntryId Id, PatientId Patient, string Name, string ContentType, long SizeBytes, string Sha256, string? Content);

/// <summary>Consents of one patient: where each purpose stands, and the artefacts that prove it, oldest first.</summary>
public sealed record ExportedConsents(
    PatientId Patient, IReadOnlyList<ConsentState> Now, IReadOnlyList<ConsentArtefact> Artefacts);

/// <summary>What one patient is in an export.</summary>
internal sealed record PatientLine(
    byte[] Bundle, IReadOnlyDictionary<string, int> Types, ExportedConsents Consents, IReadOnlyList<ExportedDocument> Documents);

/// <summary>The files of one step over the roster while they are written.</summary>
internal sealed class PatientTexts : IDisposable
{
    private readonly Dictionary<string, int> types = new(StringComparer.Ordinal);
    private readonly ExportText consents = new();
    private readonly ExportText documents = new();
    private long withheld;
    private long documentBytes;

    public ExportText Patients { get; } = new();

    public IEnumerable<(string Kind, ExportText Text)> All =>
        [("patients", Patients), ("consents", consents), ("documents", documents)];

    public void Withhold() => withheld++;

    public void Add(PatientLine line)
    {
        Patients.Add(line.Bundle, isHashed: true);
        consents.Add(JsonSerializer.SerializeToUtf8Bytes(line.Consents, ExportsJson.Default.ExportedConsents));
        foreach (var document in line.Documents)
        {
            documents.Add(JsonSerializer.SerializeToUtf8Bytes(document, ExportsJson.Default.ExportedDocument));
            documentBytes += document.SizeBytes;
        }

        foreach (var (type, count) in line.Types)
        {
            types[type] = types.GetValueOrDefault(type) + count;
        }
    }

    public ClinicExport AddTo(ClinicExport export) => export with
    {
        Patients = export.Patients + Patients.Lines,
        Withheld = export.Withheld + withheld,
        Documents = export.Documents + documents.Lines,
        DocumentBytes = export.DocumentBytes + documentBytes,
        Resources = new SortedDictionary<string, int>(
            export.Resources.Concat(types).GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Sum(t => t.Value)),
            StringComparer.Ordinal),
    };

    public void Dispose()
    {
        foreach (var (_, text) in All)
        {
            text.Dispose();
        }
    }
}
