using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.Testing.Hostile;

/// <summary>
/// A request byte for byte: no client library repairs it on its way. Characters of the head are bytes (Latin-1).
/// </summary>
public sealed record RawRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    public string Version { get; init; } = "HTTP/1.1";

    /// <summary>Stands between the last header and the body in place of an honest Content-Length.</summary>
    public string? Framing { get; init; }

    /// <summary>Nothing more will come: the sender closes its side, though more was announced.</summary>
    public bool EndsEarly { get; init; }

    public RawRequest With(string name, string value) =>
        this with { Headers = [.. Headers.Where(h => !Is(h.Name, name)), (name, value)] };

    public RawRequest Without(string name) => this with { Headers = [.. Headers.Where(h => !Is(h.Name, name))] };

    /// <summary>One header more, whether or not its name is there already.</summary>
    public RawRequest And(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    public bool Has(string name) => Headers.Any(h => Is(h.Name, name));

    public string Value(string name) => Headers.First(h => Is(h.Name, name)).Value;

    public byte[] Bytes()
    {
        var head = new StringBuilder($"{Method} {Target} {Version}\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        head.Append("Connection: close\r\n");
        if (Framing is not null)
        {
            head.Append(Framing);
        }
        else if (Body is not null || Method is "POST" or "PUT" or "PATCH")
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body?.Length ?? 0}\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body ?? []];
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Status">0 when the connection ended without an answer.</param>
public sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, TimeSpan Took)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) =>
        Headers.FirstOrDefault(h => string.Equals(h.Name, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The JSON of the answer, or null.</summary>
    public JsonObject? Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) as JsonObject;
            }
            catch (System.Text.Json.JsonException)
            {
                return null;
            }
        }
    }
}

/// <summary>Sends bytes to an address and reads what comes back, within a bounded time.</summary>
public static class RawHttp
{
    /// <summary>Kestrel gives up a body that does not come after five seconds; what takes longer than this hangs.</summary>
    public static readonly TimeSpan PatienceDefault = TimeSpan.FromSeconds(10);

    private const int HeadBytesMax = 64 * 1024;

    /// <summary>Null when nothing was answered and the connection stayed open.</summary>
    public static async Task<RawAnswer?> Send(Uri api, RawRequest request, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        using var deadline = new CancellationTokenSource(patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(api.Host, api.Port, deadline.Token);

            // Read beside the writing: a server may refuse a large body before it has all of it, and close.
            var reading = Read(socket, deadline.Token);
            await Write(socket, request, deadline.Token);
            var bytes = await reading;
            return Parse(bytes, Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task Write(Socket socket, RawRequest request, CancellationToken ct)
    {
        try
        {
            ReadOnlyMemory<byte> rest = request.Bytes();
            while (rest.Length > 0)
            {
                rest = rest[await socket.SendAsync(rest, ct)..];
            }

            if (request.EndsEarly)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The server has closed; its answer is read beside.
        }
    }

    private static async Task<byte[]> Read(Socket socket, CancellationToken ct)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, ct) is var read and > 0)
            {
                all.Write(buffer, 0, read);
                if (IsWhole(all.GetBuffer().AsSpan(0, (int)all.Length)))
                {
                    break;
                }
            }
        }
        catch (SocketException)
        {
            // Reset after the answer, because we were still sending: what was read is the answer.
        }

        return all.ToArray();
    }

    /// <summary>Answers end with the connection, or by their length; the latter saves waiting for the close.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        if (!Head(bytes, out var start, out var end))
        {
            return false;
        }

        var head = Encoding.Latin1.GetString(bytes[start..end]);
        if (head.StartsWith("HTTP/1.1 204", StringComparison.Ordinal))
        {
            return true;
        }

        var at = head.IndexOf("\r\nContent-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)
                && bytes[end..].EndsWith("\r\n0\r\n\r\n"u8);
        }

        var length = head[(at + 18)..].Split('\r')[0];
        return bytes.Length - end - 4 >= int.Parse(length, CultureInfo.InvariantCulture);
    }

    /// <summary>The head of the final answer, past any interim one.</summary>
    private static bool Head(ReadOnlySpan<byte> bytes, out int start, out int end)
    {
        start = 0;
        while (true)
        {
            var length = bytes[start..].IndexOf("\r\n\r\n"u8);
            end = start + length;
            if (length < 0 || length > HeadBytesMax || !bytes[start..].StartsWith("HTTP/1.1 1"u8))
            {
                return length >= 0;
            }

            start = end + 4;
        }
    }

    private static RawAnswer Parse(byte[] bytes, TimeSpan took)
    {
        if (!Head(bytes, out var start, out var end))
        {
            return new RawAnswer(0, [], [], took);
        }

        var lines = Encoding.Latin1.GetString(bytes.AsSpan(start..end)).Split("\r\n");
        var headers = lines.Skip(1).Select(l => l.Split(':', 2)).Select(h => (h[0], h[1].Trim())).ToList();
        var body = bytes[(end + 4)..];
        var answer = new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body, took);
        return answer.Header("Transfer-Encoding") is null ? answer : answer with { Body = Unchunked(body) };
    }

    private static byte[] Unchunked(ReadOnlySpan<byte> body)
    {
        var whole = new List<byte>();
        while (body.IndexOf("\r\n"u8) is var line and > 0)
        {
            var size = int.Parse(Encoding.ASCII.GetString(body[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                break;
            }

            whole.AddRange(body.Slice(line + 2, size));
            body = body[(line + 2 + size + 2)..];
        }

        return [.. whole];
    }
}
