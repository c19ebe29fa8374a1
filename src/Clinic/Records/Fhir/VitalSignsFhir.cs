using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Fhir;

/// <summary>
/// One Observation of what was measured together, each measure in the unit in which it was read off. One measure is the value
/// itself, a blood pressure alone has its own code, everything else is a panel. What is worked out does not go out.
/// </summary>
internal static class VitalSignsFhir
{
    public const string PressureCode = "85354-9";

    /// <summary>
    /// "Vital signs". Not 85353-1: who uses that code binds himself to a panel whose measures are resources of their own.
    /// </summary>
    public const string PanelCode = "8716-3";
    public const string OnOxygen = "Supplemental oxygen";

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var signs = entry.Body.Finding.VitalSigns!;
        var measures = signs.Given().Select(g => (g.Measure, g.Given)).ToList();
        var single = measures.Count == 1;
        var pressure = measures.Count == 2 && measures.TrueForAll(
            m => m.Measure is VitalMeasure.SystolicPressure or VitalMeasure.DiastolicPressure);
        json.Retraction(entry);
        json.Status(entry, entry.Row.Version > 1 ? "amended" : "final");
        json.CodedOnce("category", FhirJson.CategorySystem, "vital-signs");
        json.Coded("code", CodeSystems.Loinc, single ? Loinc(measures[0].Measure) : pressure ? PressureCode : PanelCode);
        json.SubjectAndVisit(entry, links);
        json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        if (single)
        {
            Value(json, entry, measures[0]);
        }

        json.Note(signs.Note);
        if (!single || signs.OnOxygen is not null)
        {
            json.WriteStartArray("component");
            foreach (var measure in single ? [] : measures)
            {
                json.WriteStartObject();
                json.Coded("code", CodeSystems.Loinc, Loinc(measure.Measure));
                Value(json, entry, measure);
                json.WriteEndObject();
            }

            Oxygen(json, signs.OnOxygen);
            json.WriteEndArray();
        }
    }

    private static string Loinc(VitalMeasure measure) => VitalMeasures.Of(measure).Loinc;

    private static void Value(Utf8JsonWriter json, FindingEntry entry, (VitalMeasure Measure, Measured Given) measure)
    {
        json.Quantity("valueQuantity", measure.Given.Value, measure.Given.Unit);
        if (entry.Body.Derived?.Flags?.FirstOrDefault(f => f.Measure == measure.Measure) is { } flag)
        {
            json.CodedOnce("interpretation", FhirJson.InterpretationSystem, flag.Side == FlagSide.Low ? "L" : "H");
        }
    }

    private static void Oxygen(Utf8JsonWriter json, bool? onOxygen)
    {
        if (onOxygen is { } given)
        {
            json.WriteStartObject();
            json.Worded("code", OnOxygen);
            json.WriteBoolean("valueBoolean", given);
            json.WriteEndObject();
        }
    }
}
