using System.Text;

namespace Clinic.Testing.Hostile;

/// <summary>Bends of the path: of each id in it, and of the path of a route that has none.</summary>
internal static class PathBends
{
    private const string Absent = "00000000-0000-7000-8000-000000000000";

    /// <summary>Spellings that are no id of ours: one thing has one spelling.</summary>
    public static readonly IReadOnlyList<string> NoIds =
    [
        "018f3a6b7c017a2b9c3d4e5f60718293", "{018f3a6b-7c01-7a2b-9c3d-4e5f60718293}", "(018f3a6b-7c01-7a2b-9c3d-4e5f60718293)",
        "018f3a6b-7c01-7a2b-9c3d-4e5f6071829", "018f3a6b-7c01-7a2b-9c3d-4e5f607182930", "018f3a6b-7c01-7a2b-9c3d-4e5f6071829g",
        "018f3a6b_7c01_7a2b_9c3d_4e5f60718293", "urn:uuid:018f3a6b-7c01-7a2b-9c3d-4e5f60718293", "0x18f3a6b", "1", "-1", "1.0",
    ];

    public static IEnumerable<Bend> Of(Subject subject)
    {
        var segments = subject.Operation.Pattern.Split('/');
        var own = Array.FindIndex(segments, s => s.StartsWith('{'));
        return (own < 0 ? [] : Ids(subject, own)).Concat(Paths(subject)).Concat(Targets(subject));
    }

