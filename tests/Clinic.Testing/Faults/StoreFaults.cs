using System.Text.Json.Nodes;
using Clinic.Local.Gate;

namespace Clinic.Testing.Faults;

/// <summary>The faults that the product must bear: each once and, where that means something, always.</summary>
public static class StoreFaults
{
    private static readonly string[] Transactions = ["TransactWriteItems"];
    private static readonly string[] Writes = ["TransactWriteItems", "PutItem"];
    private static readonly string[] BatchReads = ["BatchGetItem"];

    public static readonly IReadOnlyList<StoreFault> All =
    [
        .. OnceAndAlways(
            "conflict", "dynamodb", GateFaultException.TransactionConflict, Transactions, FaultEnd.Conflicts),
        .. OnceAndAlways("cancelled for want of capacity", "dynamodb", Cancelled, Transactions),
        .. OnceAndAlways("throttled", "dynamodb", _ => GateFaultException.Throttled()),
        .. OnceAndAlways("over capacity", "dynamodb", Error(400, "ProvisionedThroughputExceededException")),
        .. OnceAndAlways("over the account's limit", "dynamodb", Error(400, "RequestLimitExceeded")),
        .. OnceAndAlways("500", "dynamodb", Error(500, "InternalServerError")),
        .. OnceAndAlways("cut before it was done", "dynamodb", _ => GateFaultException.Abort()),
        .. Lost("cut when it was done", "dynamodb", (_, _) => throw GateFaultException.Abort(), null),
        .. Lost("still in progress", "dynamodb", (_, _) =>
            throw new GateFaultException(400, "TransactionInProgressException", "still going on"), Transactions),
        .. Lost("answered too late", "dynamodb", (s, _) => Slowness.Of(s.Budget.Try * 1.5), null),
        new("delivered twice", "dynamodb", true, FaultEnd.Heals)
        {
            Operations = Writes, After = (s, call) => s.SendPastTheGate(call.Operation, call.Body),
        },
        new("slow", "dynamodb", true, FaultEnd.Heals) { Before = (s, _) => Slowness.Of(s.Budget.Try * 0.4) },
        .. Hanging("dynamodb"),
        new("partly unread", "dynamodb", false, FaultEnd.Heals) { Operations = BatchReads, Before = LeaveUnread },
        new("never read", "dynamodb", true, FaultEnd.Fails) { Operations = BatchReads, Before = LeaveAllUnread },
        .. OnceAndAlways("throttled", "kms", Error(400, "ThrottlingException")),
        .. OnceAndAlways("unavailable", "kms", Error(500, "KMSInternalException")),
        new("key disabled", "kms", true, FaultEnd.Fails) { Before = Throwing(Error(400, "DisabledException")) },
        .. Hanging("kms"),
        .. OnceAndAlways("throttled", "sts", Error(400, "Throttling")),
        .. OnceAndAlways("unavailable", "sts", Error(503, "ServiceUnavailable")),
        .. Hanging("sts"),
        .. OnceAndAlways("500", "s3", Error(500, "InternalError")),
        .. OnceAndAlways("slow down", "s3", Error(503, "SlowDown")),
        .. OnceAndAlways("cut before it was done", "s3", _ => GateFaultException.Abort()),
        .. Lost("cut when it was done", "s3", (_, _) => throw GateFaultException.Abort(), ["PutObject", "DeleteObject"]),
        .. Hanging("s3"),
        new("500", "ses", false, FaultEnd.Heals) { Before = Throwing(Error(500, "InternalFailure")) },
        new("throttled", "ses", false, FaultEnd.Heals) { Before = Throwing(Error(429, "TooManyRequestsException")) },
        new("cut when it was done", "ses", false, FaultEnd.Heals) { After = (_, _) => throw GateFaultException.Abort() },
        new("answered too late", "ses", false, FaultEnd.Heals) { After = (s, _) => Slowness.Of(s.Budget.Mail * 1.5) },
    ];

    private static IEnumerable<StoreFault> OnceAndAlways(
        string name, string service, Func<int, GateFaultException> fault, string[]? operations = null,
        FaultEnd always = FaultEnd.Fails) =>
    [
        new(name, service, false, FaultEnd.Heals) { Operations = operations, Before = Throwing(fault) },
        new(name, service, true, always) { Operations = operations, Before = Throwing(fault) },
    ];

    /// <summary>It was done, and nobody is told: the worst of all, for the client cannot know.</summary>
    private static IEnumerable<StoreFault> Lost(
        string name, string service, Func<FaultScene, GateCall, Task> after, string[]? operations) =>
    [
        new(name, service, false, FaultEnd.Heals) { Operations = operations, After = after },
        new(name, service, true, FaultEnd.Fails) { Operations = operations, After = after },
    ];

    private static IEnumerable<StoreFault> Hanging(string service) =>
    [
        new("hangs", service, false, FaultEnd.Heals) { Before = (s, _) => s.Hang() },
        new("hangs", service, true, FaultEnd.Fails) { Before = (s, _) => s.Hang() },
    ];

    private static Func<FaultScene, GateCall, Task> Throwing(Func<int, GateFaultException> fault) =>
        (_, call) => throw fault(call.LeadingKeys.Count());

    private static Func<int, GateFaultException> Error(int status, string code) =>
        _ => new GateFaultException(status, code, "planted");

    private static GateFaultException Cancelled(int members) =>
        new(400, "TransactionCanceledException", "Transaction cancelled")
        {
            JsonBody = GateFaultException.TransactionConflict(members).JsonBody!
                .Replace("TransactionConflict", "ThrottlingError", StringComparison.Ordinal),
        };

    /// <summary>Reads one key of the batch and names the others as unread.</summary>
    private static async Task LeaveUnread(FaultScene scene, GateCall call)
    {
        var body = JsonNode.Parse(call.Body.Span)!.AsObject();
        var (table, asked) = body["RequestItems"]!.AsObject().Single();
        var rest = asked!.DeepClone();
        var keys = asked["Keys"]!.AsArray();
        while (keys.Count > 1)
        {
            keys.RemoveAt(1);
        }

        rest["Keys"]!.AsArray().RemoveAt(0);
        var bytes = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
        var answer = JsonNode.Parse(await scene.SendPastTheGate(call.Operation, bytes))!;
        answer["UnprocessedKeys"] = new JsonObject { [table] = rest };
        throw new GateFaultException(200, "OK", "partly") { JsonBody = answer.ToJsonString() };
    }

    private static Task LeaveAllUnread(FaultScene scene, GateCall call)
    {
        var body = JsonNode.Parse(call.Body.Span)!;
        var answer = new JsonObject
        {
            ["Responses"] = new JsonObject(),
            ["UnprocessedKeys"] = body["RequestItems"]!.DeepClone(),
        };
        throw new GateFaultException(200, "OK", "nothing") { JsonBody = answer.ToJsonString() };
    }
}
