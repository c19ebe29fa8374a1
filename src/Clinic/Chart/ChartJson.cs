using System.Text.Json.Serialization;

namespace Clinic.Chart;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FindingMembers))]
[JsonSerializable(typeof(FindingBody))]
[JsonSerializable(typeof(AllergyIds))]
[JsonSerializable(typeof(RecordEntryRequest))]
[JsonSerializable(typeof(RecordEntryResponse))]
[JsonSerializable(typeof(AmendEntryRequest))]
[JsonSerializable(typeof(AmendEntryResponse))]
[JsonSerializable(typeof(RetractEntryRequest))]
[JsonSerializable(typeof(RetractEntryResponse))]
[JsonSerializable(typeof(EntryView))]
[JsonSerializable(typeof(ChartResponse))]
[JsonSerializable(typeof(EntryVersionsResponse))]
[JsonSerializable(typeof(TrendResponse))]
[JsonSerializable(typeof(DentalChartResponse))]
internal sealed partial class ChartJson : JsonSerializerContext;