    private static IEnumerable<Bend> Ids(Subject subject, int at)
    {
        var m = subject.Marker;
        string[] bad =
        [
            .. NoIds, m, "..", ".", "...", "%2e%2e", "%2E%2E%2F", "%252e%252e", "..%2f..%2fhealth", "..%5c", "%2F", "%5C",
            ";", ";a=b",
            "", "%20", "%09", "%0d%0aX-Evil:%20" + m, "%c0%af", "%ff", "%ed%a0%80", "%zz", "%", "%u0041", "%e2%80%ae" + m,
            "%F0%9F%98%80",
            "null", "undefined", "current%00", "*", "'%20or%201=1--", "${" + m + "}", "{{" + m + "}}", "$where", "@" + m,
            m + new string('a', 7_000),
        ];
        var lost = subject.Operation.HasCollection ? new[] { "", "." } : [];
        foreach (var (text, i) in bad.Select((t, i) => (t, i)).Where(b => !lost.Contains(b.t)))
        {
            // A NUL in a path is none of HTTP's: the server refuses it.
            var expected = text.Contains("%00", StringComparison.Ordinal) ? Expected.ByServer : Expected.Refused;
            yield return new Bend("id", $"no id ({i})", r => Segment(r, at, _ => text), expected, "a NUL in a path");
        }

        foreach (var absent in (string[])[Guid.Empty.ToString(), Absent, "ffffffff-ffff-ffff-ffff-ffffffffffff"])
        {
            yield return new Bend("absent id", absent, r => Segment(r, at, _ => absent));
        }

        foreach (var (what, around) in ((string, string)[])[("space", "%20"), ("zero", "%30"), ("semicolon", ";"), ("dot", ".")])
        {
            yield return new Bend("id", $"a {what} after it", r => Segment(r, at, id => id + around));
            yield return new Bend("id", $"a {what} before it", r => Segment(r, at, id => around + id));
        }

        if (Guid.TryParse(subject.Base.Target.Split('/', '?')[at], out _))
        {
            yield return new Bend("id", "in upper case", r => Segment(r, at, id => id.ToUpperInvariant()), Expected.Unchanged,
                "hexadecimal digits have no case");
        }

        yield return new Bend("id", "percent-encoded", r => Segment(r, at, id => string.Concat(id.Select(c => $"%{(int)c:x2}"))),
            Expected.Unchanged, "a path is decoded once");
        yield return new Bend("id", "percent-encoded twice",
            r => Segment(r, at, id => string.Concat(id.Select(c => $"%25{(int)c:x2}"))));
        if (subject.Foreign.Path is { } path)
        {
            yield return new Bend("other clinic", "an id of another clinic", r => r with { Target = path });
        }

        var random = subject.Random("ids");
        for (var n = 0; n < 20; n++)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            var id = new Guid(bytes).ToString();
            yield return new Bend("absent id", $"drawn ({n})", r => Segment(r, at, _ => id));
        }
    }

    private static IEnumerable<Bend> Paths(Subject subject)
    {
        var m = subject.Marker;
        string[] tails = ["/" + m, "/..%2f" + m, ";" + m, "." + m, ".json", "%20", "%2e", "/%2e%2e%2f", "%3f" + m, "%23",
            "/*", "~",
            "/a/b/c/d/e/f/g", "\\" + m, "%5c" + m, "%c0%ae", "%e2%80%8b", "/" + m + new string('a', 7_000)];
        foreach (var (tail, i) in tails.Select((t, i) => (t, i)))
        {
            yield return new Bend("path", $"a tail ({i})", r => OnPath(r, p => p + tail));
        }

        (string What, Func<string, string> Bend)[] bad =
        [
            ("two slashes in front", p => "/" + p),
            ("two slashes inside", p => p.Replace("v1/", "v1//", StringComparison.Ordinal)),
            ("an encoded slash", p => p.Replace("v1/", "v1%2f", StringComparison.Ordinal)),
            ("another version", p => p.Replace("v1/", "v2/", StringComparison.Ordinal)),
            ("a Cyrillic letter", p => p.Replace("v1/", "%d1%951/", StringComparison.Ordinal)),
            ("without a version", p => p.Replace("/v1", "", StringComparison.Ordinal)),
            ("a parameter of a segment", p => p.Replace("v1/", "v1;a=b/", StringComparison.Ordinal)),
        ];
        foreach (var (what, bend) in bad)
        {
            yield return new Bend("path", what, r => OnPath(r, bend));
        }

        var random = subject.Random("paths");
        for (var n = 0; n < 20; n++)
        {
            var junk = new string([.. Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26)))]);
            yield return new Bend("path", $"a drawn segment ({n})", r => OnPath(r, p => p + "/" + m + junk));
        }

        (string What, Func<string, string> Bend, string Why)[] same =
        [
            ("a slash at the end", p => p + "/", "routes match with and without it"),
            ("capitals", p => p.Replace("/v1/", "/V1/", StringComparison.Ordinal), "fixed segments match without case"),
            ("a dot segment", p => p.Replace("/v1/", "/x/../v1/", StringComparison.Ordinal), "dot segments are resolved first"),
        ];
        foreach (var (what, bend, why) in same)
        {
            yield return new Bend("path", what, r => OnPath(r, bend), Expected.Unchanged, why);
        }
    }

    /// <summary>Request lines that are none: the server refuses them.</summary>
    private static IEnumerable<Bend> Targets(Subject subject)
    {
        var m = subject.Marker;
        (string What, Func<string, string> Bend)[] bad =
        [
            ("a NUL", t => t.Replace("v1/", "v1/%00", StringComparison.Ordinal)), ("a raw NUL", t => t + "\0"),
            ("raw bytes above ASCII", t => t + "\u00FF\u00FE"),
            ("raw UTF-8", t => t + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("ä"))),
            ("16 KB", t => t + "/" + new string('a', 16_384)),
            ("a space", t => t + " " + m), ("no slash in front", t => t[1..]),
            ("another host's address", t => $"http://{m}.example{t}"),
            ("an asterisk", _ => "*"), ("nothing", _ => ""), ("a carriage return", t => t + "\rX: y"),
        ];
        return bad.Select(b => new Bend("request line", b.What, r => r with { Target = b.Bend(r.Target) }, Expected.ByServer,
            "no well-formed HTTP"));
    }

    private static RawRequest Segment(RawRequest request, int at, Func<string, string> bend) => OnPath(request, path =>
    {
        var segments = path.Split('/');
        segments[at] = bend(segments[at]);
        return string.Join('/', segments);
    });

    private static RawRequest OnPath(RawRequest request, Func<string, string> bend)
    {
        var query = request.Target.IndexOf('?', StringComparison.Ordinal);
        return query < 0
            ? request with { Target = bend(request.Target) }
            : request with { Target = bend(request.Target[..query]) + request.Target[query..] };
    }
}
