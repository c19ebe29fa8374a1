namespace Clinic.Local;

/// <summary>
/// Failures that a pump retries: a stand-in that is away, slow, or refuses a call. Anything else is a bug and ends the pump.
/// </summary>
internal static class Transient
{
    public static bool Is(Exception failure, CancellationTokenSource stop) =>
        failure is HttpRequestException or AwsJsonException
        || (failure is OperationCanceledException && !stop.IsCancellationRequested);
}
