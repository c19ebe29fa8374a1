using System.Net;
using System.Security.Cryptography;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>
/// S3 in front of a stand-in that checks nothing: signed headers of presigned requests, checksums and If-None-Match are
/// enforced here.
/// </summary>
internal sealed class S3Service(Authorizer authorizer, HttpClient http, Uri upstream) : IGateService
{
    private const string ChecksumHeader = "x-amz-checksum-sha256";
    private const int Stripes = 64;

    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Authorization", "X-Amz-Security-Token", "Connection", "Keep-Alive", "Transfer-Encoding", "Expect",
        "If-None-Match",
    };

    // Two uploads with If-None-Match to one key must not both find nothing there.
    private readonly SemaphoreSlim[] _creating = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    public GateCall Understand(GateRequest request)
    {
        var operation = Operation(request);
        if (request.Signature.Presigned) { RequireSignedHeaders(request); }
        return request.Call(
            operation.Name,
            [.. operation.Requests(request.Query, request.Principal.Context(authorizer.Names), authorizer.Arns)]);
    }

    public string? Refusal(GateRequest request, GateCall call) => authorizer.Refusal(request.Principal, call.Requests);

    public async Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct)
    {
        var operation = Operation(request);
        CheckBody(request);
        if (operation.Name == "GetObjectTagging") { return await MalwareTags.Of(http, Address(operation, ""), ct); }
        if (!operation.Creates || request.Wire.Headers.IfNoneMatch.ToString() is not "*")
        {
            var answer = await SendAsync(request, operation, ct);
            return Unseen(request, operation, answer);
        }

        var turn = _creating[(uint)operation.ObjectArn.GetHashCode(StringComparison.Ordinal) % Stripes];
        await turn.WaitAsync(ct);
        try
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, Address(operation, ""));
            using var found = await http.SendAsync(head, ct);
            if (found.StatusCode == HttpStatusCode.OK)
            {
                throw new GateFaultException(
                    412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
            }

            return await SendAsync(request, operation, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    private static S3Operation Operation(GateRequest request) =>
        S3Operation.Of(request.Wire.Method, request.Path, request.Query, request.Wire.Headers.ContainsKey)
            ?? throw GateErrors.Denied(GateErrors.S3, "Access Denied");

    /// <summary>
    /// Of a presigned request S3 takes no x-amz-* header that the signer did not sign: the holder of the address could otherwise
    /// add what the ticket does not say. A signed header that is absent makes the signature fail before this.
    /// </summary>
    private static void RequireSignedHeaders(GateRequest request)
    {
        foreach (var name in request.Wire.Headers.Keys.Select(name => name.ToLowerInvariant()))
        {
            if (name.StartsWith("x-amz-", StringComparison.Ordinal) && !request.Signature.SignedHeaders.Contains(name)
                && name != "x-amz-content-sha256")
            {
                throw GateErrors.Denied(
                    GateErrors.S3, $"There were headers present in the request which were not signed: {name}");
            }
        }
    }

    private static void CheckBody(GateRequest request)
    {
        var encoding = request.Wire.Headers.ContentEncoding.ToString();
        if (!request.BodyHeld || encoding.Contains("aws-chunked", StringComparison.Ordinal)
            || request.Wire.Headers[ChecksumHeader] is not [{ Length: > 0 } declared])
        {
            return;
        }

        if (Convert.ToBase64String(SHA256.HashData(request.Body.Span)) != declared)
        {
            throw new GateFaultException(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.");
        }
    }

    private async Task<GateAnswer> SendAsync(GateRequest request, S3Operation operation, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Wire.Method), Address(operation, request.Query.WithoutSignature()));
        if (request.Wire.ContentLength > 0 || !request.BodyHeld || request.Wire.Method is "PUT" or "POST")
        {
            message.Content = request.BodyHeld ? new ReadOnlyMemoryContent(request.Body) : new StreamContent(request.Wire.Body);
        }

        foreach (var (name, values) in request.Wire.Headers)
        {
            if (NotPassedOn.Contains(name)) { continue; }
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return GateAnswer.Streamed(await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct));
    }

    /// <summary>Who may not list a bucket is not told that an object is missing: AWS answers 403 for it.</summary>
    private GateAnswer Unseen(GateRequest request, S3Operation operation, GateAnswer answer)
    {
        if (answer.Status != 404 || operation.Action != "s3:GetObject") { return answer; }
        var context = request.Principal.Context(authorizer.Names);
        var list = new PolicyRequest("s3:ListBucket", $"arn:aws:s3:::{operation.Bucket}", context);
        if (authorizer.Refusal(request.Principal, [list]) is not { } refusal) { return answer; }
        answer.Dispose();
        throw GateErrors.Denied(GateErrors.S3, refusal);
    }

    /// <summary>The key goes out exactly as it was checked: nothing may fold or unescape it on the way.</summary>
    private Uri Address(S3Operation operation, string query)
    {
        var path = $"{AwsText.Encode(operation.Bucket)}/{AwsText.Encode(operation.Key, keepSlash: true)}";
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var text = $"{upstream.GetLeftPart(UriPartial.Authority)}/{path}{(query.Length > 0 ? "?" + query : "")}";
        return Uri.TryCreate(text, options, out var address)
            ? address
            : throw new GateFaultException(400, "InvalidURI", "No such address.");
    }
}
