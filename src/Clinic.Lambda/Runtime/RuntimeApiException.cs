namespace Clinic.Lambda;

/// <summary>
/// The Runtime API is in a state from which a process cannot recover: let it end the process, and Lambda starts another.
/// </summary>
public sealed class RuntimeApiException(string message) : Exception(message);
