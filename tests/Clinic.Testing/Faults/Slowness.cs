namespace Clinic.Testing.Faults;

/// <summary>
/// A store that takes its time. Here a length of time is what is tested; everywhere else in the tests a length of time
/// would stand for a fact that should be waited for, so this is the one file where the tidy rules allow a delay.
/// </summary>
internal static class Slowness
{
    public static Task Of(TimeSpan time) => Task.Delay(time);
}
