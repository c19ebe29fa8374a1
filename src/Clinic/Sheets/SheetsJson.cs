using System.Text.Json.Serialization;
using Clinic.Patients;

namespace Clinic.Sheets;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SheetMappingForm))]
[JsonSerializable(typeof(SetSheetMappingResponse))]
[JsonSerializable(typeof(OfferSheetUploadRequest))]
[JsonSerializable(typeof(OfferSheetUploadResponse))]
[JsonSerializable(typeof(SheetImportResponse))]
[JsonSerializable(typeof(ApplySheetImportRequest))]
[JsonSerializable(typeof(SheetImportView))]
[JsonSerializable(typeof(SheetRefusalsResponse))]
[JsonSerializable(typeof(SheetDuplicatesResponse))]
[JsonSerializable(typeof(SheetPatientsResponse))]
[JsonSerializable(typeof(SheetRefusal[]))]
[JsonSerializable(typeof(SheetDuplicate[]))]
[JsonSerializable(typeof(SheetCounts))]
[JsonSerializable(typeof(SheetWordsKept))]
[JsonSerializable(typeof(PlannedRow[]))]
[JsonSerializable(typeof(PatientRecord))]
internal sealed partial class SheetsJson : JsonSerializerContext;
