using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What went out of one clinic goes into an empty one and out of it again: equal lines, equal counts.</summary>
[Trait("Promise", "DSR-8")]
public sealed class ExportedAndTakenInElsewhere
{
    [Fact]
    public async Task An_empty_clinic_that_takes_in_an_export_exports_the_same_lines()
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var world = await ClinicWithRecords.Make(app, clinic);
        var export = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));

        foreach (var name in export.Files.Keys.Where(n => n.StartsWith("patients-", StringComparison.Ordinal)))
        {
            var started = (await other.Owner.PostBytes("/v1/imports", export.Files[name], "application/fhir+ndjson"))
                .Expect(HttpStatusCode.Accepted);
            var report = await other.Owner.AwaitImport(started.Headers.Location!.ToString());
            Assert.Equal(0, (int)report["total"]!["refused"]!);
        }

        var again = await other.Owner.FetchExport(await app.OpenedExport(other));

        Assert.Equal((7, 7), (world.Patients.Count, again.PatientLines.Count));
        Same(export, again);
        Assert.Equal(export.PatientLines, again.PatientLines);
        Assert.Equal(export.Manifest["resources"]!.ToJsonString(), again.Manifest["resources"]!.ToJsonString());
    }

    /// <summary>Resource by resource, so that a difference is named.</summary>
    private static void Same(FetchedExport one, FetchedExport other)
    {
        var (before, after) = (Resources(one), Resources(other));
        Assert.Empty(before.Except(after));
        Assert.Empty(after.Except(before));
    }

    private static List<string> Resources(FetchedExport export) => [.. export.Lines("patients")
        .SelectMany(l => JsonNode.Parse(Encoding.UTF8.GetBytes(l))!["entry"]!.AsArray()).Select(e => e!.ToJsonString())];
}
