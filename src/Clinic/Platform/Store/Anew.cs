using Clinic.Platform.Http;

namespace Clinic.Platform.Store;

/// <summary>
/// An act that was decided on rows which another change moved meanwhile is decided again on what is there now: so whoever loses
/// learns why it may not be, and not only that something moved.
/// </summary>
internal static class Anew
{
    private const int TriesMax = 4;

    /// <param name="attempt">Reads, decides and commits; <see cref="Problems.Conflict"/> when a condition did not hold.</param>
    public static async Task<Outcome<T>> Carry<T>(Func<Task<Outcome<T>>> attempt)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await attempt();
            if (outcome.Holds(out _, out var why) || why != Problems.Conflict || tries == TriesMax)
            {
                return outcome;
            }
        }
    }
}
