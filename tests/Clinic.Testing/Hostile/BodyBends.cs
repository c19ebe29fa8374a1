using System.Text;

namespace Clinic.Testing.Hostile;

/// <summary>Bends of a body as a whole: its bytes, its type, its coding.</summary>
internal static class BodyBends
{
    private const int AboveTheLimit = 6 * 1024 * 1024 + 1;
    private const int Levels = 10_000;
    private const string Ignored = "the route reads no body";

    public static IEnumerable<Bend> Of(Subject subject)
    {
        if (!subject.HasBody)
        {
            return Unread(subject);
        }

        if (subject.IsSheet)
        {
            return SheetBends.Of(subject).Concat(Codings(subject));
        }

        var bundle = subject.IsBundle ? Bundle(subject) : [];
        return Bytes(subject).Concat(Texts(subject)).Concat(Types(subject)).Concat(Codings(subject)).Concat(bundle);
    }

    private static IEnumerable<Bend> Unread(Subject subject)
    {
        (string What, string Type, byte[] Body)[] unread =
        [
            ("JSON", "application/json", Utf8($"{{\"tenant\":\"{subject.Marker}\"}}")),
            ("no JSON", "application/json", Utf8(subject.Marker)),
            ("a form", "application/x-www-form-urlencoded", Utf8($"tenant={subject.Marker}")),
            ("bytes", "application/octet-stream", [0, 255, 254, 0]),
        ];
        return unread.Select(u => new Bend("unread body", $"{u.What} where none is read",
            r => (r with { Body = u.Body }).With("Content-Type", u.Type), Expected.Unchanged, Ignored));
    }

