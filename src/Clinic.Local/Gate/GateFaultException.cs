namespace Clinic.Local.Gate;

/// <summary>
/// An error answer in the form of the service that was called; thrown by the gate itself and by hooks of tests.
/// </summary>
public sealed class GateFaultException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>
    /// The whole JSON body, where an error carries more than a message (cancellation reasons); null writes the usual
    /// one.
    /// </summary>
    public string? JsonBody { get; init; }

    /// <summary>Cuts the connection: the client cannot know whether the call was carried out.</summary>
    public static GateFaultException Abort() => new(0, "Aborted", "The connection was cut.");

    public static GateFaultException Throttled() =>
        new(400, "ThrottlingException", "Rate of requests exceeds the allowed throughput.");

    /// <summary>What DynamoDB Local never throws: two transactions met on one item.</summary>
    public static GateFaultException TransactionConflict(int members) => new(
        400, "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons")
    {
        JsonBody = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
            + "\"Message\":\"Transaction cancelled, please refer cancellation reasons for specific reasons"
            + " [TransactionConflict]\","
            + "\"CancellationReasons\":["
            + string.Join(',', Enumerable.Range(0, members).Select(at => at == 0
                ? "{\"Code\":\"TransactionConflict\",\"Message\":\"Transaction is ongoing for the item\"}"
                : "{\"Code\":\"None\"}"))
            + "]}",
    };
}
