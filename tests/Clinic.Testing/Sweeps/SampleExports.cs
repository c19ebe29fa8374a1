using System.Collections.Concurrent;
using System.Net;

namespace Clinic.Testing.Sweeps;

/// <summary>
/// An export that is finished; one whose link was sent, with its token as a second variable of the same making; one that the
/// owner's session opened.
/// </summary>
internal static class SampleExports
{
    private static readonly ConcurrentDictionary<string, string> Kept = new();
    private static readonly ConcurrentDictionary<string, string> Tokens = new();

    /// <summary>One that stays: a clinic has room for one that runs, so it is not made for each sample.</summary>
    public static async Task<string> Finished(SampleWorld world)
    {
        if (!Kept.TryGetValue(world.Clinic, out var export)
            || (string)(await world.Owner.Get("/v1/exports/" + export)).Expect(HttpStatusCode.OK).Json["state"]! != "finished")
        {
            Kept[world.Clinic] = export = await Another(world);
        }

        return export;
    }

    /// <summary>One that nobody else counts on: to be ended.</summary>
    public static async Task<string> Another(SampleWorld world)
    {
        var export = await Until.Holds(
            async () =>
            {
                var started = await world.Owner.Post("/v1/exports", null);
                Xunit.Assert.True(started.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, started.Text);
                return started.Status == HttpStatusCode.Accepted ? (string)started.Json["id"]! : null;
            },
            "room for an export");
        await world.Owner.AwaitExport("/v1/exports/" + export);
        return export;
    }

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
}
