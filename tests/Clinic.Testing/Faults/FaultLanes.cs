using System.Collections.Concurrent;
using Clinic.Platform.Cloud;

namespace Clinic.Testing.Faults;

/// <summary>
/// Runs cells side by side: each lane has a clinic of its own, and one lane has the platform. Faults strike by tenant, so lanes
/// do not meet.
/// </summary>
public sealed class FaultLanes
{
    private readonly ClinicApp app;
    private readonly FaultMatrix matrix;
    private readonly List<FaultLane> clinics;
    private readonly FaultLane platform;

    private FaultLanes(ClinicApp app, List<FaultLane> clinics, FaultLane platform) =>
        (this.app, matrix, this.clinics, this.platform) = (app, new FaultMatrix(app, FaultMatrix.SmallBudget), clinics, platform);

    /// <param name="app">Started with <see cref="FaultMatrix.SmallBudget"/>.</param>
    public static async Task<FaultLanes> Open(ClinicApp app, int lanes)
    {
        // One after another: what is cold costs more than these small budgets allow to many at once.
        var all = new List<FaultLane>();
        while (all.Count <= lanes)
        {
            all.Add(new FaultLane(app, await app.SignUpClinic()));
        }

        await Acts.Settled(app, () => [.. all.Select(l => l.Clinic.Id)]);
        return new FaultLanes(app, [.. all.Skip(1)], all[0]);
    }

    /// <summary>All cells of all acts, or those that are chosen by their number.</summary>
    public async Task<IReadOnlyList<FaultReport>> Run(
        IReadOnlyList<StoreFault> faults, Func<FaultCell, bool> choose, Action<FaultReport>? tell = null)
    {
        var ofClinics = new ConcurrentQueue<FaultCell>(await Cells(Acts.OfClinics, clinics[0], faults, choose));
        var ofPlatform = new ConcurrentQueue<FaultCell>(await Cells(Acts.OfThePlatform, platform, faults, choose));
        var reports = new ConcurrentQueue<FaultReport>();
        async Task Lane(FaultLane lane, ConcurrentQueue<FaultCell> cells)
        {
            while (cells.TryDequeue(out var cell))
            {
                var report = await matrix.Run(cell, lane);
                reports.Enqueue(report);
                tell?.Invoke(report);
            }
        }

        await Task.WhenAll(clinics.Select(l => Lane(l, ofClinics)).Append(Lane(platform, ofPlatform)));
        return [.. reports];
    }

    /// <summary>One cell alone, at a clinic of its own: what it breaks is not found by others.</summary>
    /// <param name="budget">What it is measured by; null takes what the product has.</param>
    public async Task<FaultReport> Run(string act, StoreFault fault, string operation, CallBudget? budget = null)
    {
        var lane = new FaultLane(app, await app.SignUpClinic());
        var alone = new FaultMatrix(app, budget ?? FaultMatrix.SmallBudget);
        var cells = await alone.Cells(Acts.OfClinics.Single(a => a.Name == act), lane, [fault]);
        return await alone.Run(cells.First(c => c.Spot.Operation == operation), lane);
    }

    private async Task<List<FaultCell>> Cells(
        IReadOnlyList<Act> acts, FaultLane lane, IReadOnlyList<StoreFault> faults, Func<FaultCell, bool> choose)
    {
        var cells = new List<FaultCell>();
        foreach (var act in acts)
        {
            cells.AddRange((await matrix.Cells(act, lane, faults)).Where(choose));
        }

        return cells;
    }
}
