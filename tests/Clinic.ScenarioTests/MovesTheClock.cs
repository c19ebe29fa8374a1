using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>The clock is one for all tests of this assembly: whoever moves it runs alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MovesTheClock
{
    public const string Name = "Moves the clock";
}
