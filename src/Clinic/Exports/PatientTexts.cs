using System.Text.Json;
using Clinic.Consent;
using Clinic.Documents;
using Clinic.Platform.Access;

namespace Clinic.Exports;

/// <summary>One document of the clinic: what it is called beside the bundles, and where its bytes are read.</summary>
/// <param name="Name">As the DocumentReference of the bundle names it.</param>
/// <param name="Sha256">Of the whole file, base64.</param>
/// <param name="Content">The route of its bytes.</param>
public sealed record ExportedDocument(
    EntryId Id, PatientId Patient, string Name, DocumentKind Kind, string Title, string ContentType, long SizeBytes,
    string Sha256, string Content)
{
    internal ExportedFile File => new(Kind, Title, ContentType, SizeBytes, Sha256);
}

/// <summary>What of a document is the same in whichever clinic it is.</summary>
public sealed record ExportedFile(DocumentKind Kind, string Title, string ContentType, long SizeBytes, string Sha256);

/// <summary>Consents of one patient: where each purpose stands, and the artefacts that prove it, oldest first.</summary>
/// <param name="Merged">Those of each record that was merged into hers, which were given for that record.</param>
public sealed record ExportedConsents(
    PatientId Patient, IReadOnlyList<ConsentState> Now, IReadOnlyList<ConsentArtefact> Artefacts)
{
    public IReadOnlyList<ExportedConsents>? Merged { get; init; }
}

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
        [(ExportFile.Patients, Patients), (ExportFile.Consents, consents), (ExportFile.Documents, documents)];

    public void Withhold() => withheld++;

    public void Add(PatientLine line)
    {
        Patients.Add(line.Bundle, hashed: line.Bundle);
        consents.Add(JsonSerializer.SerializeToUtf8Bytes(line.Consents, ExportsJson.Default.ExportedConsents));
        foreach (var document in line.Documents)
        {
            documents.Add(
                JsonSerializer.SerializeToUtf8Bytes(document, ExportsJson.Default.ExportedDocument),
                hashed: JsonSerializer.SerializeToUtf8Bytes(document.File, ExportsJson.Default.ExportedFile));
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
