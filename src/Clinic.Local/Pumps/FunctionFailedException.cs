namespace Clinic.Local;

/// <summary>
/// An invocation failed: the function said so, died, or ran out of time. On AWS the messages of its batch come again.
/// </summary>
public sealed class FunctionFailedException(string errorType) : Exception($"The invocation failed: {errorType}.")
{
    public string ErrorType { get; } = errorType;
}
