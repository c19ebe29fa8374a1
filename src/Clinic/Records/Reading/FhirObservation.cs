using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Records.Fhir;

namespace Clinic.Records.Reading;

/// <summary>
/// Observation: vital signs when all that it measures is one of ours, a laboratory result by its category, else an observation of
/// its own kind.
/// </summary>
internal static class FhirObservation
{
    private const string Laboratory = "laboratory";

    /// <summary>Measures by codes of LOINC beside those that we write: of one method, or of a device.</summary>
    private static readonly Dictionary<string, VitalMeasure> MoreCodes = new(StringComparer.Ordinal)
    {
        ["8331-1"] = VitalMeasure.Temperature,
        ["2708-6"] = VitalMeasure.OxygenSaturation,
        ["3141-9"] = VitalMeasure.Weight,
        ["3137-7"] = VitalMeasure.Height,
        ["8287-5"] = VitalMeasure.HeadCircumference,
    };

    private static readonly Dictionary<string, VitalMeasure> Measures = Enum.GetValues<VitalMeasure>()
        .Where(m => m != VitalMeasure.BodyMassIndex).Select(m => (VitalMeasures.Of(m).Loinc, m)).Concat(
            MoreCodes.Select(c => (c.Key, c.Value))).ToDictionary(c => c.Item1, c => c.Item2, StringComparer.Ordinal);

    public static ReadResource Read(JsonElement observation)
    {
        if (observation.Member("code").Concept(CodeSystems.Loinc, CodeSystems.Snomed) is not { } code)
        {
            return NotRecorded.NoCode;
        }

        var (text, isError) = (observation.Text("status"), FhirValues.IsEnteredInError(observation.Text("status")));
        LabStatus? status = isError || text == "registered" ? LabStatus.Preliminary : FhirValues.Enum<LabStatus>(text);
        var at = observation.Instant("effectiveDateTime") ?? observation.Instant("effectiveInstant")
            ?? observation.Member("effectivePeriod").Instant("start") ?? observation.Instant("issued");
        if (status is not { } known)
        {
            return NotRecorded.Status;
        }

        if (at is null)
        {
            return NotRecorded.NoTime;
        }

        if (FhirTooth.Read(observation) is { } tooth)
        {
            return Recordable.Of(at, observation, new FindingMembers { DentalFinding = tooth }) with
            {
                IsRetracted = isError,
                Replaces = observation.First("derivedFrom").Text("reference"),
            };
        }

        var category = observation.Each("category").SelectMany(c => c.Each("coding")).Select(c => c.Text("code"))
            .OfType<string>().ToList();
        var findings = category.Contains(Laboratory) ? [OfLaboratory(observation, code, known)]
            : new[] { OfVitalSigns(observation), OfAnother(observation, code, known, category) };
        return findings.OfType<FindingMembers>().ToArray() is { Length: > 0 } found
            ? Recordable.Of(at, observation, found) with { IsRetracted = isError }
            : NotRecorded.NoValue;
    }

    private static FindingMembers? OfVitalSigns(JsonElement observation)
    {
        var parts = observation.Each("component").ToList();
        var oxygen = parts.FindIndex(p => p.Member("code").Text("text") == VitalSignsFhir.OnOxygen);
        bool? onOxygen = oxygen < 0 ? null : parts[oxygen].Member("valueBoolean").ValueKind == JsonValueKind.True;
        var measured = parts.Where((_, i) => i != oxygen).ToList();
        var signs = new VitalSigns(OnOxygen: onOxygen, Note: observation.Notes());
        foreach (var part in measured.Count == 0 ? [observation] : measured)
        {
            var measure = part.Member("code").Each("coding").Where(c => c.Text("system") == CodeSystems.Loinc)
                .Select(c => c.Text("code")).FirstOrDefault(c => c is not null && Measures.ContainsKey(c));
            var quantity = part.Member("valueQuantity").Quantity(VitalMeasures.ScaleMax);
            if (measure is null || quantity is not { Comparator: null } value)
            {
                return null;
            }

            signs = With(signs, Measures[measure], new Measured(value.Value, value.Unit));
        }

        return new FindingMembers { VitalSigns = signs };
    }

