using System.Globalization;
using System.Text;

namespace Clinic.Testing.Hostile;

/// <summary>Bends of how a request is put on the wire: lengths that lie, chunks that are none, versions, methods.</summary>
internal static class FramingBends
{
    private const string NoHttp = "no well-formed HTTP";
    private const string Unread = "the route reads no body";

    public static IEnumerable<Bend> Of(Subject subject) =>
        Lengths(subject).Concat(Chunks(subject)).Concat(Expectations(subject)).Concat(Versions()).Concat(Methods(subject));

    private static IEnumerable<Bend> Lengths(Subject subject)
    {
        var m = subject.Marker;
        string[] bad = ["-1", "1.5", "0x10", m, "", "99999999999999999999", "5, 6", "5 5"];
        foreach (var length in bad)
        {
            var name = length == m ? "MARK" : length;
            yield return Server("content length", $"of '{name}'", r => r with { Framing = $"Content-Length: {length}\r\n" });
        }

        // The server reads +5 as 5.
        yield return Cut(subject, new Bend("content length", "of '+5'", r => r with { Framing = "Content-Length: +5\r\n" }));
        yield return Server("content length", "two that differ",
            r => r with { Framing = $"Content-Length: {Size(r)}\r\nContent-Length: {Size(r) + 1}\r\n" });
        if (subject.HasBody)
        {
            // What follows the announced length is the next request's; the connection closes before it is one. Half a table is a
            // table, so of one its first two bytes are announced.
            yield return new Bend("content length", "half the body",
                r => r with { Framing = Length(subject.IsSheet ? 2 : Size(r) / 2) });
            yield return Server("content length", "more than comes, then the end",
                r => r with { Framing = Length(Size(r) + 10), EndsEarly = true });
            yield return new Bend("content length", "more than comes, and waiting",
                r => r with { Framing = Length(Size(r) + 10) }) { IsSlow = true };
            yield return new Bend("content length", "above the limit, and nothing comes",
                r => r with { Framing = Length(100_000_000), Body = [] });
        }
        else
        {
            yield return new Bend("content length", "above the limit, and nothing comes",
                r => r with { Framing = Length(100_000_000), Body = [] }, Expected.Unchanged, Unread);
        }
    }

    private static IEnumerable<Bend> Chunks(Subject subject)
    {
        const string kind = "chunked";
        yield return Server(kind, "a coding that is none", r => r with { Framing = $"Transfer-Encoding: {subject.Marker}\r\n" });
        yield return Server(kind, "a coding of bytes", r => r with { Framing = "Transfer-Encoding: gzip\r\n" });
        yield return Cut(subject, new Bend(kind, "chunked twice",
            r => r with { Framing = "Transfer-Encoding: chunked, chunked\r\n" }));
        if (!subject.HasBody)
        {
            yield break;
        }

        (string What, Func<byte[], byte[]> Body)[] bad =
        [
            ("a size that is none", b => [.. Latin("zz\r\n"), .. b, .. Latin("\r\n0\r\n\r\n")]),
            ("a negative size", b => [.. Latin("-5\r\n"), .. b, .. Latin("\r\n0\r\n\r\n")]),
            ("a size above all", b => [.. Latin("ffffffffffffffff\r\n"), .. b]),
            ("a size without an end", _ => Latin(new string('1', 5_000))),
            ("a chunk that is longer than its size", b => [.. Latin("5\r\n"), .. b, .. Latin("\r\n0\r\n\r\n")]),
            ("no chunks", b => b),
        ];
        foreach (var (what, body) in bad)
        {
            yield return new Bend(kind, what, r => r with { Framing = "Transfer-Encoding: chunked\r\n", Body = body(r.Body!) });
        }

        yield return Server(kind, "an end before the end",
            r => r with { Framing = "Transfer-Encoding: chunked\r\n", Body = [.. Latin("5\r\n12")], EndsEarly = true });
        yield return new Bend(kind, "above 6 MiB",
            r => r with { Framing = "Transfer-Encoding: chunked\r\n", Body = Chunked(new byte[(6 * 1024 * 1024) + 1]) });
        yield return new Bend(kind, "well", r => r with { Framing = "Transfer-Encoding: chunked\r\n", Body = Chunked(r.Body!) },
            Expected.Unchanged, "a body may come in chunks");
        yield return new Bend(kind, "beside a length",
            r => r with { Framing = $"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", Body = Chunked(r.Body!) },
            Expected.Unchanged, "chunks go before a length (RFC 9112, 6.3), and the connection is closed");
    }

    private static IEnumerable<Bend> Expectations(Subject subject)
    {
        yield return new Bend("expect", "100-continue", r => r.With("Expect", "100-continue"), Expected.Unchanged,
            "the server asks for the body, or answers without it");
        yield return new Bend("expect", "something else", r => r.With("Expect", subject.Marker), Expected.Unchanged,
            "an expectation that is not known is ignored");
    }

    private static IEnumerable<Bend> Versions()
    {
        foreach (var version in (string[])["HTTP/9.9", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 x", "", "HTTPS"])
        {
            yield return Server("version", version.Length == 0 ? "none" : version, r => r with { Version = version });
        }

        yield return Server("version", "line feeds alone", r => r with { Method = "GET / HTTP/1.1\n\n" + r.Method });
        yield return new Bend("version", "HTTP/1.0", r => r with { Version = "HTTP/1.0" }, Expected.Unchanged,
            "the older version means the same here");
    }

    private static IEnumerable<Bend> Methods(Subject subject)
    {
        const string kind = "method";
        string[] others = ["HEAD", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "QUERY", subject.Marker.ToUpperInvariant(),
            new string('A', 1_000)];
        foreach (var method in others)
        {
            yield return new Bend(kind, method.Length > 20 ? "1000 letters" : method == others[6] ? "MARK" : method,
                r => r with { Method = method });
        }

        string[] none = ["G\u00C4T", "GE/T", "GE T", "\"GET\"", "GET\0", new string('A', 20_000)];
        foreach (var (method, i) in none.Select((n, i) => (n, i)))
        {
            yield return Server(kind, $"no word of HTTP ({i})", r => r with { Method = method });
        }

        yield return Server(kind, "CONNECT", r => r with { Method = "CONNECT", Target = "127.0.0.1:22" });
        yield return Server(kind, "CONNECT with a path", r => r with { Method = "CONNECT" });
        yield return new Bend(kind, "lower case", r => r with { Method = r.Method.ToLowerInvariant() }, Expected.Unchanged,
            "methods are compared without case, by the routes and by the guard alike");
    }

    public static byte[] Chunked(byte[] body) =>
        [.. Latin($"{body.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"), .. body, .. Latin("\r\n0\r\n\r\n")];

    /// <summary>A body that is cut or none is refused where one is read.</summary>
    private static Bend Cut(Subject subject, Bend bend) =>
        subject.HasBody ? bend : bend with { Expected = Expected.Unchanged, Why = Unread };

    private static int Size(RawRequest request) => request.Body?.Length ?? 0;

    private static string Length(int bytes) => $"Content-Length: {bytes.ToString(CultureInfo.InvariantCulture)}\r\n";

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static Bend Server(string kind, string what, Func<RawRequest, RawRequest> bend) =>
        new(kind, what, bend, Expected.ByServer, NoHttp);
}
