namespace Clinic.Lambda;

/// <summary>What Lambda tells a process by its environment.</summary>
public static class LambdaEnvironment
{
    /// <summary>Host and port of the Runtime API.</summary>
    public const string RuntimeApi = "AWS_LAMBDA_RUNTIME_API";

    public const string FunctionName = "AWS_LAMBDA_FUNCTION_NAME";

    /// <summary>Memory of the function in MB.</summary>
    public const string MemorySize = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

    /// <summary>True in a process that Lambda started: it serves events there, and HTTP everywhere else.</summary>
    public static bool IsLambda => IsLambdaBy(Environment.GetEnvironmentVariable);

    internal static bool IsLambdaBy(Func<string, string?> variable) =>
        !string.IsNullOrEmpty(variable(FunctionName)) || !string.IsNullOrEmpty(variable(RuntimeApi));
}
