using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Microsoft.AspNetCore.Mvc;

namespace Clinic.Platform.Http;

/// <summary>
/// What belongs to no module: problems, and types of route and query parameters, which the OpenAPI document describes.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonArray))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(DateTimeOffset?))]
[JsonSerializable(typeof(PatientId?))]
[JsonSerializable(typeof(SessionId?))]
internal sealed partial class HttpJson : JsonSerializerContext;
