namespace Clinic.Testing.Hostile;

/// <summary>What became of the bent requests of one route.</summary>
public sealed class RouteReport(string route)
{
    private readonly SortedDictionary<int, int> statuses = [];
    private readonly SortedDictionary<string, int> kinds = new(StringComparer.Ordinal);
    private readonly SortedSet<string> byServer = new(StringComparer.Ordinal);

    public string Route => route;

    public int Requests => statuses.Values.Sum();

    /// <summary>Status by number of answers; 0 is a connection that ended without one.</summary>
    public IReadOnlyDictionary<int, int> Statuses => statuses;

    public IReadOnlyDictionary<string, int> Kinds => kinds;

    /// <summary>What the server refused before the product saw it: kind and status.</summary>
    public IEnumerable<string> ByServer => byServer;

    public List<string> Findings { get; } = [];

    public TimeSpan Worst { get; private set; }

    public string WorstBend { get; private set; } = "";

    public void Add(Bend bend, RawAnswer? answer)
    {
        kinds[bend.Kind] = kinds.GetValueOrDefault(bend.Kind) + 1;
        var status = answer?.Status ?? -1;
        statuses[status] = statuses.GetValueOrDefault(status) + 1;
        if (answer is not null && HostileCheck.IsServers(answer))
        {
            byServer.Add($"{bend.Kind}: {bend.What} -> {(status == 0 ? "closed" : status)}");
        }

        // A body that never comes is waited for on purpose, and has its own limit.
        if (answer?.Took > Worst && !bend.IsSlow)
        {
            (Worst, WorstBend) = (answer.Took, $"{bend.Kind}: {bend.What}");
        }
    }

    public override string ToString() =>
        $"{Route,-22} {Requests,5}  {string.Join(' ', statuses.Select(s => $"{s.Key}x{s.Value}"))}  "
        + $"{Findings.Count} findings, worst {Worst.TotalMilliseconds:0} ms ({WorstBend})";
}
