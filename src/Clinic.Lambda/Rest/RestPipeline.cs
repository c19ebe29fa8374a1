using System.Buffers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Lambda;

/// <summary>Event in, answer out, through the application. One at a time, as a sandbox works; its buffers are used again.</summary>
internal sealed class RestPipeline<TContext>(IHttpApplication<TContext> application)
    where TContext : notnull
{
    /// <summary>A buffer that a rare large answer blew up is not kept.</summary>
    private const int KeptBytesMax = 1024 * 1024;

    private ArrayBufferWriter<byte> _body = new(16 * 1024);
    private ArrayBufferWriter<byte> _answer = new(32 * 1024);

    /// <summary>The answer's memory is overwritten by the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> ServeAsync(
        ReadOnlyMemory<byte> payload, LambdaInvocation invocation, CancellationToken deadline)
    {
        Clear(ref _body);
        Clear(ref _answer);
        using var request = RestEventReader.Read(payload.Span);
        var response = new RestResponse(_body);
        if (request.IsBad)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
        }
        else
        {
            await ProcessAsync(request, response, invocation, deadline);
        }

        RestAnswer.Write(response, request.Method, _answer);
        return _answer.WrittenMemory;
    }

    private async Task ProcessAsync(
        RestRequest request, RestResponse response, LambdaInvocation invocation, CancellationToken deadline)
    {
        if (request.TraceIdentifier.Length == 0)
        {
            request.TraceIdentifier = invocation.RequestId;
        }

        request.EndAt(deadline);
        var context = application.CreateContext(Features(request, response));
        var work = RunAsync(context, response);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        application.DisposeContext(context, work.Exception?.InnerException);
        await response.RunOnCompletedAsync();
        await work;

        // An application takes an aborted request for a client that left, and answers nothing; here somebody waits.
        if (request.IsAborted && response.Written.IsEmpty)
        {
            throw new OperationCanceledException(deadline);
        }
    }

    private async Task RunAsync(TContext context, RestResponse response)
    {
        await application.ProcessRequestAsync(context);
        await response.CompleteAsync();
    }

    private static FeatureCollection Features(RestRequest request, RestResponse response)
    {
        var features = new FeatureCollection(initialCapacity: 12);
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpRequestBodyDetectionFeature>(request);
        features.Set<IHttpRequestIdentifierFeature>(request);
        features.Set<IHttpRequestLifetimeFeature>(request);
        features.Set<IHttpConnectionFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        return features;
    }

    private static void Clear(ref ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > KeptBytesMax)
        {
            buffer = new ArrayBufferWriter<byte>(32 * 1024);
        }

        buffer.ResetWrittenCount();
    }
}
