using Clinic.Testing;
using Clinic.Testing.Faults;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// The product with small budgets, and clinics to break things at. Its tests run alone: what they measure is time and answers,
/// and a machine that is busy with others would be a fault too many.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultApp : ICollectionFixture<FaultApp>, IAsyncLifetime
{
    public const string Name = "Faults at the store";
    private const int LaneCount = 5;

    private ClinicApp? app;
    private FaultLanes? lanes;

    public ClinicApp App => app!;

    public FaultLanes Lanes => lanes!;

    public async Task InitializeAsync()
    {
        app = await ClinicApp.StartAsync(budget: FaultMatrix.SmallBudget);
        lanes = await FaultLanes.Open(app, LaneCount);
    }

    public async Task DisposeAsync() => await app!.DisposeAsync();
}
