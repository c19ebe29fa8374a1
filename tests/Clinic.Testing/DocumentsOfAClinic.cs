using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>
/// Documents as a browser keeps them: ticket, PUT of each part, confirmation, and then a look until a worker is done.
/// </summary>
public static class DocumentsOfAClinic
{
    public const int PartBytes = 8 * 1024 * 1024;

    /// <summary>In halves, so that no scanner takes this file for it.</summary>
    public static string Eicar => @"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    /// <summary>What really lies in a bucket of a clinic's documents, copies for the scanner too: past the gate.</summary>
    public static async Task<IReadOnlyList<(string Key, long SizeBytes)>> Objects(
        this ClinicApp app, string tenant, BucketSpec bucket)
    {
        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        var found = new List<(string, long)>();
        foreach (var prefix in bucket == CloudParts.Incoming
            ? (string[])[$"T/{tenant}/up/documents/", $"scan/T/{tenant}/documents/"] : [$"T/{tenant}/documents/"])
        {
            var answer = await s3.ListObjectsV2Async(
                new() { BucketName = CloudNames.Local.Bucket(bucket), Prefix = prefix });
            found.AddRange((answer.S3Objects ?? []).Select(o => (o.Key, o.Size ?? 0)));
        }

        return found;
    }

    public static async Task<byte[]> Bytes(this ClinicApp app, BucketSpec bucket, string key)
    {
        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        using var answer = await s3.GetObjectAsync(CloudNames.Local.Bucket(bucket), key);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(SHA256.HashData(bytes));

    /// <summary>The smallest thing that begins as a PDF does; different each time.</summary>
    public static byte[] Pdf(int length = 2_000)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        "%PDF-1.7\n"u8.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Begins as a JPEG does; different each time.</summary>
    public static byte[] Jpeg(int length = 2_000)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        ((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF, 0xE0]).CopyTo(bytes);
        return bytes;
    }

    public static async Task<string> RegisterPatient(this ClinicClient client) =>
        (await client.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Json["id"]!.GetValue<string>();

    public static JsonObject Offer(byte[] bytes, string contentType = "application/pdf", string kind = "report") => new()
    {
        ["kind"] = kind,
        ["title"] = "Haemoglobin " + Samples.Letters(Samples.Next()),
        ["at"] = "2026-05-04T10:30:00+05:30",
        ["contentType"] = contentType,
        ["sizeBytes"] = bytes.Length,
        ["sha256"] = Hash(bytes),
        ["partsSha256"] = bytes.Length <= PartBytes ? null
            : new JsonArray([.. bytes.Chunk(PartBytes).Select(p => (JsonNode)Hash(p))]),
    };

    public static Task<Answered> Offer(this ClinicClient client, string patient, JsonObject offer) =>
        client.Post($"/v1/patients/{patient}/documents", offer);

    /// <summary>The whole file as a web client fetches a large one: range after range, each as long as the answer says.</summary>
    /// <returns>How many bytes went through <paramref name="take"/>, in how many answers.</returns>
    public static async Task<(long Bytes, int Answers)> Ranges(
        this ClinicClient client, string path, long sizeBytes, Action<byte[]> take)
    {
        var (at, answers) = (0L, 0);
        string? tag = null;
        while (at < sizeBytes)
        {
            var answer = (await client.Content(path, $"bytes={at}-", tag)).Expect(HttpStatusCode.PartialContent);
            var range = answer.ContentHeaders.ContentRange!;
            Xunit.Assert.Equal((at, sizeBytes), (range.From!.Value, range.Length!.Value));
            Xunit.Assert.Equal(answer.Bytes.Length, range.To!.Value - at + 1);
            take(answer.Bytes);
            (at, answers, tag) = (range.To.Value + 1, answers + 1, answer.ETag);
        }

        return (at, answers);
    }

    /// <summary>The file, or what a range header asks of it.</summary>
    public static Task<Answered> Content(this ClinicClient client, string path, string? range, string? ifRange = null) =>
        client.Send(HttpMethod.Get, path + "/content", null, r =>
        {
            if (range is not null)
            {
                r.Headers.TryAddWithoutValidation("Range", range);
            }

            if (ifRange is not null)
            {
                r.Headers.TryAddWithoutValidation("If-Range", ifRange);
            }
        });

    /// <summary>Puts every part of a ticket.</summary>
    public static async Task PutParts(JsonNode ticket, byte[] bytes)
    {
        foreach (var part in ticket["parts"]!.AsArray())
        {
            var from = (part!["part"]!.GetValue<int>() - 1) * PartBytes;
            var piece = bytes.AsSpan(from, Math.Min(PartBytes, bytes.Length - from)).ToArray();
            Xunit.Assert.Equal(HttpStatusCode.OK, await Uploads.Put(part, piece));
        }
    }

    /// <summary>Offered, put and confirmed.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> Send(this ClinicClient client, string patient, byte[] bytes, JsonObject? offer = null)
    {
        var ticket = (await client.Offer(patient, offer ?? Offer(bytes))).Expect(HttpStatusCode.Created);
        await PutParts(ticket.Json, bytes);
        var path = ticket.Headers.Location!.ToString();
        (await client.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
        return path;
    }

    /// <summary>When the worker is done with it.</summary>
    public static Task<JsonNode> AwaitDocument(this ClinicClient client, string path) => Until.Holds(
        async () =>
        {
            var answer = (await client.Get(path)).Expect(HttpStatusCode.OK).Json;
            return answer["state"]!.GetValue<string>() is "awaiting-upload" or "checking" ? null : answer;
        },
        "end of a document's check");

    /// <summary>Sent and available.</summary>
    public static async Task<string> Keep(this ClinicClient client, string patient, byte[] bytes, JsonObject? offer = null)
    {
        var path = await client.Send(patient, bytes, offer);
        Xunit.Assert.Equal("available", (await client.AwaitDocument(path))["state"]!.GetValue<string>());
        return path;
    }
}
