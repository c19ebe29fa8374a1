using System.Diagnostics;
using System.Globalization;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.Soak;

/// <summary>
/// A clinic exported whole, and a larger one after it: every hash of the manifest holds, and the worker's memory does not grow
/// with the clinic.
/// </summary>
internal static class Exports
{
    private const long Megabyte = 1_000_000;

    /// <summary>What a worker may need more for ten times as many patients.</summary>
    private const long GrowthMaxBytes = 48 * 1024 * 1024;

    private const int Together = 8;
    private const int FindingsOfEach = 3;

    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "patients");
        var patients = arguments.Number("patients", 100);
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Exports);
        var peaks = new List<long>();

        // The first is not counted: it pays for what a process loads once.
        foreach (var count in (int[])[10, patients, patients * 10])
        {
            var clinic = await app.SignUpClinic();
            await Fill(app, clinic, count);
            var watch = Stopwatch.StartNew();
            var path = await clinic.Owner.StartExport();
            var view = await clinic.Owner.AwaitExport(path);
            var took = watch.Elapsed;
            (await clinic.Owner.OpenExport(path, await app.ExportToken(clinic.Email, path)))
                .Expect(System.Net.HttpStatusCode.OK);
            var export = await clinic.Owner.FetchExport(path);
            Xunit.Assert.Equal(count, export.PatientLines.Count);
            peaks.Add(Documents.PeakBytes(app.Process(CloudParts.Exports).Pid));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} patients, {view["files"]} files, {(long)view["sizeBytes"]! / 1_000} kB: {took.TotalSeconds:0.0} s, "
                + $"{count / took.TotalSeconds:0} patients/s; the worker's peak {peaks[^1] / Megabyte} MB"));
        }

        if (peaks[^1] - peaks[^2] <= GrowthMaxBytes)
        {
            return 0;
        }

        Console.WriteLine($"the worker's peak grew by {(peaks[^1] - peaks[^2]) / Megabyte} MB");
        return 1;
    }

    private static async Task Fill(ClinicApp app, SignedUpClinic clinic, int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(Together))
        {
            await Task.WhenAll(chunk.Select(async _ =>
            {
                var patient = await Charts.Patient(clinic.Owner);
                foreach (var (_, member, finding) in Charts.OfEachKind().Take(FindingsOfEach))
                {
                    await clinic.Owner.Record(patient, member, finding, app.Clock.GetUtcNow().AddMinutes(-5));
                }
            }));
        }
    }
}
