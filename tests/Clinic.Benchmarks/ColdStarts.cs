using System.Diagnostics;
using System.Net;
using Clinic.Testing;

namespace Clinic.Benchmarks;

/// <summary>
/// From the start of a process to its first answer, an audited read of a patient: INIT with its warm-up, then a clinic that the
/// process has never served (a session of its role, its keys). Variants take turns, so that a busy machine is busy for all.
/// </summary>
internal static class ColdStarts
{
    private sealed record Start(double InitMs, double FirstMs, double SecondMs, double PeakMb)
    {
        public double TotalMs => InitMs + FirstMs;
    }

    public static async Task<Table> MeasureAsync(int n, bool keep)
    {
        var folders = new Dictionary<Variant, string>();
        foreach (var variant in Variant.All)
        {
            folders[variant] = Published.Folder(variant);
            if (keep && Directory.Exists(folders[variant])) { continue; }
            Console.Error.WriteLine($"Publishing {variant.Name}");
            await Published.PublishAsync(variant);
        }

        await using var app = await ClinicApp.StartAsync();
        var clinic = await app.SignUpClinic();
        var path = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var read = RestEvent.Of("GET", path, clinic.Owner, app.Url);
        var starts = Variant.All.ToDictionary(v => v, _ => new List<Start>());
        for (var i = 0; i <= n; i++)
        {
            foreach (var variant in Variant.All)
            {
                var start = await OnceAsync(variant, folders[variant], app, read);

                // The first of each fills the file cache.
                if (i > 0) { starts[variant].Add(start); }
            }

            Console.Error.Write($"\rStarts of each variant: {i} of {n}   ");
        }

        Console.Error.WriteLine();
        return Report(n, starts, folders);
    }

    private static async Task<Start> OnceAsync(Variant variant, string folder, ClinicApp app, ReadOnlyMemory<byte> read)
    {
        var clock = Stopwatch.StartNew();
        await using var sandbox = variant.IsManaged
            ? await Sandbox.StartAsync("dotnet", [Path.Combine(folder, "Clinic.Api.dll")], app.Cloud.Gate.Url)
            : await Sandbox.StartAsync(Path.Combine(folder, "Clinic.Api"), [], app.Cloud.Gate.Url);
        await sandbox.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        var init = clock.Elapsed.TotalMilliseconds;
        RestEvent.Expect(200, await sandbox.InvokeAsync(read));
        var first = clock.Elapsed.TotalMilliseconds - init;
        RestEvent.Expect(200, await sandbox.InvokeAsync(read));
        return new Start(init, first, clock.Elapsed.TotalMilliseconds - init - first, sandbox.PeakMb());
    }

    private static Table Report(
        int n, IReadOnlyDictionary<Variant, List<Start>> starts, IReadOnlyDictionary<Variant, string> folders)
    {
        var jit = Figures.Median([.. starts[Variant.All.Single(v => v.Name == "jit")].Select(s => s.TotalMs)]);
        return new Table(
            $"Cold start, medians of {n} starts each, taking turns",
            ["variant", "INIT ms", "first answer ms", "both ms", "of jit", "second answer ms", "peak MB", "on disk MB"],
            [
                .. Variant.All.Select(variant =>
                {
                    double Of(Func<Start, double> measure) => Figures.Median([.. starts[variant].Select(measure)]);
                    return new[]
                    {
                        $"{variant.Name}: {variant.Explanation}", Figures.Text(Of(s => s.InitMs), "0"),
                        Figures.Text(Of(s => s.FirstMs), "0"), Figures.Text(Of(s => s.TotalMs), "0"),
                        Figures.Text(Of(s => s.TotalMs) / jit), Figures.Text(Of(s => s.SecondMs), "0"),
                        Figures.Text(Of(s => s.PeakMb), "0"), Figures.Text(Published.SizeMb(folders[variant]), "0"),
                    };
                }),
            ]);
    }
}
