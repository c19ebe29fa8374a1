using System.Globalization;
using System.Text.Json.Nodes;

namespace Clinic.ScenarioTests;

/// <summary>
/// What the record must say after an import of one of the sample bundles, a line for each resource: read off the bundle with the
/// plainest means, and nothing of the product's own reading. The other way round, the same lines are read off the record.
/// </summary>
internal static class SyntheaTable
{
    private static readonly Dictionary<string, string> Signs = new(StringComparer.Ordinal)
    {
        ["8302-2"] = "height", ["29463-7"] = "weight", ["8331-1"] = "temperature", ["8462-4"] = "diastolicPressure",
        ["8480-6"] = "systolicPressure", ["72514-3"] = "pain",
    };

    public static List<string> OfBundle(byte[] bundle)
    {
        var entries = JsonNode.Parse(bundle)!["entry"]!.AsArray().Select(e => e!["resource"]!).ToList();
        var visits = entries.Where(r => Type(r) == "Encounter").ToDictionary(
            r => "urn:uuid:" + r["id"], r => At(r["period"]!["start"]));
        var born = (string)entries.Single(r => Type(r) == "Patient")["birthDate"]!;
        return [.. entries.SelectMany(r => Lines(r, visits)).Where(l => !IsBefore(l, born)).Order(StringComparer.Ordinal)];
    }

    /// <summary>One of the samples has a visit long before its patient was born, with what was found at it.</summary>
    private static bool IsBefore(string line, string day) => string.CompareOrdinal(line.Split(' ')[1][..day.Length], day) < 0;

    private static IEnumerable<string> Lines(JsonNode r, Dictionary<string, string> visits)
    {
        var visit = r["encounter"]?["reference"] is { } reference ? visits[(string)reference!] : "";
        var (status, code) = ((string?)r["status"], r["code"]);
        return Type(r) switch
        {
            "Encounter" =>
            [
                $"visit {At(r["period"]!["start"])} {Class(r)} closed {At(r["period"]!["end"])} "
                    + (r["reasonCode"]?[0]!["coding"]![0]!["display"] ?? r["type"]![0]!["text"]),
            ],
            "Condition" =>
            [
                $"condition {At(r["recordedDate"])} {visit} {Coded(code)} {Code(r["clinicalStatus"])} "
                    + $"{Code(r["verificationStatus"])} {Day(r["onsetDateTime"])} {Day(r["abatementDateTime"])}",
            ],
            "Immunization" => [$"immunization {At(r["occurrenceDateTime"])} {visit} {Coded(r["vaccineCode"])} {status}"],
            "Procedure" => [$"procedure {At(r["performedPeriod"]!["start"])} {visit} {Coded(code)} {status}"],
            "MedicationRequest" => [$"medication {At(r["authoredOn"])} {visit} {Coded(r["medicationCodeableConcept"])} {status}"],
            "DiagnosticReport" =>
            [
                $"labReport {At(r["effectiveDateTime"])} {visit} {Coded(code)} {status} {r["result"]!.AsArray().Count}",
            ],
            "CarePlan" =>
            [
                $"carePlan {At(r["period"]!["start"])} {visit} {Coded(r["category"]![0])} {status} "
                    + string.Join(';', r["activity"]!.AsArray().Select(a => a!["detail"]!).Select(
                        d => $"{Coded(d["code"])} {d["status"]}")),
            ],
            "Observation" => [Observation(r, visit, status)],
            _ => [],
        };
    }

