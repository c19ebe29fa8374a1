using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Clinic.InfraTests.Advisories;

/// <summary>
/// A package source of two packages, one of which needs the other, and of what is known against them. It speaks as much of
/// NuGet's protocol (version 3) and of npm's as a restore and an audit ask for.
/// </summary>
internal sealed class AdvisoryFeed : IAsyncDisposable
{
    public const string Direct = "planted.direct";
    public const string Deep = "planted.deep";
    private const string Version = "1.0.0";

    private readonly WebApplication _server;

    private AdvisoryFeed(WebApplication server) => _server = server;

    public string Url => _server.Urls.First();

    /// <summary>Severity by package, 0 (low) to 3 (critical); null: advisories cannot be read.</summary>
    public IReadOnlyDictionary<string, int>? Severities { get; set; } = new Dictionary<string, int>();

    /// <summary>What npm is told, as it asks for it; null: not served, as by a registry that only mirrors packages.</summary>
    public object? NpmAdvisories { get; set; }

    public static async Task<AdvisoryFeed> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var feed = new AdvisoryFeed(builder.Build());
        feed.Map(feed._server);
        await feed._server.StartAsync();
        return feed;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/index.json", () => Json(new
        {
            version = "3.0.0",
            resources = new[]
            {
                Resource("packages/", "PackageBaseAddress/3.0.0"),
                Resource("advisories/index.json", "VulnerabilityInfo/6.7.0"),
            },
        }));
        routes.MapGet("/packages/{id}/index.json", (string id) =>
            id is Direct or Deep ? Json(new { versions = new[] { Version } }) : Results.NotFound());
        routes.MapGet("/packages/{id}/{version}/{file}", (string id) => Results.Bytes(Package(id)));
        routes.MapGet("/advisories/index.json", () => Severities is null ? Results.NotFound() : Json(new[]
        {
            new Dictionary<string, string>
            {
                ["@name"] = "base",
                ["@id"] = $"{Url}/advisories/base.json",
                ["@updated"] = "2026-01-01T00:00:00Z",
            },
        }));
        routes.MapGet("/advisories/base.json", () => Json(Severities!.ToDictionary(
            entry => entry.Key,
            entry => new[] { new { url = $"{Url}/{entry.Key}", severity = entry.Value, versions = "[1.0.0, 2.0.0)" } })));
        routes.MapPost("/-/npm/v1/security/advisories/bulk", () =>
            NpmAdvisories is { } advisories ? Json(advisories) : Results.StatusCode(StatusCodes.Status405MethodNotAllowed));
    }

    private Dictionary<string, string> Resource(string path, string type) =>
        new() { ["@id"] = $"{Url}/{path}", ["@type"] = type };

    private static IResult Json(object value) => Results.Text(JsonSerializer.Serialize(value), "application/json");

    private static byte[] Package(string id)
    {
        var needs = id == Direct ? $"""<dependency id="{Deep}" version="{Version}" />""" : "";
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            Write(zip, $"{id}.nuspec", $"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata>
                    <id>{id}</id><version>{Version}</version><authors>nobody</authors><description>A plant.</description>
                    <dependencies><group targetFramework="net10.0">{needs}</group></dependencies>
                  </metadata>
                </package>
                """);
            Write(zip, "lib/net10.0/_._", "");
        }

        return buffer.ToArray();
    }

    private static void Write(ZipArchive zip, string path, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(path).Open());
        writer.Write(text);
    }
}
