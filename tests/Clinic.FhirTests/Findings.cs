using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Records;
using Clinic.Records.Fhir;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>Findings as a client sends them, decided and written without a store.</summary>
internal static class Findings
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    public static readonly EntryId Visit = EntryIds.New(Now.AddDays(-1));

    public static readonly Patient Asha = new(
        Id.New<PatientId>(Now), PatientState.Active, 1, Now, "somebody",
        new PatientRecord(
            new PatientName("Asha"), new PatientBirth(new DateOnly(1986, 3, 9)), Gender.Female, null, null, null, null, null,
            null, []), []);

    /// <summary>All that is named goes out.</summary>
    public static readonly FhirLinks Links = new(PatientFhir.UrlOf(Asha.Id), id => FhirJson.Url(id.Value));

    public static FindingEntry Of(string member, JsonObject finding)
    {
        var root = new JsonObject { ["at"] = Now.AddHours(-1), ["visit"] = Visit.ToString(), [member] = finding.DeepClone() };
        var request = JsonSerializer.Deserialize(root.ToJsonString(), ChartJson.Default.RecordEntryRequest)!;
        Assert.True(request.Only().Holds(out var named, out _));
        var decided = RecordEntry.Decide(request, named, Asha, EntryIds.New(request.At), "somebody", Now);
        Assert.True(decided.Holds(out var entry, out var why), string.Join("; ", why?.Errors.Select(e => e.Field) ?? []));
        return entry;
    }

    public static FindingEntry Amended(this FindingEntry entry) => entry with { Row = entry.Row with { Version = 2 } };

    public static FindingEntry Retracted(this FindingEntry entry) => new(
        entry.Row with { Version = 2, Status = ChartItem.EnteredInError },
        entry.Body with { Retraction = "Of <another> patient & hers" });

    public static FhirResource Written(this FindingEntry entry) => FindingFhir.Write(entry, Links);

    public static JsonNode Json(this FhirResource resource) => JsonNode.Parse(resource.Json)!;
}
