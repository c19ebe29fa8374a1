using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;

namespace Clinic.Soak;

/// <summary>The files of an export as somebody has them who was handed a folder: it takes the published key alone.</summary>
internal static class Archive
{
    private const string Manifest = "manifest.json";
    private const string Signature = "manifest.sig";

    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(1, "host");
        var folder = arguments.Words[0];
        if (!File.Exists(Path.Combine(folder, Manifest)) || !File.Exists(Path.Combine(folder, Signature)))
        {
            throw new UsageException($"{folder} has no {Manifest} with its {Signature}.");
        }

        var host = new Uri(arguments.Text("host", "http://127.0.0.1:5080"));
        using var anyone = new ClinicClient(host, host);
        var keys = (await anyone.Get("/v1/export-keys")).Expect(HttpStatusCode.OK).Json;
        var text = await File.ReadAllBytesAsync(Path.Combine(folder, Manifest));
        var signature = await File.ReadAllBytesAsync(Path.Combine(folder, Signature));
        if (!ExportsOfAClinic.IsSigned(text, signature, keys))
        {
            Console.WriteLine($"{Manifest} is not what {host} signed");
            return 1;
        }

        var manifest = JsonNode.Parse(text)!;
        var files = new Dictionary<string, byte[]>();
        foreach (var name in manifest["files"]!.AsArray().Select(f => Path.GetFileName((string)f!["name"]!)))
        {
            var path = Path.Combine(folder, name);
            files[name] = File.Exists(path) ? await File.ReadAllBytesAsync(path) : [];
        }

        var fault = ExportsOfAClinic.Fault(new FetchedExport(manifest, files, text, signature));
        Console.WriteLine(fault is null ? $"signed, and {files.Count} files are whole" : $"not what the manifest says: {fault}");
        return fault is null ? 0 : 1;
    }
}
