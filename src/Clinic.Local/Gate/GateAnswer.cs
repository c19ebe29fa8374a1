using Microsoft.AspNetCore.Http;

namespace Clinic.Local.Gate;

/// <summary>What goes back to the client: bytes made here, or a stand-in's answer that is passed on as it comes.</summary>
internal sealed class GateAnswer : IDisposable
{
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Server", "Date",
    };

    private readonly HttpResponseMessage? _upstream;
    private readonly ReadOnlyMemory<byte> _body;

    public GateAnswer(int status, string contentType, ReadOnlyMemory<byte> body)
    {
        Status = status;
        _body = body;
        Headers.Add(new("Content-Type", contentType));
    }

    private GateAnswer(HttpResponseMessage upstream, ReadOnlyMemory<byte> body, bool held)
    {
        Status = (int)upstream.StatusCode;
        _upstream = held ? null : upstream;
        _body = body;
        foreach (var header in upstream.Headers.Concat(upstream.Content.Headers))
        {
            if (!NotPassedOn.Contains(header.Key)) { Headers.Add(new(header.Key, string.Join(",", header.Value))); }
        }
    }

    public int Status { get; }

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>The body when it is held here; a body that is streamed cannot be read.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    public static GateAnswer Streamed(HttpResponseMessage upstream) => new(upstream, default, held: false);

    public static async Task<GateAnswer> HeldAsync(HttpResponseMessage upstream, CancellationToken ct)
    {
        using (upstream)
        {
            return new GateAnswer(upstream, await upstream.Content.ReadAsByteArrayAsync(ct), held: true);
        }
    }

    public async Task WriteAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers) { response.Headers[name] = value; }
        if (_upstream is not null)
        {
            await _upstream.Content.CopyToAsync(response.Body, ct);
            return;
        }

        if (!response.Headers.ContainsKey("Content-Length")) { response.ContentLength = _body.Length; }
        await response.Body.WriteAsync(_body, ct);
    }

    public void Dispose() => _upstream?.Dispose();
}
