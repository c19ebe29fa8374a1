using System.Text.Json.Nodes;

namespace Clinic.Testing.Hostile;

/// <summary>Bends of single members, by what the OpenAPI document says that they may be.</summary>
internal static class MemberBends
{
    private const int Huge = 64 * 1024;
    private const int VeryHuge = 1024 * 1024;
    private const int Many = 50_000;

    /// <summary>Addresses, passwords and tokens have one refusal for whatever is wrong: it must not say what.</summary>
    private static readonly string[] Silent = ["SignIn", "ConfirmClinic", "ReleaseByLink", "AcceptInvitation", "OpenExport"];

    public static IEnumerable<Bend> Of(Subject subject)
    {
        if (subject.Operation.Body is not { } schema)
        {
            yield break;
        }

        var root = JsonNode.Parse(subject.Base.Body!)!;
        var places = JsonPlace.All(schema, root).ToList();
        var hugest = subject.Random("hugest").Next(places.Count);
        foreach (var (place, index) in places.Select((p, i) => (p, i)))
        {
            foreach (var bend in Presence(place, subject).Concat(Kinds(place, subject.Marker))
                .Concat(Values(place, subject, index == hugest)))
            {
                yield return bend;
            }
        }

        foreach (var place in places.Prepend(new JsonPlace([], schema, true)).Where(p => p.Schema.Type == "object"))
        {
            foreach (var bend in Objects(place, subject))
            {
                yield return bend;
            }
        }
    }

    private static IEnumerable<Bend> Presence(JsonPlace place, Subject subject)
    {
        var text = place.Text(subject.Base.Body!);
        if (place.IsRequired)
        {
            yield return Field("member missing", $"{place.Name} left out", place.Remove);
        }

        if (!place.Schema.IsNullable)
        {
            yield return Field("member null", $"{place.Name} null", b => place.Put(b, "null"));
        }

        if (text is not null && !char.IsAsciiDigit(place.Steps[^1][0]))
        {
            var holder = place with { Steps = [.. place.Steps.SkipLast(1)] };
            yield return Field("member twice", $"{place.Name} twice", b => holder.Add(b, $"\"{place.Steps[^1]}\":{text}"));
            yield return Field("member extra", $"{place.Name} in capitals",
                b => holder.Add(b, $"\"{place.Steps[^1].ToUpperInvariant()}\":{text}"));
        }
    }

    private static IEnumerable<Bend> Kinds(JsonPlace place, string marker)
    {
        (string Type, string Raw)[] kinds =
        [
            ("integer", "7"), ("number", "7.5"), ("boolean", "true"), ("boolean", "false"), ("string", $"\"{marker}\""),
            ("array", "[]"), ("array", $"[\"{marker}\"]"), ("object", "{}"), ("object", $"{{\"{marker}\":1}}"),
        ];
        return kinds.Where(k => place.Schema.Type is { } type && k.Type != type).Select(k =>
            Field("wrong type", $"{place.Name} as {k.Type} of {k.Raw.Length} bytes", b => place.Put(b, k.Raw)));
    }

    private static IEnumerable<Bend> Values(JsonPlace place, Subject subject, bool hugest) => place.Schema switch
    {
        { Codes.Count: > 0 } => Codes(place, subject.Marker),
        { Type: "string", Format: { } format } => Formats(place, format, subject.Marker),
        { Type: "string" } => Texts(place, subject, hugest),
        { Type: "integer" } => Numbers(place),
        { Type: "boolean" } => Booleans(place),
        { Type: "array" } => Lists(place, subject),
        _ => [],
    };

    private static IEnumerable<Bend> Texts(JsonPlace place, Subject subject, bool hugest)
    {
        var m = subject.Marker;
        var silent = Silent.Contains(subject.Route.Name);
        (string Kind, string What, string Raw)[] bad =
        [
            ("empty string", "empty", ""),
            ("empty string", "blank", "   "),
            ("huge string", $"{Huge} characters", m + new string('a', Huge)),
            ("control character", "an escaped NUL", m + "\\u0000"),
            ("control character", "an escaped control character", m + "\\u0007x"),
            ("control character", "a DEL", m + "\\u007f"),
        ];
        (string Kind, string What, string Raw)[] noJson =
        [
            ("control character", "a raw control character", m + "\u0001"),
            ("control character", "a raw NUL", m + "\0"),
            ("lone surrogate", "half a pair, escaped", m + "\\ud800"),
            ("lone surrogate", "the other half", m + "\\udc00 x"),
            ("lone surrogate", "a pair in the wrong order", m + "\\ude00\\ud83d"),
            ("bad UTF-8", "a cut sequence", m + "\u00C3("),
            ("bad UTF-8", "an overlong slash", m + "\u00C0\u00AF"),
            ("bad UTF-8", "a surrogate in UTF-8", m + "\u00ED\u00A0\u0080"),
            ("bad UTF-8", "above Unicode", m + "\u00F5\u0080\u0080\u0080"),
            ("bad UTF-8", "a bare continuation", m + "\u0080"),
        ];
        var rules = bad.Select(t => (t, silent ? Expected.Refused : Expected.RefusedByField));
        foreach (var ((kind, what, raw), expected) in rules.Concat(noJson.Select(t => (t, Expected.RefusedByField))))
        {
            yield return Field(kind, $"{place.Name} with {what}", b => place.Put(b, $"\"{raw}\""), expected);
        }

        if (hugest)
        {
            yield return Field("huge string", $"{place.Name} with {VeryHuge} characters",
                b => place.Put(b, $"\"{m}{new string('a', VeryHuge)}\""), silent ? Expected.Refused : Expected.RefusedByField);
        }
    }

