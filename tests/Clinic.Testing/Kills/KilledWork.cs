using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing.Faults;

namespace Clinic.Testing.Kills;

/// <summary>
/// Something that a process does and is killed at. What it leaves is told in lines, the same each time that it is done: so what a
/// killed one left is compared with what an undisturbed one did.
/// </summary>
internal abstract class KilledWork(ClinicApp app, string name)
{
    /// <summary>
    /// How often a message was received, and by whom, depends on who died; when a provider tells of a mail, on nobody here.
    /// </summary>
    private static readonly string[] Deliveries = ["INB", "OUT", "DLV"];

    public string Name => name;

    /// <summary>Words that it speaks and that may be read nowhere afterwards.</summary>
    public List<string> Words { get; } = [];

    /// <summary>
    /// The call of the client's own request, after which the process has its work; null when it is the request itself.
    /// </summary>
    public virtual string? BeginsAfter => "TransactWriteItems";

    protected ClinicApp App => app;

    /// <summary>SIGKILL; another process follows.</summary>
    public abstract void Kill();

    /// <summary>
    /// Calls that leave something, or fetch a file: others of the clinic, as a look at how it stands, are the Api's.
    /// </summary>
    public virtual bool Counts(GateCall call) => call.Service == "s3" || call.Operation == "TransactWriteItems";

    /// <param name="arm">Counts and kills from here on, for this clinic.</param>
    public abstract Task<IReadOnlyList<string>> Do(Func<string, KillSwitch> arm);

    /// <summary>A clinic of its own, with no message under way.</summary>
    protected async Task<SignedUpClinic> Clinic()
    {
        var clinic = await app.SignUpClinic();
        await Settled(clinic);
        return clinic;
    }

    protected Task Settled(SignedUpClinic clinic) => Acts.Settled(app, () => [clinic.Id]);

    protected string Word()
    {
        var word = "Ranganathan" + Charts.Word();
        Words.Add(word);
        return word;
    }

    /// <summary>Rows that came, went and changed, and entries of the trail; by kind.</summary>
    protected async Task<IReadOnlyList<string>> Rows(SignedUpClinic clinic, Ledger before) =>
    [
        .. (await Ledger.Take(app.Raw, [clinic.Id])).Since(before).Where(kind => !Deliveries.Any(kind.EndsWith))
            .CountBy(kind => kind).Select(kind => $"{kind.Key} x {kind.Value}"),
    ];

    /// <summary>
    /// Objects of a clinic by where they lie; their names are drawn. A sealed body that went to the bucket before its row is left
    /// there by who dies between the two, and nobody finds it: those are told that a row names.
    /// </summary>
    /// <param name="with">Only those whose name has this.</param>
    protected async Task<IReadOnlyList<string>> Objects(SignedUpClinic clinic, string with = "")
    {
        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        var found = new List<string>();
        var spill = $"T/{clinic.Id}/spill/";
        var named = (await app.Raw.All(CloudParts.Records, $"T#{clinic.Id}#"))
            .SelectMany(row => row.Where(a => a.Key.EndsWith("_at", StringComparison.Ordinal)).Select(a => a.Value.S))
            .OfType<string>().ToHashSet();
        foreach (var bucket in CloudParts.Buckets)
        {
            foreach (var prefix in (string[])[$"T/{clinic.Id}/", $"scan/T/{clinic.Id}/"])
            {
                var answer = await s3.ListObjectsV2Async(
                    new() { BucketName = CloudNames.Local.Bucket(bucket), Prefix = prefix });
                found.AddRange((answer.S3Objects ?? [])
                    .Where(o => o.Key.Contains(with, StringComparison.Ordinal))
                    .Where(o => !o.Key.StartsWith(spill, StringComparison.Ordinal) || named.Contains(o.Key))
                    .Select(o => $"{bucket.Name} {prefix.Split('/')[0]} {o.Key[prefix.Length..].Split('/')[0]}"));
            }
        }

        return [.. found.CountBy(place => place).Select(place => $"{place.Key} x {place.Value}").Order(StringComparer.Ordinal)];
    }
}
