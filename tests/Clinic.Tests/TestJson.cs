using System.Text.Json.Serialization;
using Clinic.Platform.Access;

namespace Clinic.Tests;

public sealed record Strict(string Name, int Count, string? Note, StrictPart Part);

public sealed record StrictPart(PatientId Patient);

[JsonSerializable(typeof(PatientId))]
[JsonSerializable(typeof(Strict))]
internal sealed partial class TestJson : JsonSerializerContext;

public sealed record Listing(IReadOnlyList<string> Names, DateTimeOffset At, IReadOnlyList<ListingPart> Parts);

public sealed record ListingPart(IReadOnlyList<string>? Names);

[JsonSerializable(typeof(Listing))]
[JsonSerializable(typeof(Clinic.Patients.Gender))]
[JsonSerializable(typeof(Clinic.Incidents.IncidentClockState))]
internal sealed partial class StrictJson : JsonSerializerContext;
