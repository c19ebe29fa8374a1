namespace Clinic.Testing.Hostile;

/// <summary>
/// Bends of the query string: of each documented parameter by its schema, and of strings that no parameter takes.
/// </summary>
internal static class QueryBends
{
    private const string Unknown = "what no parameter takes is ignored, like an unknown header";

    public static IEnumerable<Bend> Of(Subject subject)
    {
        foreach (var parameter in subject.Operation.Query)
        {
            foreach (var (value, i) in Bad(parameter, subject).Select((v, i) => (v, i)))
            {
                yield return new Bend(parameter.Name is "cursor" or "Cursor" ? "cursor" : "query",
                    $"{parameter.Name} ({i})", r => With(r, parameter.Name, value));
            }

            yield return new Bend("query", $"{parameter.Name} twice", r => With(r, parameter.Name,
                $"{new string('a', 50)}&{parameter.Name}={new string('a', 50)}"));
            foreach (var lawful in Lawful(parameter))
            {
                yield return new Bend("query", $"{parameter.Name} '{lawful}'", r => With(r, parameter.Name, lawful),
                    Expected.Unchanged, "a number or instant without a value was not sent, and all time is a lawful window");
            }
        }

        var m = subject.Marker;
        string[] ignored =
        [
            $"{m}={m}", $"tenant={subject.Foreign.Clinic}", "&&&===", "a[]=1&a[]=2", "%00=%00", "%zz", "%ff=%ff",
            "__proto__[x]=1",
            string.Join('&', Enumerable.Range(0, 1_500).Select(i => $"a{i}")), m + new string('a', 6_000), "?", "?a?b",
        ];
        foreach (var (query, i) in ignored.Select((q, i) => (q, i)))
        {
            yield return new Bend("unknown query", $"({i})", r => r with { Target = r.Target
                + (r.Target.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query }, Expected.Unchanged, Unknown);
        }
    }

    private static IEnumerable<string> Bad(ApiParameter parameter, Subject subject)
    {
        var m = subject.Marker;
        string[] always = [m, m + new string('a', 6_000), "%00", m + "%00", "%0d%0aSet-Cookie:%20a=" + m, "%ed%a0%80",
            "a%20b%20" + m,
            "%F0%9F%98%80"];
        string[] early = parameter.Name == "To" ? ["0001-01-01T00:00:00Z", "0001-01-03T00:00:00Z", "1970-01-01"] : [];
        string[] more = (parameter.Name.ToUpperInvariant(), parameter.Schema.Type, parameter.Schema.Format) switch
        {
            ("CURSOR", _, _) => ["", "A", "____", "_____w", new string('A', 500), .. subject.Foreign.Cursors],
            ("SOURCE", _, _) => ["", "UPPER", "a_b", "-", new string('a', 41), "a/b", "a%23b", "%20a"],
            (_, "integer", _) => ["0", "-1", "-0", "1e9", "1000000000", "101", "2147483648", "99999999999999999999", "1.5", "NaN",
                "0x10", "1,000", "%2B5x"],
            (_, _, "date-time") => ["yesterday", "2024-13-01", "2023-02-29T00:00:00Z", "10000-01-01", "9999-12-31T23:59:59-14:00",
                "0001-01-01T00:00:00%2B14:00", "24:00", "1706918400", .. early],
            ("PATIENT", _, _) => [.. PathBends.NoIds],
            ("ACTION", _, _) => ["", "7", "-1", "patientread", "PatientRead,AuditRead", "PatientRead%20"],
            ("ACTOR", _, _) => ["", new string('a', 81)],
            _ => [],
        };

        // An actor is any short text: nobody of that name has acted, which is an answer, not an error. The marker can be a
        // source.
        return parameter.Name switch
        {
            "Actor" => [m + new string('a', 6_000), .. more],
            "source" => [.. always.Skip(1), .. more],
            _ => [.. always, .. more],
        };
    }

    private static string[] Lawful(ApiParameter parameter) => parameter.Schema switch
    {
        { Type: "integer" } => [""],
        { Format: "date-time" } => ["", parameter.Name == "To" ? "9999-12-31T23:59:59Z" : "0001-01-01T00:00:00Z"],
        _ => [],
    };

    private static RawRequest With(RawRequest request, string name, string value)
    {
        var (path, query) = request.Target.Split('?') is [var p, var q] ? (p, q) : (request.Target, "");
        var others = query.Split('&').Where(part => part.Length > 0
            && !part.Split('=')[0].Equals(name, StringComparison.OrdinalIgnoreCase));
        return request with { Target = $"{path}?{string.Join('&', others.Append($"{name}={value}"))}" };
    }
}
