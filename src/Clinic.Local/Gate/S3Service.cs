using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Clinic.Platform.Cloud.Policies;
using Clinic.Platform.Store;

namespace Clinic.Local.Gate;

/// <summary>
/// S3 in front of a stand-in that checks nothing: signed headers of presigned requests, checksums, If-None-Match and encryption
/// under a client's key are done here.
/// </summary>
internal sealed class S3Service(Authorizer authorizer, HttpClient http, Uri upstream) : IGateService
{
    private const string ChecksumHeader = "x-amz-checksum-sha256";
    private const int Stripes = 64;

    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Authorization", "X-Amz-Security-Token", "Connection", "Keep-Alive", "Transfer-Encoding", "Expect",
        "If-None-Match",
        UploadKey.AlgorithmHeader, UploadKey.KeyHeader, UploadKey.KeyMd5Header,
    };

    /// <summary>Of the plain bytes, which the stand-in does not get of an object under a client's key.</summary>
    private static readonly HashSet<string> OfPlainBytes = new(StringComparer.OrdinalIgnoreCase)
    {
        ChecksumHeader, "x-amz-content-sha256", "Content-MD5", "x-amz-sdk-checksum-algorithm", "x-amz-checksum-crc32",
        "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1",
    };

    // Two uploads with If-None-Match to one key must not both find nothing there.
    private readonly SemaphoreSlim[] _creating = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    public GateCall Understand(GateRequest request)
    {
        var operation = Operation(request);
        if (operation.UnderCustomerKey && operation.Name == "PutObject"
            && operation.Spec(authorizer.Names) is not { KeysOfClients: true })
        {
            // As the stack blocks it on these buckets: a thief could lock us out of our own data with a key of his.
            throw GateErrors.Denied(GateErrors.S3, "The bucket blocks encryption under customer-provided keys.");
        }

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
        var key = CustomerKey.Of(request.Wire.Headers);
        var seals = key is not null && operation.Name == "PutObject";
        if (seals)
        {
            var (body, memory) = key!.Seal(Plain(request));
            message.Content = new StreamContent(body);
            message.Headers.TryAddWithoutValidation(CustomerKey.MetaHeader, memory);
        }
        else if (request.Wire.ContentLength > 0 || !request.BodyHeld || request.Wire.Method is "PUT" or "POST")
        {
            message.Content = request.BodyHeld ? new ReadOnlyMemoryContent(request.Body) : new StreamContent(request.Wire.Body);
        }

        foreach (var (name, values) in request.Wire.Headers)
        {
            if (NotPassedOn.Contains(name) || (seals && OfPlainBytes.Contains(name))) { continue; }
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        var answer = GateAnswer.Streamed(await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct));
        if (key is not null || operation.Name is "GetObject" or "HeadObject") { Unlock(answer, operation, key); }
        return answer;
    }

    /// <summary>An object under a client's key goes out, and is described, to who brings the key.</summary>
    private static void Unlock(GateAnswer answer, S3Operation operation, CustomerKey? key)
    {
        if (answer.Status is not (200 or 206)) { return; }
        if (operation.Name != "PutObject")
        {
            var memory = answer.Take(CustomerKey.MetaHeader);
            try
            {
                CustomerKey.Check(key, memory);
            }
            catch (GateFaultException)
            {
                answer.Dispose();
                throw;
            }

            if (key is null) { return; }
            answer.Through(body => key.Open(body, memory!, answer.From));
        }

        answer.Headers.Add(new(UploadKey.AlgorithmHeader, UploadKey.Algorithm));
        answer.Headers.Add(new(UploadKey.KeyMd5Header, key!.Md5));
    }

    private static Stream Plain(GateRequest request)
    {
        if (request.Wire.Headers.ContentEncoding.ToString().Contains("aws-chunked", StringComparison.Ordinal))
        {
            throw new GateFaultException(501, "NotImplemented", "No chunks are taken here under a client's key.");
        }

        if (!request.BodyHeld) { return request.Wire.Body; }
        return MemoryMarshal.TryGetArray(request.Body, out var held)
            ? new MemoryStream(held.Array!, held.Offset, held.Count, writable: false)
            : new MemoryStream(request.Body.ToArray(), writable: false);
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