    private static VitalSigns With(VitalSigns signs, VitalMeasure measure, Measured value) => measure switch
    {
        VitalMeasure.Temperature => signs with { Temperature = value },
        VitalMeasure.Pulse => signs with { Pulse = value },
        VitalMeasure.RespiratoryRate => signs with { RespiratoryRate = value },
        VitalMeasure.SystolicPressure => signs with { SystolicPressure = value },
        VitalMeasure.DiastolicPressure => signs with { DiastolicPressure = value },
        VitalMeasure.OxygenSaturation => signs with { OxygenSaturation = value },
        VitalMeasure.Weight => signs with { Weight = value },
        VitalMeasure.Height => signs with { Height = value },
        VitalMeasure.HeadCircumference => signs with { HeadCircumference = value },
        VitalMeasure.BloodGlucose => signs with { BloodGlucose = value },
        VitalMeasure.Pain => signs with { Pain = value },
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    private static FindingMembers? OfLaboratory(JsonElement observation, Concept code, LabStatus status)
    {
        var (quantity, words, concept) = Values(observation);
        if (quantity is null && words is null && concept is null)
        {
            return null;
        }

        var result = new LabResult(
            code, status, quantity, words, concept, Range(observation.First("referenceRange"), quantity),
            observation.First("interpretation").Code() is "L" or "N" or "H" or "LL" or "HH" or "A"
                ? observation.First("interpretation").Code() : null,
            FhirValues.Words(observation.Member("specimen").Text("display")),
            FhirValues.Words(observation.First("performer").Text("display")), observation.Notes());
        return new FindingMembers { LabResult = result };
    }

    private static FindingMembers? OfAnother(JsonElement observation, Concept code, LabStatus status, List<string> category)
    {
        var (quantity, words, concept) = Values(observation);
        var known = category.Select(FhirValues.Enum<ObservationCategory>).FirstOrDefault(c => c is not null);
        return quantity is null && words is null && concept is null
            ? null
            : new FindingMembers
            {
                Observation = new ObservationFinding(
                    known ?? ObservationCategory.Exam, code, status, quantity, words, concept, observation.Notes()),
            };
    }

    /// <summary>
    /// At most one of the three. Yes, no and whole numbers are words here; what else FHIR knows stays in the source.
    /// </summary>
    private static (LabQuantity? Quantity, string? Words, Concept? Concept) Values(JsonElement observation)
    {
        if (observation.Member("valueQuantity").Quantity() is { } quantity)
        {
            return (quantity, null, null);
        }

        if (observation.Member("valueCodeableConcept").Concept(CodeSystems.Snomed, CodeSystems.Loinc) is { } concept)
        {
            return (null, null, concept);
        }

        var words = FhirValues.Words(observation.Text("valueString"))
            ?? observation.Member("valueBoolean").ValueKind switch
            {
                JsonValueKind.True => "Yes",
                JsonValueKind.False => "No",
                _ => observation.Member("valueInteger") is { ValueKind: JsonValueKind.Number } number
                    ? number.GetRawText() : null,
            };
        return (null, words, null);
    }

    /// <summary>Ends in the unit of the value only: others cannot be compared with it.</summary>
    private static ReferenceRange? Range(JsonElement range, LabQuantity? value)
    {
        var (low, high) = (range.Member("low").Quantity(), range.Member("high").Quantity());
        var found = new ReferenceRange(
            low?.Unit == value?.Unit ? low?.Value : null, high?.Unit == value?.Unit ? high?.Value : null,
            FhirValues.Words(range.Text("text")));
        return found is { Low: null, High: null, Text: null } ? null : found;
    }
}
