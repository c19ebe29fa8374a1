using Clinic.Local.Gate;

namespace Clinic.Testing.Faults;

/// <summary>How a request may end under a fault.</summary>
public enum FaultEnd
{
    /// <summary>It passes by: a retry heals it, and the client sees nothing.</summary>
    Heals,

    /// <summary>Nothing helps: 503 with Retry-After, in time.</summary>
    Fails,

    /// <summary>Others are at the same row again and again: 409.</summary>
    Conflicts,
}

/// <summary>One way in which a service fails.</summary>
/// <param name="Name">For people: "cut after commit".</param>
/// <param name="Service">As the gate names it: dynamodb, kms, sts, s3, ses.</param>
/// <param name="Always">False strikes one call, true every one until it is lifted.</param>
/// <param name="End">What may become of the request.</param>
public sealed record StoreFault(string Name, string Service, bool Always, FaultEnd End)
{
    /// <summary>Operations that can fail so; null for all of the service.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    public Func<FaultScene, GateCall, Task>? Before { get; init; }

    public Func<FaultScene, GateCall, Task>? After { get; init; }

    public bool Fits(CallSpot spot) => spot.Service == Service && (Operations is null || Operations.Contains(spot.Operation));

    public override string ToString() => $"{Service} {Name} {(Always ? "always" : "once")}";
}

/// <summary>A place among the calls of an act.</summary>
/// <param name="Ordinal">The how manieth of its kind, from 1.</param>
public readonly record struct CallSpot(string Service, string Operation, int Ordinal)
{
    public override string ToString() => $"{Operation}/{Ordinal}";
}
