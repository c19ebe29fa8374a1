using Clinic.Benchmarks;

const string usage = """
    dotnet run -c Release --project tests/Clinic.Benchmarks -- <verb> [--n N] [--keep]
      cold    process start to first answer, by how the Api is published (n = 20 starts of each)
      warm    hop, read, search, register, import: latency, calls, units, allocations, CPU (n = 1000 of each)
      all     both, as the tables of docs/performance.md
      --keep  starts what the last run published, instead of publishing again
    """;

var verb = args.FirstOrDefault();
var at = Array.IndexOf(args, "--n");
int? n = at < 0 ? null : at + 1 < args.Length && int.TryParse(args[at + 1], out var given) && given > 0 ? given : -1;
if (n == -1 || verb is not ("cold" or "warm" or "all" or Probe.Verb))
{
    Console.Error.WriteLine(usage);
    return 2;
}

if (verb == Probe.Verb)
{
    return await Probe.RunAsync();
}

var tables = new List<Table>();
if (verb is "cold" or "all") { tables.Add(await ColdStarts.MeasureAsync(n ?? 20, args.Contains("--keep"))); }
if (verb is "warm" or "all") { tables.AddRange(await WarmRequests.MeasureAsync(n ?? 1000)); }
foreach (var table in tables) { Console.WriteLine(table.ToMarkdown()); }
return 0;
