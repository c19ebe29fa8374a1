using System.Collections.Concurrent;
using Clinic.Local.Gate;

namespace Clinic.Testing;

/// <summary>Sees each call that the gate decides, and lets a test break or delay one.</summary>
public sealed class GateWatch
{
    private readonly ConcurrentDictionary<Guid, Func<GateCall, Task>> before = new();
    private readonly ConcurrentDictionary<Guid, Func<GateCall, Task>> after = new();

    private readonly ConcurrentDictionary<Guid, Action<GateDecision>> observers = new();

    /// <summary>Where the product has written.</summary>
    public WrittenPartitions Written { get; } = new();

    public GateOptions On(GateOptions options) => options with
    {
        Observe = d => Each(observers, o => o(d)),
        Before = c =>
        {
            Written.See(c);
            return Run(before, c);
        },
        After = c => Run(after, c),
    };

    /// <summary>Records decisions until disposed.</summary>
    public Recording Record(Func<GateDecision, bool>? which = null)
    {
        var recording = new Recording(observers);
        observers[recording.Id] = d =>
        {
            if (which is null || which(d))
            {
                recording.Decisions.Enqueue(d);
            }
        };
        return recording;
    }

    /// <summary>Runs before each call is carried out, until disposed; throw a GateFaultException to break it.</summary>
    public IDisposable Before(Func<GateCall, Task> act) => Hook(before, act);

    /// <summary>Runs after each call is carried out and before its answer goes out.</summary>
    public IDisposable After(Func<GateCall, Task> act) => Hook(after, act);

    private static Unhook Hook(ConcurrentDictionary<Guid, Func<GateCall, Task>> hooks, Func<GateCall, Task> act)
    {
        var id = Guid.CreateVersion7();
        hooks[id] = act;
        return new Unhook(() => hooks.TryRemove(id, out _));
    }

    private static async Task Run(ConcurrentDictionary<Guid, Func<GateCall, Task>> hooks, GateCall call)
    {
        foreach (var hook in hooks.Values)
        {
            await hook(call);
        }
    }

    private static void Each<T>(ConcurrentDictionary<Guid, T> all, Action<T> act)
    {
        foreach (var one in all.Values)
        {
            act(one);
        }
    }

    private sealed class Unhook(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}

public sealed class Recording(ConcurrentDictionary<Guid, Action<GateDecision>> observers) : IDisposable
{
    public Guid Id { get; } = Guid.CreateVersion7();

    public ConcurrentQueue<GateDecision> Decisions { get; } = new();

    public void Dispose() => observers.TryRemove(Id, out _);
}