    private static IEnumerable<Bend> Codes(JsonPlace place, string marker)
    {
        var code = place.Schema.Codes[0];
        string[] bad =
        [
            marker, "", " ", code + " ", " " + code, code.ToUpperInvariant(), code + "," + place.Schema.Codes[^1], "0", "1", "-1",
            code + "\\u0000", new string('a', Huge),
        ];
        return bad.Select((text, i) => Field("code", $"{place.Name} with a code that is none ({i})",
            b => place.Put(b, $"\"{text}\"")));
    }

    private static IEnumerable<Bend> Formats(JsonPlace place, string format, string marker)
    {
        string[] bad = format switch
        {
            "uuid" => [marker, "", .. PathBends.NoIds],
            "date" =>
            [
                marker, "", "2024-13-01", "2023-02-29", "2024-2-3", "24-02-03", "2024-02-03T00:00:00Z", "20240203", "03.02.2024",
                "0000-01-01", "10000-01-01", "-2024-01-01", "2024-02-03 ", "9999-12-31",
            ],
            _ =>
            [
                marker, "", "2024-13-01T00:00:00Z", "2024-02-03T25:00:00Z", "2024-02-03", "1706918400", "yesterday",
                "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2024-02-03T00:00:00+99:00",
                "9999-12-31T23:59:59Z",
            ],
        };
        return bad.Select((text, i) => Field("format", $"{place.Name} with no {format} ({i})",
            b => place.Put(b, $"\"{text}\"")));
    }

    private static IEnumerable<Bend> Numbers(JsonPlace place)
    {
        string[] bad =
        [
            "1e400", "-1e400", "1e-400", "1.5", "-0", "-1", "NaN", "Infinity", "-Infinity", "0x1F", "01", "+1", "1_000", ".5",
            "5.",
            "9223372036854775808", "-9223372036854775809", "1e1000000000", new string('9', 10_000), "\"7\"", "7 8",
        ];
        return bad.Select((raw, i) => Field("number", $"{place.Name} with a number that is none or out of range ({i})",
            b => place.Put(b, raw)));
    }

    private static IEnumerable<Bend> Booleans(JsonPlace place)
    {
        string[] bad = ["0", "1", "\"true\"", "TRUE", "True", "yes", "\"\""];
        return bad.Select(raw => Field("wrong type", $"{place.Name} as {raw}", b => place.Put(b, raw)));
    }

    private static IEnumerable<Bend> Lists(JsonPlace place, Subject subject)
    {
        var first = new JsonPlace([.. place.Steps, "0"], place.Schema, false).Text(subject.Base.Body!)
            ?? $"\"{Guid.CreateVersion7()}\"";
        yield return Field("many members", $"{place.Name} with {Many} items",
            b => place.Put(b, "[" + string.Join(',', Enumerable.Repeat(first, Many)) + "]"));
        string[] bad = ["[null]", "[[]]", "[[[[7]]]]", $"[\"{subject.Marker}\"]", "[7]", "[1e400]", "[,]", $"[{first},]"];
        foreach (var raw in bad)
        {
            yield return Field("list", $"{place.Name} as {raw[..Math.Min(raw.Length, 5)]}", b => place.Put(b, raw));
        }

        // A mapping of no columns is what a clinic has that named none.
        if (place.IsRequired && subject.Route.Name != "SetSheetMapping")
        {
            yield return Field("list", $"{place.Name} empty", b => place.Put(b, "[]"));
        }
    }

    private static IEnumerable<Bend> Objects(JsonPlace place, Subject subject)
    {
        var m = subject.Marker;
        if (place.Text(subject.Base.Body!) is null)
        {
            yield break;
        }

        (string What, string Members)[] extra =
        [
            ("an unknown member", $"\"{m}\":1"), ("an unknown member with text", $"\"extra\":\"{m}\""),
            ("a nameless member", $"\"\":\"{m}\""), ("a prototype", $"\"__proto__\":{{\"{m}\":1}}"),
            ("a type mark", $"\"$type\":\"{m}\""), ("an id mark", $"\"$id\":\"{m}\""), ("a reference", "\"$ref\":\"1\""),
            ("a member of 64 KB name", $"\"{m}{new string('a', Huge)}\":1"), ("a tenant", "\"tenant\":\"a1b2c3d4\""),
            ("a member with bad UTF-8", $"\"{m}\u00C3(\":1"), ("a member with half a pair", $"\"{m}\\ud800\":1"),
        ];
        foreach (var (what, members) in extra)
        {
            yield return Field("member extra", $"{what} in {place.Name}", b => place.Add(b, members));
        }

        foreach (var depth in (int[])[40, 100, 10_000])
        {
            yield return Field("deep nesting", $"{depth} levels in {place.Name}",
                b => place.Add(b, $"\"{m}\":{new string('[', depth)}{new string(']', depth)}"));
        }

        yield return Field("many members", $"{Many} members in {place.Name}",
            b => place.Add(b, string.Join(',', Enumerable.Range(0, Many).Select(i => $"\"{m}{i}\":{i}"))));
    }

    private static Bend Field(string kind, string what, Func<byte[], byte[]> bend, Expected expected = Expected.RefusedByField) =>
        new(kind, what, r => r with { Body = bend(r.Body!) }, expected);
}
