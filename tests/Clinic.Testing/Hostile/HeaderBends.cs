using System.Text;

namespace Clinic.Testing.Hostile;

/// <summary>Bends of headers that carry no right: what proxies, browsers and attackers add.</summary>
internal static class HeaderBends
{
    private const string NoMeaning = "a header without a meaning here";
    private const string NoHttp = "no well-formed HTTP";

    public static IEnumerable<Bend> Of(Subject subject) =>
        Ignored(subject).Concat(Accepts(subject)).Concat(Hosts(subject)).Concat(Broken(subject));

    private static IEnumerable<Bend> Ignored(Subject subject)
    {
        var m = subject.Marker;
        (string Kind, string Name, string Value)[] ignored =
        [
            ("forwarded", "X-Forwarded-For", $"{m}, 10.0.0.1"), ("forwarded", "X-Forwarded-Host", m + ".example"),
            ("forwarded", "X-Forwarded-Proto", "https"), ("forwarded", "X-Forwarded-Prefix", "/" + m),
            ("forwarded", "Forwarded", $"for={m};host={m};proto=https"), ("forwarded", "X-Real-IP", m),
            ("override", "X-HTTP-Method-Override", "DELETE"), ("override", "X-Method-Override", "DELETE"),
            ("override", "X-Original-URL", "/platform/v1/incidents"), ("override", "X-Rewrite-URL", "/platform/v1/incidents"),
            ("tenant header", "X-Amz-Tenant-Id", subject.Foreign.Clinic), ("tenant header", "X-Tenant", subject.Foreign.Clinic),
            ("authorization", "Authorization", "Bearer " + m), ("authorization", "Authorization", "Basic YTpi"),
            ("authorization", "X-Api-Key", m), ("range", "Range", "bytes=0-1"), ("range", "Range", m),
            ("range", "If-None-Match", "*"), ("range", "If-Modified-Since", m),
            ("header", "X-Request-Id", m), ("header", "traceparent", $"00-{m}-{m}-01"), ("header", "baggage", $"a={m}"),
            ("header", "User-Agent", new string('a', 4_000)), ("header", "User-Agent", ""), ("header", "Referer", m),
            ("header", "Accept-Language", m), ("header", "Accept-Encoding", m), ("header", "Cache-Control", "no-transform, " + m),
            ("header", "Upgrade", "websocket"), ("header", "TE", "trailers, deflate;q=0.5"),
            ("header", "Trailer", "X-Csrf-Token"),
            ("header", "X-Junk", m + new string('a', 8_000)), ("header", "Max-Forwards", "0"),
            ("header", "Prefer", "return=" + m), ("header", "Sec-Fetch-Site", m),
            ("header", "Content-Language", m), ("header", "Content-Disposition", $"attachment; filename=\"{m}\""),
        ];

        // Where a range is asked for, one that cannot be read is none (RFC 9110, 14.2): then all of it is the right answer.
        bool IsLawful(string name, string value) => name == "Range" && value == m && subject.Base.Has(name);
        return ignored.Where(h => !IsLawful(h.Name, h.Value)).Select((h, i) => new Bend(
            h.Kind, $"{h.Name} ({i})", r => r.With(h.Name, h.Value), Expected.Unchanged, NoMeaning));
    }

    private static IEnumerable<Bend> Accepts(Subject subject)
    {
        string[] accepts = ["text/html", "application/xml", "*/*;q=0", "image/*", subject.Marker, "", ",,,",
            new string('a', 4_000)];
        foreach (var (accept, i) in accepts.Select((a, i) => (a, i)))
        {
            yield return new Bend("accept", $"({i})", r => r.With("Accept", accept), Expected.Unchanged,
                "there is one representation, and it is sent");
            yield return new Bend("accept", $"({i}) with a refusal",
                r => (r with { Target = "/v1/" + subject.Marker }).With("Accept", accept));
        }
    }

    private static IEnumerable<Bend> Hosts(Subject subject)
    {
        foreach (var host in (string[])["localhost", subject.Marker + ".example", "169.254.169.254", "[::1]:80", "a:65535"])
        {
            var name = host.Replace(subject.Marker, "MARK", StringComparison.Ordinal);
            yield return new Bend("host", name, r => r.With("Host", host), Expected.Unchanged,
                "no answer is built from the host: places are relative");
        }

        string[] bad = ["a b", "a/b", "a@b", "a\"b", "http://a", "a:b", "a\u00E4", "a%00b", new string('a', 300) + ":x", "a,b"];
        foreach (var (host, i) in bad.Select((h, i) => (h, i)))
        {
            yield return Server("host", $"none ({i})", r => r.With("Host", host));
        }

        yield return Server("host", "missing", r => r.Without("Host"));
        yield return Server("host", "two", r => r.And("Host", subject.Marker + ".example"));
    }

    private static IEnumerable<Bend> Broken(Subject subject)
    {
        var m = subject.Marker;
        (string What, string Name, string Value)[] broken =
        [
            ("a NUL in a value", "X-Junk", m + "\0x"), ("a carriage return in a value", "X-Junk", m + "\rX-Evil: 1"),
            ("a folded line", "X-Junk", m + "\r\n folded"), ("a line without a colon", "X-Junk", $"a\r\n{m}"),
            ("an empty name", "", m), ("a space in a name", "X Junk", m), ("a space before the colon", "X-Junk ", m),
            ("bytes above ASCII in a name", "X-J\u00E4", m),
            ("40 KB of one header", "X-Junk", m + new string('a', 40_000)),
        ];
        foreach (var (what, name, value) in broken)
        {
            yield return Server("broken header", what, r => r.And(name, value));
        }

        yield return Server("broken header", "bytes that are no UTF-8", r => r.And("X-Junk", m + "\u00FF\u00FE\u00C3("));
        yield return Server("broken header", "150 headers",
            r => Enumerable.Range(0, 150).Aggregate(r, (q, i) => q.And($"X-{i}", m)));
        yield return new Bend("header", "a line end in a value that adds a header", r => r.And("X-Junk", m + "\r\nX-Admin: true"),
            Expected.Unchanged, "two headers without a meaning here");
        yield return new Bend("header", "a bracket in a name", r => r.And("X(Junk)", m), Expected.Unchanged,
            "the server reads more names than HTTP has; none of them has a meaning here");
        yield return new Bend("header", "UTF-8 in a value",
            r => r.And("X-Junk", m + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("ä\u202e"))), Expected.Unchanged,
            NoMeaning);
    }

    private static Bend Server(string kind, string what, Func<RawRequest, RawRequest> bend) =>
        new(kind, what, bend, Expected.ByServer, NoHttp);
}
