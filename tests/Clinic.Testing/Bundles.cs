using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <summary>FHIR bundles to import: ten real ones, and variants of them.</summary>
public static class Bundles
{
    /// <summary>What of the real ones must never be read anywhere.</summary>
    private static readonly string[] Spoken =
    [
        "Wiegand", "Gottlieb", "999-91-5172", "999-11-8522", "X44855878X", "555-655-8611", "555-446-7938", "Hermiston Club",
        "Pagac Alley",
    ];

    public static byte[] LuigiWiegand => Read("Luigi_Wiegand.json");

    public static byte[] BrettGottlieb => Read("Brett_Gottlieb.json");

    /// <summary>Names of all the real ones, of which most lie packed.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json*")
        .Select(p => Path.GetFileName(p).Split('.')[0]).Order(StringComparer.Ordinal);

    public static byte[] Named(string name)
    {
        if (File.Exists(Path.Combine(Folder, name + ".json")))
        {
            return Read(name + ".json");
        }

        using var packed = new GZipStream(File.OpenRead(Path.Combine(Folder, name + ".json.gz")), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>One of those in the shape of the national guide.</summary>
    public static byte[] Indian(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Samples", "india", name + ".json"));

    /// <summary>A bundle of the given resources, each under its own UUID.</summary>
    public static JsonObject Of(params IEnumerable<JsonObject> resources) => new()
    {
        ["resourceType"] = "Bundle",
        ["type"] = "collection",
        ["entry"] = new JsonArray([.. resources.Select(r => new JsonObject { ["fullUrl"] = UrlOf(r), ["resource"] = r })]),
    };

    public static JsonObject Patient(string? family = null, string? id = null) => new()
    {
        ["resourceType"] = "Patient",
        ["id"] = id ?? NewId(),
        ["name"] = new JsonArray(new JsonObject { ["family"] = family ?? "Iyer", ["given"] = new JsonArray("Revathi") }),
        ["gender"] = "female",
        ["birthDate"] = "1971-02-03",
    };

    public static JsonObject Observation(JsonObject patient, string? note = null, string? id = null) => new()
    {
        ["resourceType"] = "Observation",
        ["id"] = id ?? NewId(),
        ["status"] = "final",
        ["code"] = new JsonObject { ["text"] = note ?? "Pulse" },
        ["subject"] = new JsonObject { ["reference"] = UrlOf(patient) },
    };

    /// <summary>As exports of a clinic tell of a document: where its file lies, and what it is.</summary>
    public static JsonObject FileReference(JsonObject patient, byte[] file, string title, string? id = null)
    {
        var own = id ?? NewId();
        return new JsonObject
        {
            ["resourceType"] = "DocumentReference",
            ["id"] = own,
            ["identifier"] = new JsonArray(
                new JsonObject { ["system"] = "urn:clinic:sha256", ["value"] = DocumentsOfAClinic.Hash(file) }),
            ["status"] = "current",
            ["type"] = new JsonObject { ["text"] = "report" },
            ["subject"] = new JsonObject { ["reference"] = UrlOf(patient) },
            ["content"] = new JsonArray(new JsonObject
            {
                ["attachment"] = new JsonObject
                {
                    ["contentType"] = "application/pdf", ["url"] = $"documents/{own}.pdf", ["size"] = file.Length,
                    ["title"] = title, ["creation"] = "2026-05-04T05:00:00Z",
                },
            }),
        };
    }

    /// <summary>A document that brings its file along.</summary>
    public static JsonObject FileWithin(JsonObject patient, byte[] file, string title)
    {
        var reference = FileReference(patient, file, title);
        var attachment = reference["content"]![0]!["attachment"]!.AsObject();
        attachment.Remove("url");
        attachment["data"] = Convert.ToBase64String(file);
        return reference;
    }

    /// <summary>A document that comes along with its file, which is text.</summary>
    public static JsonObject Letter(string patientUrl, string text, string date) => new()
    {
        ["resourceType"] = "DocumentReference",
        ["id"] = NewId(),
        ["status"] = "current",
        ["subject"] = new JsonObject { ["reference"] = patientUrl },
        ["date"] = date,
        ["content"] = new JsonArray(new JsonObject
        {
            ["attachment"] = new JsonObject
            {
                ["contentType"] = "text/plain", ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
            },
        }),
    };

    public static string UrlOf(JsonObject resource) => "urn:uuid:" + resource["id"]!.GetValue<string>();

    public static string NewId() => Guid.CreateVersion7().ToString();

    public static byte[] Bytes(JsonNode bundle) => Encoding.UTF8.GetBytes(bundle.ToJsonString());

    /// <summary>The resources of a bundle, by type and id.</summary>
    public static Dictionary<string, JsonNode> ByName(byte[] bundle) => JsonNode.Parse(bundle)!["entry"]!.AsArray()
        .Select(e => e!["resource"]!).ToDictionary(r => $"{r["resourceType"]}/{r["id"]}");

    /// <summary>Starts an import and waits for its end.</summary>
    public static async Task<JsonNode> Import(this ClinicClient client, byte[] bundle, string query = "")
    {
        Array.ForEach(Spoken, SpokenValues.Hear);
        var started = (await client.PostBytes("/v1/imports" + query, bundle, "application/fhir+json"))
            .Expect(HttpStatusCode.Accepted);
        return await client.AwaitImport(started.Headers.Location!.ToString());
    }

    public static Task<JsonNode> AwaitImport(this ClinicClient client, string path) => Until.Holds(
        async () => (await client.Get(path)).Expect(HttpStatusCode.OK).Json is var report && report["endedAt"] is not null
        ? report : null,
        "end of " + path);

    /// <summary>Path of the only patient of an import.</summary>
    public static async Task<string> OnlyPatient(this ClinicClient client, JsonNode report)
    {
        var list = (await client.Get($"/v1/imports/{report["id"]}/patients")).Expect(HttpStatusCode.OK);
        return $"/v1/patients/{Xunit.Assert.Single(list.Json["patients"]!.AsArray())!["id"]}";
    }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Samples", "synthea");

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));
}
