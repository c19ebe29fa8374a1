using System.Globalization;

namespace Clinic.Local;

/// <summary>
/// DynamoDB Local, fauxqs (S3 and SQS) and aws-ses-v2-local as child processes on free ports. They check no credentials: on this
/// machine the policy gate stands before them, and only administration (Provision, pumps) talks to them directly.
/// </summary>
public sealed class StandIns : IAsyncDisposable
{
    private const string LockFile = ".lock";

    private readonly FileStream? _dataLock;
    private readonly List<StandInProcess> _running;

    private StandIns(
        StandInOptions options, FileStream? dataLock, StandInProcess dynamoDb, StandInProcess storage, StandInProcess mail)
    {
        Options = options;
        _dataLock = dataLock;
        _running = [dynamoDb, storage, mail];
        DynamoDb = dynamoDb.Address;
        S3 = Sqs = storage.Address;
        Ses = MailPage = mail.Address;
    }

    public StandInOptions Options { get; }

    public string? DataFolder => Options.DataFolder;

    public Uri DynamoDb { get; }

    /// <summary>Path-style addressing only.</summary>
    public Uri S3 { get; }

    public Uri Sqs { get; }

    /// <summary>The SES v2 API. Mails are kept in memory and end with the process.</summary>
    public Uri Ses { get; }

    /// <summary>Shows the mails to a person; <c>/store</c> gives them as JSON.</summary>
    public Uri MailPage { get; }

    /// <summary>The child processes, for tests and for diagnosis.</summary>
    public IReadOnlyList<int> Pids => [.. _running.Select(r => r.Pid)];

    /// <summary>Ends when one of them has died, with its name and last lines; then the system as a whole is of no use.</summary>
    public async Task<string> FirstDeathAsync() => await await Task.WhenAny(_running.Select(r => r.DeathAsync()));

    /// <summary>Installs what is missing, starts all three at once and returns when each answers a real call.</summary>
    public static async Task<StandIns> StartAsync(StandInOptions options, Action<string> progress, CancellationToken ct = default)
    {
        var packages = await Packages.InstallAsync(options.PackagesFolder, progress, ct);
        var dataLock = LockData(options.DataFolder, options.Fresh);
        progress("Starting DynamoDB Local, fauxqs (S3, SQS) and aws-ses-v2-local.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.StartWithin);
        Task<StandInProcess>[] starts =
        [
            StandInProcess.StartAsync(StandInKinds.DynamoDb(packages, options), PortLease.Take(), limit.Token),
            StandInProcess.StartAsync(StandInKinds.Storage(packages, options), PortLease.Take(), limit.Token),
            StandInProcess.StartAsync(StandInKinds.Mail(packages), MailPort(options), limit.Token),
        ];
        try
        {
            var started = await Task.WhenAll(starts);
            return new StandIns(options, dataLock, started[0], started[1], started[2]);
        }
        catch
        {
            await limit.CancelAsync();
            await EndAsync(starts);
            dataLock?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _running)
        {
            await one.DisposeAsync();
        }

        _dataLock?.Dispose();
    }

    private static PortLease MailPort(StandInOptions options) =>
        (options.MailPort is { } port ? PortLease.TryTake(port) : null) ?? PortLease.Take();

    // Two DynamoDB Local on one database file would spoil it.
    private static FileStream? LockData(string? folder, bool fresh)
    {
        if (folder is null)
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        var held = FileLock.TryTake(Path.Combine(folder, LockFile))
            ?? throw new PrerequisiteMissingException(string.Create(
                CultureInfo.InvariantCulture, $"The data folder {folder} is in use by another process."));
        if (fresh)
        {
            Empty(folder);
        }

        return held;
    }

    // Under the lock only: a second start must not empty the folder of one that runs.
    private static void Empty(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => e.Name != LockFile))
        {
            if (entry is DirectoryInfo inner)
            {
                inner.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    private static async Task EndAsync(Task<StandInProcess>[] starts)
    {
        foreach (var start in starts)
        {
            await ((Task)start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (start.IsCompletedSuccessfully)
            {
                await (await start).DisposeAsync();
            }
        }
    }
}