    private static IEnumerable<Bend> Bytes(Subject subject)
    {
        // What is no JSON at all has no field; the answer says "body".
        var m = subject.Marker;
        yield return Whole("empty body", "no body", _ => []);
        yield return Whole("empty body", "white space", _ => Utf8(" \r\n\t "));
        yield return Whole("zero bytes", "64 zero bytes", _ => new byte[64]);
        yield return Whole("zero bytes", "a zero byte after the body", b => [.. b, 0]);
        yield return Whole("zero bytes", "a zero byte before the body", b => [0, .. b]);
        yield return Whole("UTF-16", "little endian with BOM", b => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text(b))]);
        yield return Whole("UTF-16", "big endian without BOM", b => Encoding.BigEndianUnicode.GetBytes(Text(b)));
        yield return Whole("UTF-16", "UTF-32", b => Encoding.UTF32.GetBytes(Text(b)));
        yield return Whole("bad UTF-8", "a lone continuation before the body", b => [0x80, .. b]);
        yield return Whole("trailing garbage", "text after the body", b => [.. b, .. Utf8(m)]);
        yield return Whole("trailing garbage", "the body twice", b => [.. b, .. b]);
        yield return Whole("trailing garbage", "a bracket after the body", b => [.. b, (byte)'}']);
        yield return Whole("comment", "a line comment", b => [.. Utf8($"// {m}\n"), .. b]);
        yield return Whole("comment", "a block comment", b => [.. b, .. Utf8($"/* {m} */")]);
        yield return Whole("trailing garbage", "a trailing comma", b => [.. b.AsSpan().TrimEnd((byte)'}'), .. Utf8(",}")]);
        yield return Whole("body too large", "above 6 MiB, of white space", b => [.. b, .. Spaces(AboveTheLimit)],
            Expected.Refused);
        yield return Whole("body too large", "above 6 MiB, of one string", _ => Utf8($"\"{m}{new string('a', AboveTheLimit)}\""),
            Expected.Refused);
        yield return Whole("deep nesting", $"{Levels} lists", _ => Utf8(new string('[', Levels) + new string(']', Levels)));
        yield return Whole("deep nesting", $"{Levels} objects",
            _ => Utf8(string.Concat(Enumerable.Repeat("{\"a\":", Levels)) + "1" + new string('}', Levels)));
        yield return Whole("deep nesting", $"{Levels} lists without an end", _ => Utf8(new string('[', Levels)));
    }

    private static IEnumerable<Bend> Texts(Subject subject)
    {
        string[] roots = ["null", "true", "7", "NaN", "1e400", "[]", "{}", "''", $"\"{subject.Marker}\"", subject.Marker,
            "[null]",
            $"{{\"{subject.Marker}\":1}}", "{'a':1}", "{a:1}", "<xml/>", "a=1&b=2"];
        foreach (var root in roots.Where(r => r != "{}" || subject.IsBundle || subject.Operation.Body?.Required.Count > 0))
        {
            yield return Whole("wrong root", $"the body {root.Replace(subject.Marker, "MARK", StringComparison.Ordinal)}",
                _ => Utf8(root));
        }

        yield return Whole("wrong root", "the body in a list", b => [(byte)'[', .. b, (byte)']']);
        var random = subject.Random("truncated");
        var length = Text(subject.Base.Body!).TrimEnd().Length;
        for (var n = 0; n < 12; n++)
        {
            // Every beginning of an object that lacks its last bracket is no JSON.
            var part = random.NextDouble();
            yield return Whole("truncated", $"cut at {(int)(part * length)} ({n})", b => b[..(int)(part * (b.Length - 1))]);
        }
    }

    private static IEnumerable<Bend> Types(Subject subject)
    {
        var m = subject.Marker;
        string[] bad =
        [
            "text/plain", "text/html", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
            "application/octet-stream", $"application/{m}", m, "", "/", "application/", "*/*", "application/*", "json", ";;;=",
            "application/json, text/html", "text/plain, application/json", "application/json;charset=utf-7",
            "application/json;charset=utf-16", "application/json;charset=iso-8859-1", $"application/json;charset={m}",
            "application/json;charset=", "application/json-patch+json", "application/vnd.clinic+json", "text/json",
            $"application/{m}{new string('a', 8_000)}",
        ];
        var (kind, media) = ("content type", "application/json");
        foreach (var type in bad)
        {
            yield return new Bend(kind, Named(type, m), r => r.With("Content-Type", type));
        }

        yield return new Bend(kind, "none", r => r.Without("Content-Type"));
        yield return new Bend(kind, "two of them", r => r.And("Content-Type", "text/plain"));
        string[] fine = ["APPLICATION/JSON", $"{media}; charset=utf-8", $"{media};charset=\"UTF-8\"",
            $"{media} ;  charset=UTF-8"];
        foreach (var type in fine)
        {
            yield return new Bend(kind, type, r => r.With("Content-Type", type), Expected.Unchanged,
                "media types and charsets are compared without case");
        }
    }

    private static IEnumerable<Bend> Codings(Subject subject)
    {
        foreach (var coding in (string[])["gzip", "br", "deflate", "compress", "zstd", "gzip, gzip", subject.Marker])
        {
            yield return new Bend("content encoding", $"{Named(coding, subject.Marker)} that is none",
                r => r.With("Content-Encoding", coding));
        }

        yield return new Bend("content encoding", "gzip garbage",
            r => (r with { Body = [0x1F, 0x8B, 8, 0, 1, 2, 3] }).With("Content-Encoding", "gzip"));
        yield return new Bend("content encoding", "identity", r => r.With("Content-Encoding", "identity"), Expected.Unchanged,
            "identity is no coding");
    }

    /// <summary>The bundle has no schema in the document: FHIR is kept verbatim. These are wrong as a whole.</summary>
    private static IEnumerable<Bend> Bundle(Subject subject)
    {
        var m = subject.Marker;
        (string What, string Body)[] bad =
        [
            ("no type", """{"entry":[]}"""), ("two types", """{"resourceType":"Bundle","resourceType":"Bundle","entry":[]}"""),
            ("another type", """{"resourceType":"Patient","entry":[]}"""), ("a type that is a number",
                """{"resourceType":7,"entry":[]}"""), ("no entries", """{"resourceType":"Bundle"}"""),
            ("two lists of entries", """{"resourceType":"Bundle","entry":[],"entry":[]}"""),
            ("entries that are an object", """{"resourceType":"Bundle","entry":{}}"""),
            ("entries null", """{"resourceType":"Bundle","entry":null}"""), ("a type in another case",
                """{"resourceType":"bundle","entry":[]}"""), ("a member NaN", """{"resourceType":"Bundle","entry":[],"n":NaN}"""),
            ("a deep entry", $$"""{"resourceType":"Bundle","entry":[{{Deep(200)}}]}"""), ("a very deep entry",
                $$"""{"resourceType":"Bundle","entry":[{{Deep(Levels)}}]}"""), ("deep beside the entries",
                $$"""{"resourceType":"Bundle","{{m}}":{{Deep(Levels)}},"entry":[]}"""), ("50,001 entries",
                $$"""{"resourceType":"Bundle","entry":[{{string.Join(',', Enumerable.Repeat("1", 50_001))}}]}"""),
            ("a cut string", $$"""{"resourceType":"Bundle","entry":[{"fullUrl":"{{m}}"""),
        ];
        foreach (var (what, body) in bad)
        {
            yield return Whole("bundle", what, _ => Utf8(body), Expected.Refused);
        }

        yield return Whole("bundle", "above 4 MiB", b => [.. b, .. Spaces(4 * 1024 * 1024)], Expected.Refused);
        yield return new Bend("BOM", "a byte order mark", r => r with { Body = [0xEF, 0xBB, 0xBF, .. r.Body!] },
            Expected.Unchanged, "FHIR files come with a byte order mark, which says nothing");
    }

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);

    private static Bend Whole(string kind, string what, Func<byte[], byte[]> bend, Expected expected = Expected.Refused) =>
        new(kind, what, r => r with { Body = bend(r.Body!) }, expected);

    private static string Named(string text, string marker)
    {
        var name = text.Replace(marker, "MARK", StringComparison.Ordinal);
        return name.Length == 0 ? "empty" : name[..Math.Min(name.Length, 50)];
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] body) => Encoding.UTF8.GetString(body);

    private static byte[] Spaces(int count)
    {
        var spaces = new byte[count];
        spaces.AsSpan().Fill((byte)' ');
        return spaces;
    }
}
