using System.Net;
using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Testing;
using Clinic.Testing.Sweeps;

namespace Clinic.HouseTests.Sweeps;

/// <summary>What every route must refuse, whoever wrote it. Each finding names the route.</summary>
internal static class RefusalSweeps
{
    private const string Foreign = "https://evil.example";

    /// <summary>401 with no session, with one that nobody was given, and with one of another clinic's name.</summary>
    public static async Task<List<string>> WithoutSession(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        foreach (var (route, sample) in target.Permitted)
        {
            var blank = SweepTarget.FillBlank(sample);
            var forged = SessionToken.Draw(TenantId.Parse(clinic.Id));
            var answers = new[]
            {
                ("without a session", await target.Send(blank, null)),
                ("with a forged session", await target.Send(blank, new SweepSession($"session={forged}", forged.CsrfToken))),
            };
            findings.AddRange(answers.Where(a => !IsProblem(a.Item2, 401, Problems.SessionRequired))
                .Select(a => Say(route, a.Item2, a.Item1)));
        }

        return findings;
    }

    /// <summary>403 for a session whose role lacks the route's permission.</summary>
    public static async Task<List<string>> WrongRole(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        foreach (var (route, sample) in target.Permitted)
        {
            foreach (var role in route.WrongRoles)
            {
                var answer = await target.Send(
                    SweepTarget.FillBlank(sample), await target.Session(clinic, role, fresh: false));
                if (!IsProblem(answer, 403, Problems.Forbidden))
                {
                    findings.Add(Say(route, answer, $"to the role {role}"));
                }
            }
        }

        return findings;
    }

    /// <summary>403 for what changes state without the session's own CSRF token.</summary>
    public static async Task<List<string>> WithoutCsrfToken(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        foreach (var (route, sample) in target.Permitted.Where(r => r.Route.ChangesState))
        {
            var blank = SweepTarget.FillBlank(sample);
            var session = await target.Session(clinic, route.RightRole!.Value, fresh: false);
            var other = session with { CsrfToken = RandomNumberGenerator.GetHexString(64, lowercase: true) };
            var answers = new[]
            {
                ("without a CSRF token", await target.Send(blank, session, csrf: false)),
                ("with another session's CSRF token", await target.Send(blank, other)),
            };
            findings.AddRange(answers.Where(a => !IsProblem(a.Item2, 403, Problems.CsrfRefused))
                .Select(a => Say(route, a.Item2, a.Item1)));
        }

        return findings;
    }

    /// <summary>403 for what a page of another site sends, on open routes too.</summary>
    public static async Task<List<string>> ForeignOrigin(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        foreach (var (route, sample) in target.Sampled.Where(r => r.Route.ChangesState))
        {
            var session = route.IsPermitted ? await target.Session(clinic, route.RightRole!.Value, fresh: false) : null;
            var answer = await target.Send(SweepTarget.FillBlank(sample), session, csrf: true, ("Origin", Foreign));
            if (!IsProblem(answer, 403, Problems.OriginRefused))
            {
                findings.Add(Say(route, answer, "to a page of another site"));
            }
        }

        return findings;
    }

    /// <summary>
    /// 404 for the ids of another clinic, with exactly the answer of an id that nobody has: neither says that the thing exists
    /// (ISO-2). Routes of the platform have no other clinic.
    /// </summary>
    public static async Task<List<string>> OtherClinic(SweepTarget target, SignedUpClinic theirs, SignedUpClinic mine)
    {
        var findings = new List<string>();
        foreach (var (route, sample) in target.Permitted.Where(r => r.Sample.NamesSomething
            && r.Route.RightRole != Role.Operator))
        {
            var session = await target.Session(mine, route.RightRole!.Value, fresh: false);
            findings.AddRange(await AsAbsent(target, route, sample, theirs, session, "another clinic's id"));
        }

        return findings;
    }

    /// <summary>
    /// 404 for a patient of a location at which the caller does not work, with exactly the answer of one who does not exist
    /// (ISO-5), whatever the role: of each route about a patient.
    /// </summary>
    public static async Task<List<string>> OtherLocation(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        var bound = await target.BoundSession(clinic);
        foreach (var (route, sample) in target.Permitted.Where(r => r.Route.IsOfAPatient))
        {
            findings.AddRange(await AsAbsent(target, route, sample, clinic, bound, "a patient of another location"));
        }

        return findings;
    }

    private static async Task<IEnumerable<string>> AsAbsent(
        SweepTarget target, Route route, HttpSample sample, SignedUpClinic owner, SweepSession session, string what)
    {
        var existing = await target.Fill(sample, owner);
        var there = await target.Send(existing, session);
        var absent = await target.Send(existing with { Path = SweepTarget.FillBlank(sample).Path }, session);
        return !IsProblem(there, 404, Problems.NotFound) ? [Say(route, there, $"for {what}")]
            : Told(there) != Told(absent) || there.Status != absent.Status
            ? [$"{route} tells {what} from an absent one: {there.Text} / {absent.Text}"]
            : [];
    }

    /// <summary>What an answer tells, without the id that every answer has for itself.</summary>
    private static string Told(Answered answer)
    {
        var told = answer.Json.AsObject();
        told.Remove("traceId");
        return told.ToJsonString();
    }

    private static bool IsProblem(Answered answer, int status, Refusal refusal) =>
        answer.Status == (HttpStatusCode)status && answer.ContentHeaders.ContentType?.MediaType == "application/problem+json"
        && answer.ProblemCode == refusal.Code;

    private static string Say(Route route, Answered answer, string when) =>
        $"{route} answers {(int)answer.Status} {when}: {Short(answer.Text)}";

    private static string Short(string text) => text.Length <= 200 ? text : text[..200];
}
