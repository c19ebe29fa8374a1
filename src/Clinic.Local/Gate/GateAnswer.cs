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
    private Func<Stream, Stream>? _through;

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

    /// <summary>Where in its object a body that is streamed begins.</summary>
    public long From => _upstream?.Content.Headers.ContentRange?.From ?? 0;

    public static GateAnswer Streamed(HttpResponseMessage upstream) => new(upstream, default, held: false);

    public static async Task<GateAnswer> HeldAsync(HttpResponseMessage upstream, CancellationToken ct)
    {
        using (upstream)
        {
            return new GateAnswer(upstream, await upstream.Content.ReadAsByteArrayAsync(ct), held: true);
        }
    }

    /// <summary>Removes a header. Null when there is none.</summary>
    public string? Take(string name)
    {
        var at = Headers.FindIndex(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase));
        if (at < 0) { return null; }
        var value = Headers[at].Value;
        Headers.RemoveAt(at);
        return value;
    }

    /// <summary>What the body goes through on its way to the client, byte for byte.</summary>
    public void Through(Func<Stream, Stream> turn) => _through = turn;

    public async Task WriteAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers) { response.Headers[name] = value; }
        if (_upstream is not null && _through is not null)
        {
            await using var turned = _through(await _upstream.Content.ReadAsStreamAsync(ct));
            await turned.CopyToAsync(response.Body, ct);
            return;
        }

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
