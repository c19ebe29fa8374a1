using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Clinic.Testing;

/// <summary>A whole export as somebody reads it who has its files and nothing of ours.</summary>
/// <param name="Lines">Of all files of a kind, in order.</param>
/// <param name="Files">All that the manifest names.</param>
/// <param name="Text">The manifest's very bytes, of which <paramref name="Signature"/> is.</param>
public sealed record FetchedExport(
    JsonNode Manifest, IReadOnlyDictionary<string, byte[]> Files, byte[] Text, byte[] Signature)
{
    public IEnumerable<string> Lines(string kind) => Files.Where(f => f.Key.StartsWith(kind + "-", StringComparison.Ordinal))
        .OrderBy(f => f.Key, StringComparer.Ordinal)
        .SelectMany(f => Encoding.UTF8.GetString(f.Value).Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public IReadOnlyList<string> DocumentLines => [.. Manifest["documentLines"]!.AsArray().Select(l => (string)l!)];

    public IReadOnlyList<string> PatientLines => [.. Manifest["patientLines"]!.AsArray().Select(l => (string)l!)];
}

/// <summary>Exports of a clinic, as an owner's browser has them.</summary>
public static class ExportsOfAClinic
{
    /// <summary>Begins one.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> StartExport(this ClinicClient owner) =>
        (await owner.Post("/v1/exports", null)).Expect(HttpStatusCode.Accepted).Headers.Location!.ToString();

    public static Task<JsonNode> AwaitExport(this ClinicClient owner, string path, string state = "finished") => Until.Holds(
        async () =>
        {
            var view = (await owner.Get(path)).Expect(HttpStatusCode.OK).Json;
            return (string)view["state"]! == state ? view : null;
        },
        $"export to be {state}");

    /// <summary>The token of the newest mail about this export.</summary>
    /// <param name="before">How many mails about it came before.</param>
    public static Task<string> ExportToken(this ClinicApp app, string email, string path, int before = 0) =>
        app.Mail.ExportToken(email, path, before);

    public static Task<string> ExportToken(this Mailbox mail, string email, string path, int before = 0) => Until.Holds(
        async () => (await mail.To(email)).Where(m => m.Text.Contains(Link(path), StringComparison.Ordinal)).Skip(before)
            .Select(m => m.Text.Split(Link(path))[1].Split('\n')[0].Trim()).FirstOrDefault(),
        "mail of an export");

    public static Task<Answered> OpenExport(this ClinicClient owner, string path, string token) =>
        owner.Post(path + "/open", new JsonObject { ["token"] = token });

    /// <summary>Begun, finished, and opened for this session.</summary>
    public static async Task<string> OpenedExport(this ClinicApp app, SignedUpClinic clinic)
    {
        var path = await clinic.Owner.StartExport();
        await clinic.Owner.AwaitExport(path);
        var token = await app.ExportToken(clinic.Email, path);
        (await clinic.Owner.OpenExport(path, token)).Expect(HttpStatusCode.OK);
        return path;
    }

    /// <summary>A file, range after range.</summary>
    public static async Task<byte[]> ExportedFile(this ClinicClient owner, string path, string name, int rangeBytes = 4_000_000)
    {
        using var file = new MemoryStream();
        long size;
        do
        {
            var range = $"bytes={file.Length}-{file.Length + rangeBytes - 1}";
            var answer = (await owner.FileRange(path, name, range)).Expect(HttpStatusCode.PartialContent);
            Assert.Equal(file.Length, answer.ContentHeaders.ContentRange!.From);
            size = answer.ContentHeaders.ContentRange.Length!.Value;
            file.Write(answer.Bytes);
        }
        while (file.Length < size);
        return file.ToArray();
    }

    public static Task<Answered> FileRange(this ClinicClient owner, string path, string name, string? range) =>
        owner.Send(HttpMethod.Get, $"{path}/files/{name}", null, r =>
        {
            if (range is not null)
            {
                r.Headers.TryAddWithoutValidation("Range", range);
            }
        });

    /// <summary>Every file that the manifest names, each held against what it says of it.</summary>
    public static async Task<FetchedExport> FetchExport(this ClinicClient owner, string path, int rangeBytes = 4_000_000)
    {
        var text = await owner.ExportedFile(path, "manifest.json", rangeBytes);
        var manifest = JsonNode.Parse(text)!;
        var files = new Dictionary<string, byte[]>();
        foreach (var entry in manifest["files"]!.AsArray())
        {
            files[(string)entry!["name"]!] = await owner.ExportedFile(path, (string)entry["name"]!, rangeBytes);
        }

        var fetched = new FetchedExport(manifest, files, text, await owner.ExportedFile(path, "manifest.sig", rangeBytes));
        Assert.Null(Fault(fetched));
        var keys = (await owner.Get("/v1/export-keys")).Expect(HttpStatusCode.OK).Json;
        Assert.True(IsSigned(fetched.Text, fetched.Signature, keys), "The manifest's signature does not hold.");
        return fetched;
    }

    /// <summary>Whether one of the published keys verifies the signature.</summary>
    public static bool IsSigned(byte[] manifest, byte[] signature, JsonNode keys) => keys["keys"]!.AsArray().Any(published =>
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars((string)published!["x"]!), Y = Base64Url.DecodeFromChars((string)published["y"]!),
            },
        });
        return key.VerifyData(manifest, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    });

    /// <summary>
    /// The documents of an archive into the clinic that took in its patients: each where an imported reference names it.
    /// </summary>
    /// <param name="file">Bytes by the name in the archive.</param>
    /// <param name="patients">Paths in that clinic.</param>
    /// <returns>How many.</returns>
    public static async Task<int> TakeInDocuments(
        this ClinicClient owner, IReadOnlyDictionary<string, byte[]> file, IEnumerable<string> patients)
    {
        var taken = 0;
        foreach (var patient in patients)
        {
            var bundle = (await owner.Get(patient + "/export")).Expect(HttpStatusCode.OK).Json;
            foreach (var resource in bundle["entry"]!.AsArray().Select(e => e!["resource"]!)
                .Where(r => (string)r["resourceType"]! == "DocumentReference"))
            {
                if ((string?)resource["content"]![0]!["attachment"]!["url"] is { } name && file.TryGetValue(name, out var bytes))
                {
                    await owner.TakeIn(patient, (string)resource["id"]!, bytes);
                    taken++;
                }
            }
        }

        return taken;
    }

    /// <returns>Path of the document.</returns>
    public static async Task<string> TakeIn(this ClinicClient owner, string patient, string reference, byte[] bytes)
    {
        var ticket = (await owner.Post(patient + "/referenced-files", new JsonObject
        {
            ["reference"] = reference,
            ["partsSha256"] = bytes.Length <= DocumentsOfAClinic.PartBytes ? null
                : new JsonArray([.. bytes.Chunk(DocumentsOfAClinic.PartBytes).Select(p => (JsonNode)DocumentsOfAClinic.Hash(p))]),
        })).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        var path = ticket.Headers.Location!.ToString();
        (await owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
        Assert.Equal("available", (string)(await owner.AwaitDocument(path))["state"]!);
        return path;
    }

    /// <summary>The first thing in which files and manifest differ; null when they agree.</summary>
    public static string? Fault(FetchedExport export)
    {
        foreach (var entry in export.Manifest["files"]!.AsArray())
        {
            var bytes = export.Files[(string)entry!["name"]!];
            if (bytes.Length != (long)entry["sizeBytes"]!
                || Convert.ToHexStringLower(SHA256.HashData(bytes)) != (string)entry["sha256"]!)
            {
                return (string)entry["name"]!;
            }
        }

        var hashes = export.Lines("patients").Select(l => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(l))));
        if (!hashes.Order(StringComparer.Ordinal).SequenceEqual(export.PatientLines))
        {
            return "patientLines";
        }

        var types = export.Lines("patients").SelectMany(l => JsonNode.Parse(l)!["entry"]!.AsArray())
            .CountBy(e => (string)e!["resource"]!["resourceType"]!).ToDictionary();
        var counted = export.Manifest["resources"]!.AsObject();
        return types.Count == counted.Count && types.All(t => (int?)counted[t.Key] == t.Value) ? null : "resources";
    }

    private static string Link(string path) => $"/exports/{path.Split('/')[^1]}#";
}
