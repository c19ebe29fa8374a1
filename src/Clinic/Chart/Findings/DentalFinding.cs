using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

[JsonConverter(typeof(CodeConverter<ToothSurface>))]
public enum ToothSurface
{
    Mesial,
    Distal,

    /// <summary>Towards cheek or lip: vestibular.</summary>
    Buccal,

    /// <summary>Towards the tongue; of upper teeth, the palate.</summary>
    Lingual,

    /// <summary>The chewing side of molars and premolars.</summary>
    Occlusal,

    /// <summary>The cutting edge of incisors and canines.</summary>
    Incisal,
}

[JsonConverter(typeof(CodeConverter<DentalState>))]
public enum DentalState
{
    /// <summary>As it was seen.</summary>
    Found,

    /// <summary>To be done.</summary>
    Planned,

    /// <summary>Done here.</summary>
    Done,
}

/// <summary>What is with a tooth. The first five are states of it, the others are also what a treatment makes.</summary>
[JsonConverter(typeof(CodeConverter<DentalCode>))]
public enum DentalCode
{
    Sound,
    Caries,
    Fracture,
    Mobility,
    Impacted,
    Missing,
    Restoration,
    Sealant,
    Crown,
    Bridge,
    RootCanal,
    Implant,
    Extraction,
}

/// <summary>
/// One thing about one tooth, found, planned or done. What it replaces is named, so that before and after of a treatment are one
/// line: what was found, what was planned for it, what was done.
/// </summary>
/// <param name="Tooth">By the two digits of the FDI (ISO 3950): 11 to 48, of milk teeth 51 to 85.</param>
/// <param name="Surface">Of caries, fracture, restoration and sealant.</param>
/// <param name="MobilityGrade">0 to 3 (Miller), of mobility alone.</param>
/// <param name="Replaces">An earlier finding about the same tooth.</param>
public sealed record DentalFinding(
    int Tooth, DentalState State, DentalCode Code, IReadOnlyList<ToothSurface>? Surface = null, int? MobilityGrade = null,
    EntryId? Replaces = null, string? Note = null) : IFinding
{
    private const int GradeMax = 3;
    private const string ReplacesRule = "an earlier finding about the same tooth of hers, not retracted, and not itself";

    ChartKind IFinding.Kind => ChartKind.DentalFinding;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        var surfaces = Surface ?? [];
        var takesSurfaces = Code is DentalCode.Caries or DentalCode.Fracture or DentalCode.Restoration or DentalCode.Sealant;
        var isState = Code is DentalCode.Sound or DentalCode.Caries or DentalCode.Fracture or DentalCode.Mobility
            or DentalCode.Impacted or DentalCode.Missing;
        rules.Need(Teeth.Exists(Tooth), at + ".tooth", "a tooth of ISO 3950: 11 to 18, 21 to 28, 31 to 38, 41 to 48, of milk "
                + "teeth 51 to 55, 61 to 65, 71 to 75, 81 to 85")
            .Need(State == DentalState.Found || !isState, at + ".state", "found, of what is no treatment")
            .Need(Code != DentalCode.Extraction || State != DentalState.Found, at + ".state",
                "planned or done, of an extraction; a tooth found to be gone is missing")
            .Need(Surface is null || (takesSurfaces && surfaces.Count > 0), at + ".surface",
                "only of caries, fracture, restoration and sealant, and then at least one")
            .Need(surfaces.Distinct().Count() == surfaces.Count, at + ".surface", "each at most once")
            .Need(!surfaces.Contains(ToothSurface.Occlusal) || !Teeth.IsFront(Tooth), at + ".surface",
                "occlusal only of molars and premolars")
            .Need(!surfaces.Contains(ToothSurface.Incisal) || Teeth.IsFront(Tooth), at + ".surface",
                "incisal only of incisors and canines")
            .Need((MobilityGrade is not null) == (Code == DentalCode.Mobility), at + ".mobilityGrade",
                "needed of mobility, and only then")
            .Need(MobilityGrade is null or (>= 0 and <= GradeMax), at + ".mobilityGrade", $"0 to {GradeMax}")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }

    /// <summary>As before: what it replaces may have been retracted since, and an amendment need not undo the line.</summary>
    internal bool ReplacesAs(FindingEntry? before) =>
        before?.Body.Finding.DentalFinding is { } earlier && (earlier.Tooth, earlier.Replaces) == (Tooth, Replaces);

    /// <summary>Null when what it replaces is there and about the same tooth.</summary>
    internal Refusal? CheckReplaced(EntryId own, FindingEntry? replaced) => new FieldRules().Need(
        replaced is { Row.IsRetracted: false, Body.Finding.DentalFinding: { } earlier } && earlier.Tooth == Tooth
            && replaced.Row.Id != own,
        "dentalFinding.replaces", ReplacesRule).Refusal;
}

/// <summary>Teeth by the two digits of the FDI: quadrant, and place from the middle.</summary>
internal static class Teeth
{
    private const int QuadrantsOfAdults = 4;
    private const int Quadrants = 8;
    private const int PlacesOfAdults = 8;
    private const int PlacesOfMilk = 5;
    private const int FrontPlaces = 3;

    public static bool Exists(int tooth)
    {
        var (quadrant, place) = Math.DivRem(tooth, 10);
        return quadrant is >= 1 and <= Quadrants && place >= 1
            && place <= (quadrant <= QuadrantsOfAdults ? PlacesOfAdults : PlacesOfMilk);
    }

    public static bool IsFront(int tooth) => tooth % 10 <= FrontPlaces;
}
