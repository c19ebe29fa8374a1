namespace Clinic.Platform.Cloud;

/// <summary>
/// How long anything outside may keep us, in one place (docs/adr/0017). A call has a few short tries, a request an end well
/// below the gateway's 29 s; a worker's batch has its queue's (<see cref="QueueSpec.Timeout"/>). What does not come within it
/// is an outage: 503.
/// </summary>
public sealed record CallBudget
{
    /// <summary>Until a connection stands. Within a region it takes a millisecond; what takes a second is not there.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>One try of one call. DynamoDB's 99.9th percentile is far below a second.</summary>
    public TimeSpan Try { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>One try of a call that carries an object's bytes to or from S3.</summary>
    public TimeSpan ObjectTry { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Tries after the first. The SDK waits between them: exponentially, with full jitter.</summary>
    public int RetriesMax { get; init; } = 2;

    /// <summary>
    /// Tries beyond <see cref="RetriesMax"/> when a connection breaks while it is used. The SDK's own default is ten, whatever
    /// the other number says.
    /// </summary>
    public int BrokenConnectionRetriesMax { get; init; } = 1;

    /// <summary>
    /// Whether a long outage ends the retries: each failed one takes from a bucket, and an empty bucket allows none until calls
    /// succeed again. So a store that comes back is not met by a storm.
    /// </summary>
    public bool RetriesRunDry { get; init; } = true;

    /// <summary>Rounds of a batch read that bring nothing, before it is given up. Between them a wait with jitter.</summary>
    public int EmptyRoundsMax { get; init; } = 4;

    /// <summary>All of one request. API Gateway gives up at 29 s, and a client should hear of an outage sooner.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a 503 tells a client to wait.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The hand-over of one mail. It has one try: what became of a lost one says the provider's event (adr/0005).
    /// </summary>
    public TimeSpan Mail { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// One thumbnail: more than its function has, and a small part of what the worker's batch has. One try: the document does
    /// without.
    /// </summary>
    public TimeSpan Thumbnail { get; init; } = TimeSpan.FromSeconds(35);
}
