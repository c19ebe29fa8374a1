namespace Clinic.Testing.Hostile;

/// <summary>Bends of what carries a right or a condition: session, CSRF token, origin, idempotency key, version.</summary>
internal static class RightBends
{
    private const string Cookie = "Cookie";
    private const string NotAsked = "an open route asks for no session";
    private const string OnlyReads = "what only reads, or asks for no session, needs no CSRF token";

    public static IEnumerable<Bend> Of(Subject subject) =>
        Cookies(subject).Concat(Csrf(subject)).Concat(Origins(subject)).Concat(Keys(subject)).Concat(Versions(subject));

    private static IEnumerable<Bend> Cookies(Subject subject)
    {
        var m = subject.Marker;
        (string What, Func<string, string> Bend)[] bad =
        [
            ("empty", _ => ""), ("no value", _ => "session="), ("junk", _ => "session=" + m), ("only the clinic", c => c[..17]),
            ("another clinic's", c => $"session={subject.Foreign.Clinic}{c[16..]}"), ("one character more", c => c + "A"),
            ("one character less", c => c[..^1]), ("another separator", c => c.Replace('.', ',')),
            ("the name of TLS", c => "__Host-" + c), ("another name", c => "x" + c),
            ("8 KB", _ => "session=" + m + new string('a', 8_192)),
            ("a second that is junk", c => $"{c}; session={m}"), ("only commas", _ => ",,,"), ("only equals", _ => "==="),
            ("a NUL, escaped", c => c + "%00"), ("a path in it", c => $"session=..%2f{c[8..]}"),
            ("an array", c => $"session[]={c[8..]}"),
        ];
        foreach (var (what, bend) in bad)
        {
            yield return Session(what, r => r.With(Cookie, bend(r.Value(Cookie))), subject);
        }

        yield return Session("missing", r => r.Without(Cookie), subject);
        yield return Session("a second line of junk", r => r.And(Cookie, "session=" + m), subject);
        var random = subject.Random("cookies");
        for (var n = 0; n < 30; n++)
        {
            var place = 17 + random.Next(43);
            yield return Session($"another character at {place} ({n})",
                r => r.With(Cookie, Mutated(r.Value(Cookie), place)), subject);
        }

        yield return new Bend("cookie", "bytes that are no UTF-8", r => r.And(Cookie, "a=\u00FF\u00FE"), Expected.ByServer,
            "no well-formed HTTP");
        (string What, Func<string, string> Bend)[] fine =
        [
            ("8 KB of others", c => $"junk={m}{new string('a', 8_192)}; {c}"),
            ("200 others", c => string.Join("; ", Enumerable.Range(0, 200).Select(i => $"c{i}={i}").Append(c))),
            ("others that are none", c => $"{m}; =; ;; {c}"),
        ];
        foreach (var (what, bend) in fine)
        {
            yield return new Bend("cookie", what, r => r.With(Cookie, bend(r.Has(Cookie) ? r.Value(Cookie) : "a=b")),
                Expected.Unchanged, "cookies of others are ignored");
        }
    }

    private static Bend Session(string what, Func<RawRequest, RawRequest> bend, Subject subject) => subject.Route.IsPermitted
        ? new Bend("session", what, bend)
        : new Bend("session", what, r => bend(r.With(Cookie, "session=a1b2c3d4." + new string('A', 43))), Expected.Unchanged,
            NotAsked);

    private static IEnumerable<Bend> Csrf(Subject subject)
    {
        const string name = "X-CSRF-Token";
        var m = subject.Marker;
        (string What, Func<RawRequest, RawRequest> Bend)[] bends =
        [
            ("missing", r => r.Without(name)), ("empty", r => r.With(name, "")), ("junk", r => r.With(name, m)),
            ("zeros", r => r.With(name, new string('0', 64))), ("8 KB", r => r.With(name, new string('a', 8_192))),
            ("quoted", r => r.With(name, $"\"{Token(r)}\"")),
            ("in capitals", r => r.With(name, Token(r).ToUpperInvariant() + "A")),
            ("twice", r => r.And(name, Token(r))), ("with junk beside it", r => r.And(name, m)),
            ("a star", r => r.With(name, "*")),
            ("with a space", r => r.With(name, Token(r).Insert(32, " "))), ("one digit less", r => r.With(name, Token(r)[..^1])),
        ];
        var needed = subject.Route is { IsPermitted: true, ChangesState: true };
        return bends.Select(b => needed
            ? new Bend("CSRF token", b.What, b.Bend)
            : new Bend("CSRF token", b.What, r => b.Bend(r.Has(name) ? r : r.With(name, new string('a', 64))), Expected.Unchanged,
                OnlyReads));

        static string Token(RawRequest request) => request.Value(name);
    }

