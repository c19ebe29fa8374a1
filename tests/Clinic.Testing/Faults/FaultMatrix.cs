using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Clinic.Platform.Cloud;

namespace Clinic.Testing.Faults;

/// <summary>One act under one fault at one of its calls.</summary>
public sealed record FaultCell(Act Act, StoreFault Fault, CallSpot Spot)
{
    public override string ToString() => $"{Act.Name} | {Fault} | {Spot}";
}

/// <summary>What became of a cell.</summary>
public sealed record FaultReport(FaultCell Cell, int Status, TimeSpan Took, bool Struck, IReadOnlyList<string> Complaints)
{
    public override string ToString() =>
        $"{Cell}: {Status} after {Took.TotalMilliseconds:0} ms{(Struck ? "" : ", not struck")}"
        + string.Concat(Complaints.Select(c => "\n    " + c));
}

/// <summary>
/// Acts under faults: no lost write, no double, a retry or a clear 503, in bounded time. What an act does is learned from one
/// undisturbed doing; under a fault it must have done exactly that, or nothing, and exactly that when it says so. Then the client
/// repeats, and all in all it is done once.
/// </summary>
public sealed class FaultMatrix(ClinicApp app, CallBudget budget)
{
    /// <summary>Beyond the budget of a request: a machine that is busy with all lanes.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>A fault that strikes the workers lasts so long, or until it struck so often.</summary>
    private static readonly TimeSpan OutageMax = TimeSpan.FromSeconds(6);
    private const int OutageHits = 4;
    private const int RunsMax = 3;
    private const string AnswerComplaint = "answer";

    private readonly ConcurrentDictionary<string, Learned> learned = new();

    /// <summary>Limits for tests: small enough to wait for, large enough for a busy machine.</summary>
    public static CallBudget SmallBudget { get; } = new()
    {
        Connect = TimeSpan.FromMilliseconds(500),
        Try = TimeSpan.FromSeconds(1),
        ObjectTry = TimeSpan.FromSeconds(1),
        Request = TimeSpan.FromSeconds(5),
        Mail = TimeSpan.FromSeconds(1),
        RetriesRunDry = false,
    };

    /// <summary>All cells of an act: each fault at each call that it fits.</summary>
    public async Task<IReadOnlyList<FaultCell>> Cells(Act act, FaultLane lane, IReadOnlyList<StoreFault> faults)
    {
        var spots = (await Learn(act, lane)).Spots;
        return [.. spots.SelectMany(s => faults.Where(f => f.Fits(s) && (!f.Always || s.Ordinal == 1))
            .Select(f => new FaultCell(act, f, s)))];
    }

    /// <summary>
    /// On a machine that was too slow for the small budgets an answer proves nothing, and the cell is run again. What it did to
    /// the rows counts each time.
    /// </summary>
    public async Task<FaultReport> Run(FaultCell cell, FaultLane lane)
    {
        for (var run = 1; ; run++)
        {
            var (report, wasDisturbed) = await Bounded(cell, lane);
            if (report.Complaints.Count == 0 || !wasDisturbed || run == RunsMax)
            {
                return report;
            }
        }
    }

