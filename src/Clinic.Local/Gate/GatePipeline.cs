using Clinic.Platform.Cloud;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Local.Gate;

/// <summary>Every call goes the same way: signature, principal, what it asks, policies, hooks, stand-in, answer.</summary>
internal sealed class GatePipeline
{
    /// <summary>Up to here a body is held and checked against its hashes; a larger one (S3 only) streams through.</summary>
    private const long HeldMax = 64 * 1024 * 1024;

    private readonly GateOptions _options;
    private readonly Authenticator _authenticator;
    private readonly Dictionary<string, IGateService> _services;

    public GatePipeline(GateOptions options, HttpClient http, KeyFolder keys)
    {
        _options = options;
        var authorizer = new Authorizer(options.Names, options.Evaluate);
        var sessions = new Sessions(keys.Key("sts-sessions"));
        _authenticator = new Authenticator(sessions, options);
        _services = new Dictionary<string, IGateService>
        {
            [GateErrors.DynamoDb] = new DynamoService(authorizer, http, options.DynamoDb),
            [GateErrors.S3] = new S3Service(authorizer, http, options.S3),
            [GateErrors.Kms] = new KmsService(authorizer, keys),
            [GateErrors.Sts] = new StsService(authorizer, sessions, options.Clock),
            [GateErrors.Ses] = new SesService(authorizer, http, options),
            [GateErrors.Lambda] = new LambdaService(authorizer, options),
        };
    }

    public async Task HandleAsync(HttpContext http)
    {
        var query = new AwsQuery(http.Request.QueryString.Value ?? "");
        var signature = Signature.Read(http.Request, query);
        var service = signature?.Service ?? GateErrors.S3;
        var ct = http.RequestAborted;
        try
        {
            using var answer = await AnswerAsync(http, signature, query, ct);
            await answer.WriteAsync(http.Response, ct);
        }
        catch (GateFaultException fault) when (fault.Status == 0)
        {
            http.Abort();
        }
        catch (GateFaultException fault)
        {
            using var answer = GateErrors.Answer(service, fault, HttpMethods.IsHead(http.Request.Method));
            await answer.WriteAsync(http.Response, ct);
        }
        catch (HttpRequestException gone) when (!http.Response.HasStarted)
        {
            var fault = new GateFaultException(
                503, "ServiceUnavailable", $"The stand-in for {service} does not answer: {gone.Message}");
            using var answer = GateErrors.Answer(service, fault, HttpMethods.IsHead(http.Request.Method));
            await answer.WriteAsync(http.Response, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private async Task<GateAnswer> AnswerAsync(HttpContext http, Signature? signature, AwsQuery query, CancellationToken ct)
    {
        if (signature is null) { throw GateErrors.Missing(GateErrors.S3); }
        if (!_services.TryGetValue(signature.Service, out var service) || signature.Region != CloudNames.Region)
        {
            throw GateErrors.Denied(signature.Service, $"There is no {signature.Service} in {signature.Region}.");
        }

        var held = http.Request.ContentLength is null or <= HeldMax;
        if (!held && signature.Service != GateErrors.S3)
        {
            throw new GateFaultException(413, "RequestTooLarge", "The body is too large.");
        }

        var body = held ? await ReadAsync(http.Request, ct) : default;
        var path = RawPath(http);
        var principal = _authenticator.Authenticate(http.Request, signature, query, path, body, held);
        var request = new GateRequest(http, signature, query, path, principal, body, held);
        var call = service.Understand(request);
        return await CarryOutAsync(service, request, call, ct);
    }

    private async Task<GateAnswer> CarryOutAsync(IGateService service, GateRequest request, GateCall call, CancellationToken ct)
    {
        if (service.Refusal(request, call) is { } refusal)
        {
            var fault = GateErrors.Denied(call.Service, refusal);
            _options.Observe?.Invoke(new GateDecision(call, false, refusal, fault.Status, []));
            throw fault;
        }

        try
        {
            if (_options.Before is { } before) { await before(call); }
            var answer = await service.ExecuteAsync(request, call, ct);
            if (_options.After is { } after) { await after(call); }
            _options.Observe?.Invoke(new GateDecision(call, true, null, answer.Status, Consumed.Of(call, answer)));
            return answer;
        }
        catch (GateFaultException fault)
        {
            _options.Observe?.Invoke(new GateDecision(call, true, fault.Code, fault.Status, []));
            throw;
        }
    }

    /// <summary>The path as it was sent: a decoded one has lost what the signature and the object key depend on.</summary>
    private static string RawPath(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? target : target[..end];
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength is 0) { return default; }
        if (request.ContentLength is { } length)
        {
            var bytes = new byte[length];
            await request.Body.ReadExactlyAsync(bytes, ct);
            return bytes;
        }

        using var buffer = new MemoryStream();
        var chunk = new byte[81920];
        for (int read; (read = await request.Body.ReadAsync(chunk, ct)) > 0;)
        {
            if (buffer.Length + read > HeldMax)
            {
                throw new GateFaultException(411, "MissingContentLength", "Give a Content-Length.");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