    private static IEnumerable<Bend> Origins(Subject subject)
    {
        var m = subject.Marker;
        string[] foreign =
        [
            "null", $"https://{m}.example", m, "http://127.0.0.1", "http://127.0.0.1:1", "https://localhost", "file://", "*",
            "http://127.0.0.1.evil.example", new string('a', 8_000), "http://[::1]", "data:text/html," + m,
        ];
        foreach (var (origin, i) in foreign.Select((o, i) => (o, i)))
        {
            yield return new Bend("origin", $"foreign ({i})", r => r.With("Origin", origin));
        }

        yield return new Bend("origin", "own and foreign", r => r.With("Origin", Own(r)).And("Origin", $"https://{m}.example"));
        yield return new Bend("origin", "foreign and own", r => r.With("Origin", $"https://{m}.example").And("Origin", Own(r)));
        yield return new Bend("origin", "own and foreign in one", r => r.With("Origin", $"{Own(r)} https://{m}.example"));
        yield return new Bend("origin", "own with a path", r => r.With("Origin", Own(r) + "/" + m));
        yield return new Bend("origin", "own", r => r.With("Origin", Own(r)), Expected.Unchanged, "a page of the Api's own host");
        yield return new Bend("origin", "empty", r => r.With("Origin", ""), Expected.Unchanged, "no browser sends it so");
    }

    private static IEnumerable<Bend> Keys(Subject subject)
    {
        const string name = "Idempotency-Key";
        var m = subject.Marker;
        string[] bad =
        [
            "1234567", m + new string('a', 129), "a b c d e f g h", "\"12345678\"\u00E4", "12345678\t9",
            new string('a', 8_000), m[..7],
        ];
        var replayable = subject.Route.IsReplayable;
        foreach (var (key, i) in bad.Select((k, i) => (k, i)))
        {
            var sent = key.Replace("\u00E4", "\u00C3\u00A4", StringComparison.Ordinal);
            yield return Key($"none ({i})", r => r.With(name, sent));
        }

        yield return Key("two of them", r => r.With(name, m + "-key-1").And(name, m + "-key-2"));
        yield return new Bend("idempotency key", "empty", r => r.With(name, ""), Expected.Unchanged,
            "an empty header is one that was not sent");

        Bend Key(string what, Func<RawRequest, RawRequest> bend) => replayable
            ? new Bend("idempotency key", what, bend)
            : new Bend("idempotency key", what, bend, Expected.Unchanged, "this route is not replayed by key");
    }

    private static IEnumerable<Bend> Versions(Subject subject)
    {
        const string name = "If-Match";
        string[] bad =
        [
            "*", "W/\"1\"", "\"1\", \"2\"", "1", "\"\"", "\"-1\"", "\"+1\"", "\" 1\"", "\"1.0\"", "\"0x1\"",
            $"\"{subject.Marker}\"",
            "\"99999999999999999999\"", "\"999\"", "\"0\"", "", "\"1", new string('a', 8_000),
        ];
        var asked = subject.Base.Has(name);
        foreach (var (tag, i) in bad.Select((t, i) => (t, i)).Where(b => !asked || b.t != subject.Base.Value(name)))
        {
            yield return Version($"({i})", r => r.With(name, tag));
        }

        yield return Version("two of them", r => r.With(name, "\"1\"").And(name, "\"2\""));
        if (asked)
        {
            yield return new Bend("if-match", "missing", r => r.Without(name));
        }

        Bend Version(string what, Func<RawRequest, RawRequest> bend) => asked
            ? new Bend("if-match", what, bend)
            : new Bend("if-match", what, bend, Expected.Unchanged, "this route asks for no version");
    }

    private static string Own(RawRequest request) => "http://" + request.Value("Host");

    private static string Mutated(string cookie, int place)
    {
        var other = cookie[place] == 'A' ? 'B' : 'A';
        return cookie[..place] + other + cookie[(place + 1)..];
    }
}
