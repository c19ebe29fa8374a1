using Clinic.Platform.Access;
using Clinic.Testing.Sweeps;

namespace Clinic.Testing.Hostile;

/// <param name="Seed">The same seed gives the same bends.</param>
/// <param name="Choose">Which bends are sent.</param>
public sealed record HostileOptions(int Seed, Func<Subject, IReadOnlyList<Bend>> Choose)
{
    /// <summary>What is not answered within it hangs.</summary>
    public TimeSpan Patience { get; init; } = RawHttp.PatienceDefault;
}

/// <summary>
/// Sends malformed requests to routes: each is the operation's working sample with one thing bent, so that the bend is what is
/// refused. Afterwards the same sample, not bent, must work, and the stores must hold nothing that was not there before.
/// </summary>
public sealed class HostileSweep(SweepTarget target, ApiDocument document, HostileOptions options)
{
    private (SignedUpClinic Mine, SignedUpClinic Theirs)? clinics;

    public string Marker { get; } = Draw(options.Seed);

    /// <summary>All given routes together: one look at the stores before, one after.</summary>
    public async Task<IReadOnlyList<RouteReport>> Run(IReadOnlyList<Route> routes)
    {
        clinics ??= (await target.App.SignUpClinic(), await target.App.SignUpClinic());
        var spoken = LogCapture.Lines.Count;
        var works = new List<(Subject Subject, IReadOnlyList<Bend> Bends, RouteReport Report)>();
        foreach (var route in routes)
        {
            var subject = await Prepare(route);
            works.Add((subject, options.Choose(subject), new RouteReport(route.Name)));
        }

        var before = await LeftBehind.Take(target.App);
        foreach (var (subject, bends, report) in works)
        {
            foreach (var bend in bends.Where(b => b.Expected != Expected.Unchanged))
            {
                await Send(bend, subject, subject.Base, report, usual: 0);
            }
        }

        var after = await LeftBehind.Take(target.App);
        works[^1].Report.Findings.AddRange(after.Since(before, Marker));
        foreach (var (subject, bends, report) in works)
        {
            await SendUnchanged(subject, bends, report);
        }

        works[^1].Report.Findings.AddRange(LogCapture.Lines.Skip(spoken)
            .Where(l => l.Contains(Marker, StringComparison.OrdinalIgnoreCase))
            .Select(l => $"the log repeats what was sent: {l}"));
        return [.. works.Select(w => w.Report)];
    }

    /// <summary>First the sample as it is: it works only if no bent one before had its effect.</summary>
    private async Task SendUnchanged(Subject subject, IReadOnlyList<Bend> bends, RouteReport report)
    {
        var plain = await RawHttp.Send(target.Api, subject.Base, options.Patience);
        if (plain is not { Status: >= 200 and < 300 })
        {
            report.Findings.Add($"{subject.Route}: its sample answers {plain?.Status} after the bent ones: {plain?.Text}");
            return;
        }

        foreach (var bend in bends.Where(b => b.Expected == Expected.Unchanged))
        {
            var clinic = subject.Sample.FillsItsClinic ? await target.App.SignUpClinic() : clinics!.Value.Mine;
            var request = subject.Route.ChangesState ? await Request(subject.Route, subject.Sample, clinic) : subject.Base;
            await Send(bend, subject, request, report, plain.Status);
        }
    }

    private async Task Send(Bend bend, Subject subject, RawRequest request, RouteReport report, int usual)
    {
        var bent = bend.Apply(request);
        var answer = await RawHttp.Send(target.Api, bent, options.Patience);
        report.Add(bend, answer);
        if (HostileCheck.Finding(bend, bent, answer, Marker, usual) is { } finding)
        {
            report.Findings.Add($"{subject.Route}, {bend.Kind}: {bend.What} -> {finding}");
        }
    }

    private async Task<Subject> Prepare(Route route)
    {
        var (mine, theirs) = clinics!.Value;
        var sample = target.Shelf.Need(route.Name);
        var path = sample.NamesSomething && route.RightRole != Role.Operator ? (await target.Fill(sample, theirs)).Path : null;
        var owner = await target.Session(mine, Role.Owner, fresh: false);
        var other = await target.Session(theirs, Role.Owner, fresh: false);
        string[] cursors = [await Cursor(owner, "action=SignedIn&size=1"), await Cursor(other, "size=1")];
        return new Subject(
            route, document.Operation(route.Name), sample, await Request(route, sample, mine), Marker,
            new ForeignThings(theirs.Id, path, cursors), options.Seed);
    }

    private async Task<RawRequest> Request(Route route, HttpSample sample, SignedUpClinic clinic)
    {
        var filled = await target.Fill(sample, clinic);
        var session = route.IsPermitted ? await target.RightSession(clinic, route) : null;
        var headers = new List<(string, string)> { ("Host", target.Api.Authority) };
        headers.AddRange(filled.Headers.Where(h => !SweepTarget.IsSetHere(h.Name)));
        headers.AddRange(filled.Headers.Where(h => h.Name == "Content-Type"));
        if (session is not null)
        {
            headers.Add(("Cookie", session.Cookie));
        }

        if (session is not null && route.ChangesState)
        {
            headers.Add(("X-CSRF-Token", session.CsrfToken));
        }

        var body = filled.Body is null ? null : System.Text.Encoding.UTF8.GetBytes(filled.Body);
        return new RawRequest(filled.Method, filled.Path, headers, body);
    }

    private async Task<string> Cursor(SweepSession session, string query)
    {
        var trail = await target.Send(new FilledSample("GET", "/v1/audit?" + query, [], null), session);
        return trail.Json["next"]!.GetValue<string>();
    }

    private static string Draw(int seed)
    {
        var random = new Random(seed);
        return "mark" + new string([.. Enumerable.Range(0, 10).Select(_ => (char)('a' + random.Next(26)))]);
    }
}
