using System.Text.Json.Serialization;
using Clinic.Platform.Access;

namespace Clinic.Tests;

public sealed record Strict(string Name, int Count, string? Note, StrictPart Part);

public sealed record StrictPart(PatientId Patient);

[JsonSerializable(typeof(PatientId))]
[JsonSerializable(typeof(Strict))]
internal sealed partial class TestJson : JsonSerializerContext;