    private static string Observation(JsonNode r, string visit, string? status)
    {
        var head = $"{At(r["effectiveDateTime"])} {visit}";
        var category = (string)r["category"]![0]!["coding"]![0]!["code"]!;
        var parts = r["component"]?.AsArray().ToList() ?? [r];
        var codes = parts.Select(p => (string)p!["code"]!["coding"]![0]!["code"]!).ToList();
        if (category == "laboratory")
        {
            return $"labResult {head} {Coded(r["code"])} {Value(r, 6)} {status}";
        }

        // A score of pain that is no whole number is none: it is kept as an observation.
        var isWhole = codes is not ["72514-3"] || decimal.IsInteger((decimal)r["valueQuantity"]!["value"]!);
        if (codes.All(Signs.ContainsKey) && isWhole)
        {
            return $"vitalSigns {head} " + string.Join(
                ';', parts.Zip(codes).Select(p => $"{Signs[p.Second]} {Value(p.First!, 4)}").Order(StringComparer.Ordinal));
        }

        return $"observation {head} {category} {Coded(r["code"])} {Value(r, 6)} {status}";
    }

    /// <summary>A part of the record as the Api shows it.</summary>
    public static string OfEntry(JsonNode entry, IReadOnlyDictionary<string, string> visits)
    {
        var kind = ((string)entry["kind"]!).Split('-') is [var first, .. var rest]
            ? first + string.Concat(rest.Select(w => char.ToUpperInvariant(w[0]) + w[1..])) : "";
        var head = $"{kind} {At(entry["at"])}";
        if (kind == "visit")
        {
            var visit = entry["content"]!;
            return $"{head} {visit["class"]} {visit["state"]} {At(visit["closedAt"])} {visit["reason"]}";
        }

        head += " " + (entry["visit"] is { } id ? visits[(string)id!] : "");
        var said = entry[kind]!;
        return kind switch
        {
            "condition" => $"{head} {Coded(said["code"])} {said["clinicalStatus"]} {said["verificationStatus"]} "
                + $"{said["onset"]?["date"]} {said["abatement"]?["date"]}",
            "immunization" => $"{head} {Coded(said["vaccineCode"])} {said["status"]}",
            "procedure" => $"{head} {Coded(said["code"])} {said["status"]}",
            "medication" => $"{head} {Coded(said["medication"])} {said["status"]}",
            "labReport" => $"{head} {Coded(said["code"])} {said["status"]} {said["results"]!.AsArray().Count}",
            "carePlan" => $"{head} {Coded(said["category"])} {said["status"]} "
                + string.Join(';', said["activity"]!.AsArray().Select(a => $"{Coded(a!["code"])} {a["status"]}")),
            "labResult" => $"{head} {Coded(said["code"])} {Value(said, 6)} {said["status"]}",
            "observation" => $"{head} {said["category"]} {Coded(said["code"])} {Value(said, 6)} {said["status"]}",
            "vitalSigns" => $"{head} " + string.Join(
                ';', said.AsObject().Select(m => $"{m.Key} {Number(m.Value!["value"]!, 4)} {m.Value["unit"]}")
                    .Order(StringComparer.Ordinal)),
            _ => head,
        };
    }

    private static string Type(JsonNode resource) => (string)resource["resourceType"]!;

    private static string Code(JsonNode? concept) => (string)concept!["coding"]![0]!["code"]!;

    private static string Class(JsonNode encounter) => (string)encounter["class"]!["code"]! switch
    {
        "AMB" => "ambulatory",
        "EMER" => "emergency",
        "IMP" => "inpatient",
        var other => other,
    };

    private static string At(JsonNode? instant) => instant is null ? "" : DateTimeOffset.Parse(
        (string)instant!, CultureInfo.InvariantCulture).UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string Day(JsonNode? instant) => instant is null ? "" : ((string)instant!)[..10];

    private static string Coded(JsonNode? concept) =>
        $"[{concept!["coding"]![0]!["system"]}|{concept["coding"]![0]!["code"]}|{concept["text"]}]";

    private static string Value(JsonNode r, int digits) => r["valueQuantity"] is { } quantity
        ? $"{Number(quantity["value"]!, digits)} {quantity["unit"]}"
        : Coded(r["valueCodeableConcept"]);

    private static string Number(JsonNode number, int digits) =>
        Math.Round((decimal)number, digits).ToString("0.######", CultureInfo.InvariantCulture);
}
