namespace Clinic.Local;

/// <summary>
/// A stand-in did not come up, or a step of its installation failed; the message ends with the last lines it printed.
/// </summary>
public sealed class StandInFailedException(string message) : Exception(message);
