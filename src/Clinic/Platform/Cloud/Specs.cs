namespace Clinic.Platform.Cloud;

/// <summary>A DynamoDB table: string keys pk and sk always. Indexes are keys-only and sparse.</summary>
public sealed record TableSpec(string Name, string? TtlAttribute, bool Stream, IReadOnlyList<IndexSpec> Indexes);

/// <summary>A keys-only global index; both keys are strings.</summary>
public sealed record IndexSpec(string Name, string PartitionKey, string SortKey);

/// <summary>
/// An SQS queue with its dead-letter queue, fed by the bus with the topics named; one worker function reads it.
/// </summary>
public sealed record QueueSpec(
    string Name, TimeSpan Visibility, int ReceivesMax, int BatchSize, IReadOnlyList<string> Topics)
{
    /// <summary>
    /// How long its function may work on one batch. A sixth of the visibility, as the Lambda developer guide asks ("Using
    /// Lambda with Amazon SQS"): a throttled batch is tried again before the queue shows its messages to somebody else.
    /// </summary>
    public TimeSpan Timeout => Visibility / 6;
}

/// <summary>An S3 bucket. All are private, TLS only and KMS-encrypted by a customer-managed key.</summary>
/// <param name="ServerLogs">Takes the access logs of the others, which S3 encrypts by its own keys.</param>
public sealed record BucketSpec(
    string Name, bool Versioned, int? ExpireAfterDays, bool ObjectLock, bool ServerLogs = false, bool KeysOfClients = false);

/// <summary>A customer-managed KMS key. Keys with one purpose each: design, isolation, the KMS trap.</summary>
public sealed record KmsKeySpec(string Name, bool MultiRegion, bool Signing);
