using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Lambda;

/// <summary>A request as the server gives it to the pipeline; read from an event by <see cref="RestEventReader"/>.</summary>
internal sealed class RestRequest : IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IHttpConnectionFeature,
    IHttpRequestIdentifierFeature, IHttpRequestLifetimeFeature, IDisposable
{
    private CancellationTokenSource? _aborted;

    public string Protocol { get; set; } = "HTTP/1.1";

    /// <summary>API Gateway takes nothing but TLS.</summary>
    public string Scheme { get; set; } = "https";

    public string Method { get; set; } = "";

    public string PathBase { get; set; } = "";

    public string Path { get; set; } = "";

    public string QueryString { get; set; } = "";

    public string RawTarget { get; set; } = "";

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; } = Stream.Null;

    public bool CanHaveBody { get; init; }

    /// <summary>A path that no server takes: the answer is 400, and the application does not see it.</summary>
    public bool IsBad { get; init; }

    public string ConnectionId { get; set; } = "";

    public IPAddress? RemoteIpAddress { get; set; }

    public int RemotePort { get; set; }

    public IPAddress? LocalIpAddress { get; set; }

    public int LocalPort { get; set; }

    /// <summary>The gateway's own id of the request; empty when the event has none.</summary>
    public string TraceIdentifier { get; set; } = "";

    public CancellationToken RequestAborted { get; set; }

    /// <summary>The application gave the request up, or its time is over.</summary>
    public bool IsAborted => RequestAborted.IsCancellationRequested || _aborted?.IsCancellationRequested == true;

    public void Abort() => _aborted?.Cancel();

    /// <summary>Time is over a little before Lambda's own deadline, so that the end can still be reported.</summary>
    public void EndAt(CancellationToken deadline)
    {
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        RequestAborted = _aborted.Token;
    }

    public void Dispose() => _aborted?.Dispose();
}
