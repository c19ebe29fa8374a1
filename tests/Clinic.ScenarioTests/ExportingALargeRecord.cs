using System.Diagnostics;
using System.Net;
using Clinic.Chart;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A record of many years is refused at once and in words where it does not fit into one answer.</summary>
[Trait("Promise", "DSR-4")]
public sealed class ExportingALargeRecord
{
    private const int Findings = 5_000;

    /// <summary>Well within the ten seconds that one request has.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Five_thousand_findings_are_too_many_for_one_answer_and_the_trail_says_that_none_went_out()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var patient = await Charts.Patient(clinic.Owner);
        await BulkChart.WriteMany(app, clinic, patient, ChartKind.VitalSigns, Findings);
        foreach (var route in new[] { "/export", "/export?format=html", "/export/manifest" })
        {
            var watch = Stopwatch.StartNew();
            (await clinic.Owner.Get(patient + route)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "export-too-large");
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Within);
        }

        (await clinic.Owner.Get(patient + "/health-documents")).Expect(HttpStatusCode.OK);
        var lines = await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientExported));
        Assert.Equal(3, lines.Count(l => l.Outcome == nameof(AuditOutcome.NothingReleased)));
    }
}
