using System.Text.Json.Serialization;
using Clinic.Consent;
using Clinic.Platform.Access;
using Clinic.Platform.Http;

namespace Clinic.Patients;

/// <summary>A patient as readers see her: identifiers masked.</summary>
/// <param name="Photo">A document of hers.</param>
/// <param name="Absorbed">Records of hers that were merged into this one and are read with it.</param>
public sealed record PatientView(
    PatientId Id, PatientState State, long Version, DateTimeOffset VersionAt, string VersionBy, PatientRecord Record,
    IReadOnlyList<ConsentState> Consents, IReadOnlyList<PatientId>? Absorbed = null,
    EntryId? Photo = null)
{
    internal static PatientView Of(Patient patient) => new(
        patient.Id, patient.State, patient.Version, patient.VersionAt, patient.VersionBy, Shown(patient.Record),
        patient.Consents, patient.Absorbed.Count == 0 ? null : patient.Absorbed, patient.Photo);

    internal static PatientRecord Shown(PatientRecord record) =>
        record with { Identifiers = [.. record.Identifiers.Select(i => i.Masked())] };
}

public sealed record PatientVersionView(long Version, DateTimeOffset VersionAt, string VersionBy, PatientRecord Record);

public sealed record PatientVersionsResponse(IReadOnlyList<PatientVersionView> Versions, string? Next);

/// <summary>Why a search shows somebody, the surest first.</summary>
[JsonConverter(typeof(CodeConverter<HitMatch>))]
public enum HitMatch
{
    /// <summary>Has the very value that was asked for.</summary>
    Exact,

    /// <summary>Words of the name begin as asked.</summary>
    Prefix,

    /// <summary>Is written otherwise and sounds the same: may be somebody else.</summary>
    SoundsLike,
}

/// <summary>One row of a search: enough to tell people apart at a desk.</summary>
public sealed record PatientHit(
    PatientId Id, PatientState State, string Name, DateOnly? BirthDate, int? AgeYears, Gender Gender, string? Phone,
    LocationId? Location, HitMatch Match, Deceased? Deceased = null)
{
    internal static PatientHit Of(Patient patient, HitMatch match) => new(
        patient.Id, patient.State, patient.Record.Name.Display, patient.Record.Birth.Date, patient.Record.Birth.AgeYears,
        patient.Record.Gender,
        patient.Record.Phone, patient.Record.Location, match, patient.Record.Deceased);
}

/// <summary>A likely duplicate as the desk sees it before a second registration.</summary>
public sealed record DuplicateView(PatientId Id, string Name, DateOnly? BirthDate, string? PhoneEnding);
