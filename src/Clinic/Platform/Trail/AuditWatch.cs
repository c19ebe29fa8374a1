using Clinic.Platform.Http;
using Clinic.Platform.Observe;
using Microsoft.Extensions.Logging;

namespace Clinic.Platform.Trail;

/// <summary>
/// Looks at each change of the Audit table, from its stream. DynamoDB cannot forbid an overwriting Put, so an overwrite must be
/// seen (AUD-2): an inserted entry is counted, anything else is an error with the row's ids. Sealing is not done here yet, nor
/// is the incident that an error should open: until then the log line, with its alarm, is all that follows.
/// </summary>
internal sealed class AuditWatch(ILogger<AuditWatch> logger)
{
    private long inserted;
    private long changed;

    /// <summary>Entries seen by this process.</summary>
    public long Inserted => Interlocked.Read(ref inserted);

    /// <summary>Entries that were overwritten or removed, as seen by this process.</summary>
    public long Changed => Interlocked.Read(ref changed);

    /// <param name="kind">What happened to a row that existed: MODIFY or REMOVE.</param>
    public void EntryChanged(string kind, string partition, string sort)
    {
        Interlocked.Increment(ref changed);
        Log.AuditEntryChanged(logger, kind, partition, sort);
    }

    /// <param name="record">Its sequence number in the stream; it comes again until somebody can read it.</param>
    public void Failed(string record, Exception fault) =>
        Log.ConsumerFailed(logger, record, "audit stream", fault.GetType().Name, Faults.Site(fault));

    public void EntryInserted() => Interlocked.Increment(ref inserted);
}
