using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.Soak;

/// <summary>
/// Large documents up and down: equal hashes, nothing left where clients put it, and a worker whose memory does not grow with the
/// file. The file is never whole in this process either: it is made part by part.
/// </summary>
internal static class Documents
{
    private const long Megabyte = 1_000_000;

    /// <summary>What a worker may need more for a large file than for one of two parts.</summary>
    private const long GrowthMaxBytes = 48 * 1024 * 1024;

    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "megabytes", "n", "seed");
        var (large, n) = (arguments.Number("megabytes", 200), arguments.Number("n", 1));
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.DocumentsQueue);
        var clinic = await app.SignUpClinic();
        var patient = await clinic.Owner.RegisterPatient();
        var findings = new List<string>();
        var peaks = new List<long>();
        foreach (var size in (long[])[12 * Megabyte, .. Enumerable.Repeat(large * Megabyte, n)])
        {
            var file = new MadeFile(arguments.Number("seed", 1), size);
            findings.AddRange(await UpAndDown(app, clinic, patient, file));
            peaks.Add(PeakBytes(app.Process(CloudParts.DocumentsQueue).Pid));
            Console.WriteLine(
                $"  peaks: worker {peaks[^1] / Megabyte} MB, this process {PeakBytes(Environment.ProcessId) / Megabyte} MB");
        }

        if (peaks[^1] - peaks[0] > GrowthMaxBytes)
        {
            findings.Add($"the worker's peak grew by {(peaks[^1] - peaks[0]) / Megabyte} MB");
        }

        findings.ForEach(Console.WriteLine);
        return findings.Count == 0 ? 0 : 1;
    }

    private static async Task<List<string>> UpAndDown(ClinicApp app, SignedUpClinic clinic, string patient, MadeFile file)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan Lap()
        {
            var lap = watch.Elapsed;
            watch.Restart();
            return lap;
        }

        var offer = file.Offer();
        var hashed = Lap();
        var ticket = (await clinic.Owner.Offer(patient, offer)).Expect(HttpStatusCode.Created);
        foreach (var part in ticket.Json["parts"]!.AsArray())
        {
            await Uploads.Put(part!, file.Part(part!["part"]!.GetValue<int>()));
        }

        var put = Lap();
        var path = ticket.Headers.Location!.ToString();
        (await clinic.Owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
        var view = await clinic.Owner.AwaitDocument(path);
        var kept = Lap();
        var findings = new List<string>();
        if (view["state"]!.GetValue<string>() != "available")
        {
            return [$"{file.SizeBytes} bytes end as {view["state"]} {view["fault"]}"];
        }

        if ((await app.Objects(clinic.Id, CloudParts.Incoming)).Count > 0)
        {
            findings.Add("something of it is still where clients put it");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (_, answers) = await clinic.Owner.Ranges(path, file.SizeBytes, piece => hash.AppendData(piece));
        if (Convert.ToBase64String(hash.GetHashAndReset()) != offer["sha256"]!.GetValue<string>())
        {
            findings.Add($"{file.SizeBytes} bytes come back otherwise");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{file.SizeBytes / Megabyte} MB: hashed {hashed.TotalSeconds:0.0} s, put {put.TotalSeconds:0.0} s, checked and "
            + $"sealed {kept.TotalSeconds:0.0} s, fetched {Lap().TotalSeconds:0.0} s in {answers} answers"));
        return findings;
    }

    /// <summary>The most that a process ever held in memory.</summary>
    public static long PeakBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>A file whose parts are made anew from a seed whenever they are asked for.</summary>
    private sealed class MadeFile(int seed, long sizeBytes)
    {
        public long SizeBytes => sizeBytes;

        public byte[] Part(int part)
        {
            var from = (part - 1L) * DocumentsOfAClinic.PartBytes;
            var bytes = new byte[(int)Math.Min(DocumentsOfAClinic.PartBytes, sizeBytes - from)];
            new Random(unchecked((seed * 1_000) + part)).NextBytes(bytes);
            if (part == 1)
            {
                "%PDF-1.7\n"u8.CopyTo(bytes);
            }

            return bytes;
        }

        public JsonObject Offer()
        {
            using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var parts = new JsonArray();
            var count = (int)((sizeBytes + DocumentsOfAClinic.PartBytes - 1) / DocumentsOfAClinic.PartBytes);
            foreach (var bytes in Enumerable.Range(1, count).Select(Part))
            {
                whole.AppendData(bytes);
                parts.Add((JsonNode)DocumentsOfAClinic.Hash(bytes));
            }

            var offer = DocumentsOfAClinic.Offer("%PDF-"u8.ToArray(), kind: "scan");
            offer["sizeBytes"] = sizeBytes;
            offer["sha256"] = Convert.ToBase64String(whole.GetHashAndReset());
            offer["partsSha256"] = parts;
            return offer;
        }
    }
}
