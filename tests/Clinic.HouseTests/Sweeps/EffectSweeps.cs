using System.Net;
using Clinic.Platform.Http;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Clinic.Testing.Sweeps;

namespace Clinic.HouseTests.Sweeps;

/// <summary>What every route must leave behind: its entry in the trail, and its effect once.</summary>
internal static class EffectSweeps
{
    /// <summary>Each sample works, and its request stands in the trail (AUD-1).</summary>
    public static async Task<List<string>> LeavesAnEntry(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        var tables = new RawTables(target.App);
        foreach (var (route, sample) in target.Sampled)
        {
            var answer = await target.Call(route, sample, clinic);
            if ((int)answer.Status is < 200 or >= 300)
            {
                findings.Add($"{route}: its sample does not work: {(int)answer.Status} {answer.Text}");
                continue;
            }

            var tenant = route.RightRole == Platform.Access.Role.Owner && !sample.EndsItsClinic ? clinic.Id : null;
            if ((await tables.Entries(RequestId(answer), tenant)).Count == 0)
            {
                findings.Add($"{route} leaves no entry in the trail");
            }
        }

        return findings;
    }

    /// <summary>
    /// A POST that comes twice under one key has one effect and one answer; another body under the key is refused.
    /// </summary>
    public static async Task<List<string>> ReplaysOnce(SweepTarget target, SignedUpClinic clinic)
    {
        var findings = new List<string>();
        var tables = new RawTables(target.App);
        foreach (var (route, sample) in target.Permitted.Where(r => r.Route.IsReplayable))
        {
            var filled = await target.Fill(sample, clinic);
            var session = await target.RightSession(clinic, route);
            var tenant = route.RightRole == Platform.Access.Role.Owner ? clinic.Id : "platform";
            var key = ("Idempotency-Key", $"sweep-{Guid.CreateVersion7():N}");
            var first = await target.Send(filled, session, csrf: true, key);
            var before = await tables.CountWhenQuiet(tenant);
            var second = await target.Send(filled, session, csrf: true, key);
            var after = await tables.CountWhenQuiet(tenant);
            var other = await target.Send(filled with { Body = filled.Body + " " }, session, csrf: true, key);
            findings.AddRange(Compare(first, second).Select(f => $"{route} {f}"));
            var effects = (await tables.Entries(RequestId(second), null)).Where(o => o == nameof(AuditOutcome.Done));
            if (effects.Any())
            {
                findings.Add($"{route} acts again when it is replayed");
            }

            if (before != after)
            {
                findings.Add($"{route} had {before} rows before and {after} after a replay");
            }

            if (other.Status != HttpStatusCode.UnprocessableEntity || other.ProblemCode != IdempotencyRefusals.OtherBody.Code)
            {
                findings.Add($"{route} answers {(int)other.Status} to another body under the same key");
            }
        }

        return findings;
    }

    private static IEnumerable<string> Compare(Answered first, Answered second)
    {
        if ((int)first.Status is < 200 or >= 300)
        {
            yield return $"does not work: {(int)first.Status} {first.Text}";
        }

        if (first.Status != second.Status || first.Text != second.Text || first.Headers.Location != second.Headers.Location)
        {
            yield return $"answers a replay otherwise: {(int)first.Status} {first.Text} / {(int)second.Status} {second.Text}";
        }

        if (first.Headers.Contains(IdempotencyFilter.ReplayedHeader)
            || !second.Headers.Contains(IdempotencyFilter.ReplayedHeader))
        {
            yield return "does not say which answer is the replay";
        }
    }

    private static string RequestId(Answered answer) =>
        answer.Headers.TryGetValues(RequestLog.RequestIdHeader, out var ids) ? ids.Single() : "none";
}