    /// <summary>What never ends is a complaint of its cell; the others are run all the same.</summary>
    private async Task<(FaultReport Report, bool WasDisturbed)> Bounded(FaultCell cell, FaultLane lane)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await RunOnce(cell, lane);
        }
        catch (TimeoutException never)
        {
            return (new FaultReport(cell, 0, Stopwatch.GetElapsedTime(began), Struck: true, [never.Message]), false);
        }
    }

    private async Task<(FaultReport Report, bool WasDisturbed)> RunOnce(FaultCell cell, FaultLane lane)
    {
        var effect = (await Learn(cell.Act, lane)).Effect;
        var run = await cell.Act.Prepare(lane);
        var before = await Ledger.Take(app.Raw, run.Tenants());
        using var scene = new FaultScene(app, budget, run.Concerns, cell.Fault, cell.Spot);
        var started = Stopwatch.GetTimestamp();
        var reply = await run.Send();
        var took = Stopwatch.GetElapsedTime(started);
        var complaints = new List<string>(Answer(cell, run, reply, took, scene.Hits > 0));

        await LetWorkersMeetIt(run, reply, scene);
        scene.Lift();
        if (run.Settle is null || reply.Status == run.Success)
        {
            await (run.Settle?.Invoke() ?? Task.CompletedTask);
            var after = await Ledger.Take(app.Raw, run.Tenants());
            complaints.AddRange(Effects(run, reply, effect, before, after));
        }

        complaints.AddRange(await Repeat(run, reply, effect, before));
        complaints.AddRange(scene.Complaints);
        var broken = complaints.Any(c => !c.StartsWith(AnswerComplaint, StringComparison.Ordinal));
        return (new FaultReport(cell, (int)reply.Status, took, scene.Hits > 0, complaints), scene.WasDisturbed && !broken);
    }

    /// <summary>
    /// What an act does and which calls it makes, from one doing without a fault. One before it warms what stays warm.
    /// </summary>
    private async Task<Learned> Learn(Act act, FaultLane lane)
    {
        if (learned.TryGetValue(act.Name, out var known))
        {
            return known;
        }

        await Undisturbed(act, lane);
        return learned.GetOrAdd(act.Name, await Undisturbed(act, lane));
    }

    private async Task<Learned> Undisturbed(Act act, FaultLane lane)
    {
        var run = await act.Prepare(lane);
        var before = await Ledger.Take(app.Raw, run.Tenants());
        using var scene = new FaultScene(app, budget, run.Concerns, null, default);
        var reply = await run.Send();
        if (reply.Status != run.Success)
        {
            throw new InvalidOperationException($"{act.Name} fails without a fault: {(int)reply.Status} {reply.Text}");
        }

        await (run.Settle?.Invoke() ?? Task.CompletedTask);
        return new Learned((await Ledger.Take(app.Raw, run.Tenants())).Since(before), scene.Calls);
    }

    private IEnumerable<string> Answer(FaultCell cell, ActRun run, Reply reply, TimeSpan took, bool struck)
    {
        var unavailable = reply is { Status: HttpStatusCode.ServiceUnavailable, Problem: "unavailable", HasRetryAfter: true };
        var conflict = reply is { Status: HttpStatusCode.Conflict, Problem: "conflict" };
        var fits = reply.Status == run.Success || (struck && cell.Fault.End switch
        {
            FaultEnd.Fails => unavailable,
            FaultEnd.Conflicts => conflict,
            _ => false,
        });
        if (!fits)
        {
            var lacks = reply.HasRetryAfter ? "" : " without Retry-After";
            yield return $"{AnswerComplaint}: {(int)reply.Status} {reply.Problem}{lacks}";
        }

        if (took > budget.Request + Slack)
        {
            yield return $"{AnswerComplaint}: took {took.TotalMilliseconds:0} ms";
        }

        if (run.Secret is { } secret && reply.Status != run.Success && reply.Text.Contains(secret, StringComparison.Ordinal))
        {
            yield return "discloses in a refusal";
        }
    }

    private static IEnumerable<string> Effects(
        ActRun run, Reply reply, IReadOnlyList<string> effect, Ledger before, Ledger after)
    {
        var done = after.Since(before);
        if (!done.SequenceEqual(effect) && (done.Count > 0 || reply.Status == run.Success))
        {
            yield return $"answered {(int)reply.Status} and did [{Difference(done, effect)}]";
        }

        if (run.Secret is not null && reply.Status == run.Success && effect.Count == 0 && after.RequestedSince(before) == 0)
        {
            yield return "discloses without an entry";
        }

        foreach (var complaint in ChainCheck.Complaints(after.Trail))
        {
            yield return complaint;
        }
    }

    /// <summary>The client sends the same again, now that all is well: in the end it is done, and done once.</summary>
    private async Task<List<string>> Repeat(ActRun run, Reply first, IReadOnlyList<string> effect, Ledger before)
    {
        var complaints = new List<string>();
        var (sent, again) = (2, await run.Send());
        for (; again.Status == HttpStatusCode.ServiceUnavailable && sent <= RunsMax; sent++)
        {
            complaints.Add($"{AnswerComplaint}: after {(int)first.Status} a repeat is still {again.Problem}");
            again = await run.Send();
        }

        var unheard = again.Status == HttpStatusCode.ServiceUnavailable;
        if (again.Status != run.Success && again.Status != run.RepeatAfterEffect)
        {
            var kind = unheard ? AnswerComplaint + ": " : "";
            complaints.Add($"{kind}after {(int)first.Status} a repeat answers {(int)again.Status}"
                + $" {again.Problem}");
        }

        await (run.Settle?.Invoke() ?? Task.CompletedTask);
        var after = await Ledger.Take(app.Raw, run.Tenants());
        var done = after.Since(before);
        var times = Enumerable.Range(unheard ? 0 : 1, run.RepeatsItself ? sent : 1).Append(1).Cast<int?>().FirstOrDefault(n =>
            done.SequenceEqual(Times(effect, n!.Value)));
        if (times is null)
        {
            complaints.Add($"in the end it did [{Difference(done, effect)}]");
        }
        else if (run.Look is { } look && await look(times.Value) is { } seen)
        {
            complaints.Add(seen);
        }

        complaints.AddRange(ChainCheck.Complaints(after.Trail));
        return complaints;
    }

    /// <summary>So many rows come; a row that was there is seen to have changed, however often it did.</summary>
    private static IEnumerable<string> Times(IReadOnlyList<string> effect, int times) => Enumerable.Range(0, times)
        .SelectMany(n => effect.Where(e => n == 0 || !e.StartsWith('~'))).Order(StringComparer.Ordinal);

    private static async Task LetWorkersMeetIt(ActRun run, Reply reply, FaultScene scene)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(40));
        while (run.Settle is not null && reply.Status == run.Success && scene.Hits < OutageHits && !scene.IsSpent
            && Stopwatch.GetElapsedTime(started) < OutageMax)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    private static string Difference(IReadOnlyList<string> done, IReadOnlyList<string> effect)
    {
        var (missing, extra) = (new List<string>(effect), new List<string>());
        foreach (var one in done.Where(d => !missing.Remove(d)))
        {
            extra.Add(one);
        }

        return $"lacks {string.Join(',', missing)}; beyond it {string.Join(',', extra)}";
    }

    private sealed record Learned(IReadOnlyList<string> Effect, IReadOnlyList<CallSpot> Spots);
}
