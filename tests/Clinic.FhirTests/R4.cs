using System.Text;
using System.Text.Json.Nodes;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

namespace Clinic.FhirTests;

/// <summary>
/// A reader of FHIR R4 that is none of ours: Firely's parser and validator over HL7's own definitions and terminology. Loading
/// them takes seconds, so there is one for all tests.
/// </summary>
internal static class R4
{
    private static readonly Lazy<Validator> Shared = new(Make);

    private static readonly FhirJsonDeserializer Reader = new();

    /// <summary>What is wrong with it; empty when it is valid R4. Warnings are none of it.</summary>
    /// <param name="profile">Beside the type's own definition.</param>
    public static IReadOnlyList<string> Errors(byte[] json, string? profile = null)
    {
        Resource resource;
        try
        {
            resource = Reader.DeserializeResource(Encoding.UTF8.GetString(json));
        }
        catch (DeserializationFailedException failed)
        {
            return [.. failed.Exceptions.Select(e => e.Message)];
        }

        lock (Shared)
        {
            return [.. Shared.Value.Validate(resource, profile).Issue.Where(IsError).Select(Words)];
        }
    }

    private static bool IsError(OperationOutcome.IssueComponent issue) =>
        issue.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal;

    private static string Words(OperationOutcome.IssueComponent issue) =>
        $"{string.Join(' ', issue.Expression)}: {issue.Details?.Text} [{issue.Details?.Coding.FirstOrDefault()?.Code}]";

    /// <summary>References of a bundle that lead to no entry of it, and contained ones to nothing contained.</summary>
    public static IReadOnlyList<string> Dangling(byte[] bundle)
    {
        var entries = JsonNode.Parse(bundle)!["entry"]!.AsArray();
        var known = entries.Select(e => e!["fullUrl"]?.GetValue<string>()).OfType<string>()
            .Concat(entries.Select(e => e!["resource"]!).Select(r => $"{r["resourceType"]}/{r["id"]}"))
            .ToHashSet();
        return
        [
            .. from entry in entries
               let contained = (entry!["resource"]!["contained"]?.AsArray() ?? []).Select(c => "#" + c!["id"]).ToList()
               from reference in References(entry["resource"]!)
               where !known.Contains(reference) && !contained.Contains(reference)
               select $"{entry["resource"]!["resourceType"]}: {reference}",
        ];
    }

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonArray array => array.OfType<JsonNode>().SelectMany(References),
        JsonObject members => members.Where(m => m.Key == "reference" && m.Value is JsonValue)
            .Select(m => m.Value!.GetValue<string>())
            .Concat(members.Select(m => m.Value).OfType<JsonNode>().SelectMany(References)),
        _ => [],
    };

    private static Validator Make()
    {
        var source = new CachedResolver(ZipSource.CreateValidationSource());
        var terminology = LocalTerminologyService.CreateDefaultForCore(source);
        return new Validator(source, terminology, null, new ValidationSettings());
    }
}
