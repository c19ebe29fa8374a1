using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clinic.Platform.Http;

/// <summary>Enumerations in JSON are codes in kebab-case, as FHIR writes its own; numbers are not taken.</summary>
public sealed class CodeConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
