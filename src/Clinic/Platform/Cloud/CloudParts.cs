using Clinic.Platform.Messaging;

namespace Clinic.Platform.Cloud;

/// <summary>
/// Every stateful part of the system, declared once: infra-cdk makes AWS resources of it, Clinic.Local makes stand-ins of it.
/// </summary>
public static class CloudParts
{
    /// <summary>Login pointers, by blind index of the address. No authority in them.</summary>
    public static readonly TableSpec Directory = new("directory", TtlAttribute: null, Stream: false, Indexes: []);

    /// <summary>The sparse index of everything that falls due; only ClockRole may query it.</summary>
    public static readonly IndexSpec DueIndex = new("due", "due_pk", "due_sk");

    /// <summary>Everything of the tenants. TTL is housekeeping, never a deadline.</summary>
    public static readonly TableSpec Records = new("records", TtlAttribute: "ttl", Stream: true, Indexes: [DueIndex]);

    /// <summary>Wrapped keys, apart from the data and with backups of their own (ENC-5, RET-7).</summary>
    public static readonly TableSpec Keys = new("keys", TtlAttribute: null, Stream: false, Indexes: []);

    /// <summary>Append-only trail: no TTL, no index; the stream shows any overwrite to the sealer (AUD-2).</summary>
    public static readonly TableSpec Audit = new("audit", TtlAttribute: null, Stream: true, Indexes: []);

    /// <summary>Entries by person, patient and action; rebuildable from Audit.</summary>
    public static readonly TableSpec AuditIndex = new("audit-index", TtlAttribute: null, Stream: false, Indexes: []);

    public static readonly IReadOnlyList<TableSpec> Tables = [Directory, Records, Keys, Audit, AuditIndex];

    /// <summary>
    /// Where clients put uploads, each under a key that comes with it; emptied by the worker, and by lifecycle after a day.
    /// </summary>
    public static readonly BucketSpec Incoming =
        new("incoming", Versioned: false, ExpireAfterDays: 1, ObjectLock: false, KeysOfClients: true);

    /// <summary>Sealed bodies: spilled records, documents, files of exports.</summary>
    public static readonly BucketSpec Documents = new("documents", Versioned: true, ExpireAfterDays: null, ObjectLock: false);

    /// <summary>Sealed audit roots and entries, write once (AUD-2, AUD-5).</summary>
    public static readonly BucketSpec Trail = new("trail", Versioned: true, ExpireAfterDays: null, ObjectLock: true);

    /// <summary>
    /// Who asked the other buckets for what, as S3 writes it: key and address, never a body. S3 delivers into its own
    /// encryption only, and law.md section 3 asks for a year.
    /// </summary>
    public static readonly BucketSpec AccessLogs =
        new("access-logs", Versioned: false, ExpireAfterDays: 400, ObjectLock: false, ServerLogs: true);

    public static readonly IReadOnlyList<BucketSpec> Buckets = [Incoming, Documents, Trail, AccessLogs];

    /// <summary>What encrypts a bucket at rest: the trail has a key of its own, apart from the documents.</summary>
    public static KmsKeySpec KeyOf(BucketSpec bucket) => bucket.ObjectLock ? AuditVault : DataAtRest;

    /// <summary>Mail and messages to people.</summary>
    public static readonly QueueSpec Notifications =
        new("notifications", TimeSpan.FromSeconds(180), ReceivesMax: 8, BatchSize: 10, Topics.ForNotifications);

    /// <summary>Incidents: telling clinics, computing clocks.</summary>
    public static readonly QueueSpec BreachAlerts =
        new("breach-alerts", TimeSpan.FromSeconds(180), ReceivesMax: 8, BatchSize: 5, Topics.ForBreachAlerts);

    /// <summary>What falls due: purges, and re-driving messages that nobody marked as done.</summary>
    public static readonly QueueSpec Retention =
        new("retention", TimeSpan.FromSeconds(180), ReceivesMax: 5, BatchSize: 1, Topics.ForRetention);

    /// <summary>Imports in restartable steps; a batch of one, because a step may use the whole invocation.</summary>
    public static readonly QueueSpec Imports =
        new("imports", TimeSpan.FromSeconds(180), ReceivesMax: 8, BatchSize: 1, Topics.ForImports);

    /// <summary>
    /// Uploaded documents, one at a time; a long while for each, because 256 MiB are read, sealed and written in one go.
    /// </summary>
    public static readonly QueueSpec DocumentsQueue =
        new("documents", TimeSpan.FromSeconds(900), ReceivesMax: 8, BatchSize: 1, Topics.ForDocuments);

    /// <summary>Exports of a whole clinic in restartable steps, each of which reads a few hundred patients.</summary>
    public static readonly QueueSpec Exports =
        new("exports", TimeSpan.FromSeconds(180), ReceivesMax: 8, BatchSize: 1, Topics.ForExports);

    public static readonly IReadOnlyList<QueueSpec> Queues =
        [Notifications, BreachAlerts, Retention, Imports, DocumentsQueue, Exports];

    /// <summary>Encrypts tables and buckets at rest; DynamoDB and S3 call it as the caller, with their own context.</summary>
    public static readonly KmsKeySpec DataAtRest = new("data-at-rest", MultiRegion: true, Signing: false);

    /// <summary>Wraps the tenant keys; direct calls only, and only with the caller's own tenant in the context (ISO-3).</summary>
    public static readonly KmsKeySpec TenantWrap = new("tenant-wrap", MultiRegion: true, Signing: false);

    /// <summary>Encrypts the sealed trail.</summary>
    public static readonly KmsKeySpec AuditVault = new("audit-vault", MultiRegion: false, Signing: false);

    /// <summary>Signs the roots of the trail (ECC).</summary>
    public static readonly KmsKeySpec AuditSigning = new("audit-signing", MultiRegion: false, Signing: true);

    /// <summary>Signs the manifests of exports (ECC); its public half is published.</summary>
    public static readonly KmsKeySpec ExportSigning = new("export-signing", MultiRegion: false, Signing: true);

    /// <summary>Encrypts log groups: ids and codes only, but they tell when a clinic works.</summary>
    public static readonly KmsKeySpec Logs = new("logs", MultiRegion: false, Signing: false);

    /// <summary>Encrypts the topic that alarms go to; apart from the logs, so that who may ring cannot read.</summary>
    public static readonly KmsKeySpec Alarms = new("alarms", MultiRegion: false, Signing: false);

    public static readonly IReadOnlyList<KmsKeySpec> KmsKeys =
        [DataAtRest, TenantWrap, AuditVault, AuditSigning, ExportSigning, Logs, Alarms];
}
