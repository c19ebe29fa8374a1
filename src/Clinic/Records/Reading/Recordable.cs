using System.Text.Json;
using Clinic.Chart;
using Clinic.Visits;

namespace Clinic.Records.Reading;

/// <summary>
/// What a foreign resource says, in the words of our record. The resource itself is kept as it came beside it, so what has no
/// place here is not lost.
/// </summary>
/// <param name="At">When it happened; null when the resource says it of no time (then it is of the day on which it came).</param>
internal sealed record Recordable(DateTimeOffset? At)
{
    /// <summary>In the order of preference: the first that holds the rules of its kind is recorded.</summary>
    public IReadOnlyList<FindingMembers> Findings { get; init; } = [];

    public VisitState VisitState { get; init; }

    public VisitRecord? Visit { get; init; }

    public BroughtDocument? Document { get; init; }

    /// <summary>Reference to the visit at which it was found or done.</summary>
    public string? Encounter { get; init; }

    /// <summary>References to the results of a report.</summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>Reference to the finding about a tooth that it replaces.</summary>
    public string? Replaces { get; init; }

    /// <summary>The source says that it was entered in error.</summary>
    public bool IsRetracted { get; init; }

    public static Recordable Of(DateTimeOffset? at, JsonElement resource, params FindingMembers[] findings) => new(at)
    {
        Findings = findings,
        Encounter = resource.Member("encounter").Text("reference"),
    };
}

/// <summary>A resource read, or why nothing of our record comes of it: a code of the report (docs/imports.md).</summary>
internal readonly record struct ReadResource(Recordable? Found, string? Why)
{
    public static implicit operator ReadResource(Recordable found) => new(found, null);

    public static implicit operator ReadResource(string why) => new(null, why);
}

/// <summary>Why a resource of a type that we record is only kept.</summary>
internal static class NotRecorded
{
    public const string NoTime = "no-time";
    public const string NoCode = "no-code";
    public const string NoValue = "no-value";
    public const string Status = "status-unknown";
    public const string Class = "class-unknown";
    public const string Modality = "modality-unknown";
    public const string NoContent = "no-content";
    public const string MediaType = "media-type";
    public const string EnteredInError = "entered-in-error";

    /// <summary>A rule of our record is broken: behind it stands which member.</summary>
    public const string Rule = "rule";
}

/// <summary>The resource types of which something of our record is made.</summary>
internal static class FhirReading
{
    /// <summary>Null of a type that is only kept.</summary>
    /// <param name="attached">The Binary that it names; empty when none came along.</param>
    public static ReadResource? Read(string type, JsonElement resource, ReadOnlyMemory<byte> attached) => type switch
    {
        "Encounter" => FhirEncounter.Read(resource),
        "Condition" => FhirCondition.Read(resource),
        "AllergyIntolerance" => FhirAllergy.Read(resource),
        "MedicationRequest" or "MedicationStatement" => FhirMedication.Read(resource),
        "FamilyMemberHistory" => FhirFamilyHistory.Read(resource),
        "Immunization" => FhirImmunization.Read(resource),
        "Procedure" => FhirProcedure.Read(resource),
        "Observation" => FhirObservation.Read(resource),
        "DiagnosticReport" => FhirReport.Read(resource),
        "CarePlan" => FhirCarePlan.Read(resource),
        "DocumentReference" => FhirDocument.Read(resource, attached),
        _ => (ReadResource?)null,
    };

    /// <summary>Visits before what was found at them, results before their reports.</summary>
    public static int Rank(string type) => type switch
    {
        "Encounter" => 0,
        "DiagnosticReport" => 2,
        _ => 1,
    };
}
