using Clinic.Platform.Cloud.Policies;
using Microsoft.AspNetCore.Http;

namespace Clinic.Local.Gate;

/// <summary>One signed request whose principal is known.</summary>
/// <param name="Body">The body; empty when it is left in the stream because it is too large to hold.</param>
internal sealed record GateRequest(
    HttpContext Http,
    Signature Signature,
    AwsQuery Query,
    string Path,
    GatePrincipal Principal,
    ReadOnlyMemory<byte> Body,
    bool BodyHeld)
{
    public HttpRequest Wire => Http.Request;

    public GateCall Call(string operation, IReadOnlyList<PolicyRequest> requests) =>
        new(Signature.Service, operation, Principal.Role.Name, Principal.Tenant, requests, Body);
}

/// <summary>One AWS service: what a call asks of IAM, and how it is carried out once allowed.</summary>
internal interface IGateService
{
    GateCall Understand(GateRequest request);

    /// <summary>Null when allowed, else the sentence that AWS answers with.</summary>
    string? Refusal(GateRequest request, GateCall call);

    Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct);
}
