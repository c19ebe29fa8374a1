using System.Text;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>Invocations of functions, with an answer to wait for (Lambda API, Invoke).</summary>
internal sealed class LambdaService(Authorizer authorizer, GateOptions options) : IGateService
{
    private const string Prefix = "/2015-03-31/functions/";
    private const string Suffix = "/invocations";

    /// <summary>What Lambda takes in one, and gives.</summary>
    private const int PayloadBytesMax = 6 * 1024 * 1024;

    public GateCall Understand(GateRequest request)
    {
        if (request.Wire.Method != "POST" || Name(request.Path) is not { } name)
        {
            throw GateErrors.Denied(GateErrors.Lambda, $"Nobody is authorized to {request.Wire.Method} {request.Path}");
        }

        if (request.Body.Length > PayloadBytesMax)
        {
            throw new GateFaultException(413, "RequestTooLargeException", "The payload is larger than 6 MB.");
        }

        // With an alias the resource is the alias, and a policy for it says nothing of the function without one.
        var function = $"arn:aws:lambda:{CloudNames.Region}:{authorizer.Names.Account}:function:{name}";
        var resource = request.Query["Qualifier"] is { Length: > 0 } alias ? $"{function}:{alias}" : function;
        return request.Call(
            "Invoke", [new PolicyRequest("lambda:InvokeFunction", resource, request.Principal.Context(authorizer.Names))]);
    }

    public string? Refusal(GateRequest request, GateCall call) => authorizer.Refusal(request.Principal, call.Requests);

    public async Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct)
    {
        if (options.Functions?.Invoke(Name(request.Path)!, request.Body) is not { } running)
        {
            throw new GateFaultException(404, "ResourceNotFoundException", "Function not found.");
        }

        try
        {
            return new GateAnswer(200, "application/json", await running.WaitAsync(ct));
        }
        catch (FunctionFailedException failed)
        {
            // That a function failed is no fault of the call: the status is that of an answer.
            var answer = new GateAnswer(
                200, "application/json", Encoding.UTF8.GetBytes($$"""{"errorType":"{{failed.ErrorType}}"}"""));
            answer.Headers.Add(new("X-Amz-Function-Error", "Unhandled"));
            return answer;
        }
    }

    /// <summary>Null when the path is no invocation.</summary>
    private static string? Name(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) && path.EndsWith(Suffix, StringComparison.Ordinal)
        && path[Prefix.Length..^Suffix.Length] is { Length: > 0 } name && !name.Contains('/', StringComparison.Ordinal)
            ? name : null;
}
