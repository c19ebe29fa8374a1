using Clinic.Platform.Access;

namespace Clinic.Platform.Store;

/// <summary>Keys of what comes in from elsewhere and goes out to it: imports, lists and exports.</summary>
internal static partial class Keys
{
    /// <summary>
    /// A resource kept as it came, by source, type and id: the token is a keyed hash, for a foreign id may hold anything.
    /// </summary>
    public static Key Fhir(PatientId patient, string type, string token) =>
        new($"PAT#{Hex(patient.Value)}", $"{FhirPrefix}{type}#{token}");

    public const string FhirPrefix = "FHIR#";

    public static Key FhirVersion(PatientId patient, string type, string token, long version) =>
        new($"PAT#{Hex(patient.Value)}", $"FHV#{type}#{token}#{Number(version)}");

    /// <summary>Which patient of ours a patient of a source is; by keyed hash.</summary>
    public static Key Source(string token) => new(SourcePrefix + token, "SRC");

    public const string SourcePrefix = "SRC#";

    public static Key Import(ImportId import) => new($"IMP#{Hex(import.Value)}", Head);

    public static Key ImportRefusals(ImportId import, long step, int page) =>
        new($"IMP#{Hex(import.Value)}", $"{RefusalsPrefix}{Number(step)}#{Number(page)}");

    public const string RefusalsPrefix = "REF#";

    public static Key ImportedPatient(ImportId import, PatientId patient) =>
        new($"IMP#{Hex(import.Value)}", ImportedPrefix + Hex(patient.Value));

    public const string ImportedPrefix = "PAT#";

    /// <summary>How a clinic's lists of patients are read.</summary>
    public static Key SheetMapping { get; } = new("CLINIC", "SHEETS");

    /// <summary>A list of patients, with its report beside it.</summary>
    public static Key SheetImport(SheetImportId import) => new($"SHT#{Hex(import.Value)}", Head);

    public static Key SheetRefusals(SheetImportId import, long step, int page) =>
        new(SheetImport(import).Area, $"{RefusalsPrefix}{Number(step)}#{Number(page)}");

    public static Key SheetDuplicates(SheetImportId import, long step) =>
        new(SheetImport(import).Area, SheetDuplicatesPrefix + Number(step));

    public const string SheetDuplicatesPrefix = "DUP#";

    public static Key SheetPatient(SheetImportId import, PatientId patient) =>
        new(SheetImport(import).Area, SheetPatientPrefix + Hex(patient.Value));

    public const string SheetPatientPrefix = "PAT#";

    /// <summary>Stands from the undo of a list on: nobody registers more of it.</summary>
    public static Key SheetFence(SheetImportId import, int number) => new(SheetImport(import).Area, $"FEN#{Number(number, 2)}");

    /// <summary>An export of the whole clinic.</summary>
    public static Key Export(ExportId export) => new(ExportArea(export), Head);

    private static string ExportArea(ExportId export) => $"EXP#{Hex(export.Value)}";

    public static Key ExportFile(ExportId export, string name) => new(ExportArea(export), ExportFilePrefix + name);

    public const string ExportFilePrefix = "FIL#";

    /// <summary>Which sessions may fetch its files, and until when.</summary>
    public static Key ExportOpening(ExportId export, SessionId session) =>
        new(ExportArea(export), $"SES#{Hex(session.Value)}");

    /// <summary>The clinic's list of exports, by time: ids sort as they were drawn.</summary>
    public static Key ExportEntry(ExportId export) => new(ExportEntries, Hex(export.Value));

    public const string ExportEntries = "EXPS";

    /// <summary>How many exports a clinic began, and which one runs.</summary>
    public static Key ExportTurn { get; } = new("CLINIC", "EXPORTS");

    public static Key ExportToken(string secretHash) => new($"TOK#{secretHash}", "EXP");
}
