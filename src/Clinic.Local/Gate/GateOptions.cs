using System.Text.Json;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>Where the stand-ins are, and what a test wants to see or to break.</summary>
public sealed record GateOptions
{
    public required Uri DynamoDb { get; init; }

    public required Uri S3 { get; init; }

    public required Uri Ses { get; init; }

    public CloudNames Names { get; init; } = CloudNames.Local;

    /// <summary>Sessions expire by this clock, which tests move together with the system's own.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Presigned addresses expire by this one: the AWS SDK stamps its requests by the machine's clock, which nobody
    /// moves.
    /// </summary>
    public TimeProvider WireClock { get; init; } = TimeProvider.System;

    /// <summary>KMS master keys and the key of session tokens live here; null keeps them in memory only.</summary>
    public string? DataFolder { get; init; }

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>
    /// False lets every signed call through, so that a test can show what the walls behind IAM hold. Not a switch of the
    /// product: nothing but a test sets it, and no configuration reaches it.
    /// </summary>
    public bool Evaluate { get; init; } = true;

    /// <summary>Told of every call after it is decided, and of what it consumed when the call asked for that.</summary>
    public Action<GateDecision>? Observe { get; init; }

    /// <summary>
    /// After a call is allowed, before it is carried out. Throw <see cref="GateFaultException"/> to answer something
    /// else.
    /// </summary>
    public Func<GateCall, Task>? Before { get; init; }

    /// <summary>
    /// After a call is carried out, before its answer goes out. Throw to lose the answer of a write that was done.
    /// </summary>
    public Func<GateCall, Task>? After { get; init; }

    /// <summary>Answers an invocation of a function by its name on AWS; null when there is no such function.</summary>
    public Func<string, ReadOnlyMemory<byte>, Task<ReadOnlyMemory<byte>>?>? Functions { get; init; }

    /// <summary>A mail was accepted under this message id: what SES event publishing reports as "Send".</summary>
    public Func<JsonElement, string, Task>? OnMailAccepted { get; init; }
}

/// <summary>One call of one AWS client, as the gate understood it.</summary>
/// <param name="Service">dynamodb, s3, kms, sts, ses or lambda: the service that the signature names.</param>
/// <param name="Operation">The operation, as the API calls it: "TransactWriteItems".</param>
/// <param name="Role">The role of the caller, without stage: "TenantData".</param>
/// <param name="Tenant">The session's tag, if it has one.</param>
/// <param name="Requests">What IAM is asked, one for each member and for each KMS call made on the caller's behalf.</param>
/// <param name="Body">The body as sent; empty for a body too large to be held.</param>
public sealed record GateCall(
    string Service,
    string Operation,
    string Role,
    string? Tenant,
    IReadOnlyList<PolicyRequest> Requests,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>The leading keys of all members of a DynamoDB call.</summary>
    public IEnumerable<string> LeadingKeys =>
        Requests.SelectMany(request => request.Context.Find(KeyPatterns.LeadingKeys) ?? []);
}

/// <summary>What became of a call. Status 0 is a connection cut on purpose.</summary>
public sealed record GateDecision(
    GateCall Call, bool Allowed, string? Reason, int Status, IReadOnlyList<GateConsumed> Consumed);

/// <summary>Capacity that DynamoDB reported for one table of a call.</summary>
public sealed record GateConsumed(string Table, double Total, double Read, double Write);
