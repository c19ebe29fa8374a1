using Clinic.Soak;

var verbs = new Verb[]
{
    new("hostile", "[--n 200] [--seed 1] [--route NAME,NAME]", "malformed requests to every route: at least n each", Hostile.Run),
    new("faults", "[--only TEXT,TEXT] [--lanes 8]",
        "every act under every fault at each of its calls: done once, or 503 in time", Faults.Run),
    new("tenants", "[--tenants 64] [--n 10000] [--seed 1]", "many clinics at once: no answer holds anything of another's",
        Tenants.Run),
    new("documents", "[--megabytes 200] [--n 1] [--seed 1]",
        "12 MB, then n documents of so many, up and down: equal hashes, a worker of flat memory", Documents.Run),
    new("exports", "[--patients 100]",
        "clinics of so many patients and of ten times as many exported whole: hashes hold, a worker of flat memory", Exports.Run),
    new("lists", "[--rows 1000]", "a list of so many patients tried and registered: calls a row, rows a second", Lists.Run),
    new("archive", "FOLDER [--host URL]",
        "the files of an export in a folder: the manifest's signature by the host's published key, and every hash", Archive.Run),
    new("kills", "[--only import|upload|export|archive] [--points 20] [--seed 1]",
        "SIGKILL at so many random points of each: nothing lost, nothing doubled, nothing readable left", Kills.Run),
    new("imports", "[--rounds 3]",
        "ten Synthea bundles: resources a second, calls and capacity units a resource", Imports.Run),
    new("replay", "FILE [--host URL] [--mail URL] [--email A] [--password P] [--operator A]",
        "one sample of events/http to a running Api, as its owner; what it names is made first", Replay.Run),
};

if (args.Length == 0 || verbs.FirstOrDefault(v => v.Name == args[0]) is not { } verb)
{
    Usage();
    return 2;
}

try
{
    return await verb.Run(Arguments.Parse(args.AsSpan(1)));
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    Usage();
    return 2;
}

void Usage()
{
    Console.Error.WriteLine("Usage: dotnet run --project tests/Clinic.Soak -- VERB ...");
    foreach (var known in verbs)
    {
        Console.Error.WriteLine($"  {known.Name} {known.Arguments}\n      {known.Says}");
    }

    Console.Error.WriteLine("Answers 0 without findings, 1 with findings, 2 when the command line is not understood.");
}
