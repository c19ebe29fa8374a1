using System.Collections.Concurrent;
using Clinic.Local.Gate;

namespace Clinic.Testing.Kills;

/// <summary>
/// A moment at which a process dies: what it did outside itself is all that it leaves, so the moments that differ lie before and
/// after each of its calls.
/// </summary>
/// <param name="Call">Its so manieth call, from 1.</param>
/// <param name="IsAfter">The call was carried out, and nobody hears of it; else it was not.</param>
public readonly record struct KillPoint(int Call, bool IsAfter)
{
    public override string ToString() => $"{(IsAfter ? "after" : "before")} call {Call}";
}

/// <summary>Counts the calls of one piece of work as they pass the gate, and kills its process at one of them.</summary>
internal sealed class KillSwitch : IDisposable
{
    private readonly ConcurrentDictionary<GateCall, int> underWay = new(ReferenceEqualityComparer.Instance);
    private readonly List<IDisposable> hooks = [];
    private readonly KilledWork work;
    private readonly string tenant;
    private readonly KillPoint? point;
    private int calls;
    private int kills;
    private volatile bool begun;

    /// <param name="point">Null only counts.</param>
    public KillSwitch(ClinicApp app, KilledWork work, string tenant, KillPoint? point)
    {
        (this.work, this.tenant, this.point, begun) = (work, tenant, point, work.BeginsAfter is null);
        hooks.Add(app.Gate.Before(Before));
        hooks.Add(app.Gate.After(After));
    }

    public int Calls => Volatile.Read(ref calls);

    public int Kills => Volatile.Read(ref kills);

    /// <summary>Some of its answer came: one more moment at which it may die.</summary>
    public void AnswerGoesOn()
    {
        if (Interlocked.Increment(ref calls) == point?.Call)
        {
            Kill();
        }
    }

    public void Dispose() => hooks.ForEach(h => h.Dispose());

    private Task Before(GateCall call)
    {
        if (!begun || call.Tenant != tenant || !work.Counts(call))
        {
            return Task.CompletedTask;
        }

        var number = Interlocked.Increment(ref calls);
        underWay[call] = number;
        if (point is { IsAfter: false } at && at.Call == number)
        {
            Kill();
            throw GateFaultException.Abort();
        }

        return Task.CompletedTask;
    }

    private Task After(GateCall call)
    {
        if (!begun && call.Tenant == tenant && call.Operation == work.BeginsAfter)
        {
            begun = true;
        }
        else if (underWay.TryRemove(call, out var number) && point is { IsAfter: true } at && at.Call == number)
        {
            Kill();
        }

        return Task.CompletedTask;
    }

    private void Kill()
    {
        Interlocked.Increment(ref kills);
        work.Kill();
    }
}
