using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Clinic.Testing.Sweeps;

/// <summary>
/// An export that is finished; one whose link was sent, with its token as a second variable of the same making; one that the
/// owner's session opened.
/// </summary>
internal static class SampleExports
{
    private static readonly ConcurrentDictionary<string, string> Tokens = new();

    /// <summary>The newest, when it is finished: a clinic has room for one that runs.</summary>
    public static async Task<string> Finished(SampleWorld world) => await Until.Holds(
        async () =>
        {
            var newest = await Newest(world);
            switch ((string?)newest?["state"])
            {
                case "finished":
                    return (string)newest!["id"]!;
                case "queued" or "running":
                    return null;
                default:
                    var started = await world.Owner.Post("/v1/exports", null);
                    Xunit.Assert.True(started.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, started.Text);
                    return null;
            }
        },
        "a finished export");

    public static async Task<string> Linked(SampleWorld world)
    {
        var export = await Finished(world);
        var path = "/v1/exports/" + export;
        await world.Mail.ExportToken(world.OwnerEmail, path);
        var before = (await world.Mail.To(world.OwnerEmail)).Count(m => m.Text.Contains(export, StringComparison.Ordinal));
        (await world.Owner.Post(path + "/links", null)).Expect(HttpStatusCode.Accepted);
        Tokens[world.Clinic] = await world.Mail.ExportToken(world.OwnerEmail, path, before);
        return export;
    }

    public static Task<string> Token(SampleWorld world) => Task.FromResult(
        Tokens.TryRemove(world.Clinic, out var token)
            ? token : throw new InvalidOperationException("A sample names the token of an export before the export."));

    public static async Task<string> Opened(SampleWorld world)
    {
        var export = await Linked(world);
        (await world.Owner.OpenExport("/v1/exports/" + export, await Token(world))).Expect(HttpStatusCode.OK);
        return export;
    }

    private static async Task<JsonNode?> Newest(SampleWorld world) =>
        (await world.Owner.Get("/v1/exports")).Expect(HttpStatusCode.OK).Json["exports"]!.AsArray().FirstOrDefault();
}
