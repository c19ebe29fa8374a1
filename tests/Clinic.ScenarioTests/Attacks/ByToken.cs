using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clinic.Identity;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>Cursors, keys of replays, tickets and tokens of the victim, in the attacker's hands.</summary>
internal static class ByToken
{
    public static IEnumerable<Attack> All =>
    [
        Read("cursor-of-trail", "the victim's cursor in the own trail", Known.Cursor,
            Http(400, s => s.Attacker.Owner.Get($"/v1/audit?size=1&cursor={s.Victim.TrailCursor}")),
            (s, wrong) => Trail.Taken(s, wrong)),
        Read("cursor-of-search", "the victim's cursor in the same search", Known.Cursor,
            Http(400, s => s.Attacker.Owner.Post("/v1/patients/search", new JsonObject
            {
                ["name"] = s.Victim.Given, ["size"] = 1, ["cursor"] = s.Victim.SearchCursor,
            })),
            (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
        Read("cursor-made-up", "a cursor that names a row of the victim", Known.Cursor,
            Http(400, s => s.Attacker.Owner.Get("/v1/audit?size=1&cursor=" + Base64Url.Write(
                new string('0', 32) + $"T#{s.Victim.Tenant}#AUD#2026110100#0"))),
            (s, wrong) => Trail.Taken(s, wrong)),
        new("idempotency-key", "the victim's Idempotency-Key with the victim's body", Known.Replay,
            new Wall("201 of one's own", Replayed),
            Denied(async s => await s.On.Query((await Idempotency(s)).Split('|')[0])),
            Wall.None("a kept answer holds ids, a status and a version, and nothing that is sealed")),
        Token("confirmation-spliced", "the token of another clinic's confirmation under the own id",
            s => $"{s.Attacker.Tenant}{s.Confirmation[8..]}"),
        Token("confirmation-of-victim", "a made-up token under the victim's id",
            s => $"{s.Victim.Tenant}.{SessionToken.RandomSecret()}"),
        Ticket("ticket-of-another", "other bytes for the victim's upload ticket", 400, async s =>
            await Uploads.Put(s.Victim.Ticket, OfItsSize(s.Victim.Ticket))),
        Ticket("ticket-to-another", "the own ticket with the victim's place in its address", 403, async s =>
        {
            var moved = s.Attacker.Ticket.DeepClone();
            moved["url"] = moved["url"]!.GetValue<string>()
                .Replace(s.Attacker.Tenant.Value, s.Victim.Tenant.Value, StringComparison.Ordinal);
            return await Uploads.Put(moved, OfItsSize(moved));
        }),
        new("ticket-without-key", "an upload that would lie under the bucket's own key alone", Known.Ticket,
            new Wall("403", async s =>
            {
                var bare = s.Attacker.Ticket.DeepClone();
                foreach (var (name, _) in UploadKey.New().Headers)
                {
                    Assert.True(bare["headers"]!.AsObject().Remove(name));
                }

                return new Evidence($"{(int)await Uploads.Put(bare, OfItsSize(bare))}", []);
            }),
            Denied(async s => await (await s.On.Session()).S3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
            {
                BucketName = CloudNames.Local.Bucket(CloudParts.Incoming), Key = $"T/{s.Attacker.Tenant}/up/planted",
                ContentBody = "planted",
            })),
            Wall.None("the call is refused whole: there are no bytes to open")),
        new("ticket-to-read", "the victim's ticket, to read what was uploaded", Known.Ticket,
            new Wall("403", async s =>
            {
                using var http = new HttpClient();
                var exactly = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
                using var answer = await http.GetAsync(new Uri(s.Victim.Ticket["url"]!.GetValue<string>(), exactly));
                return new Evidence($"{(int)answer.StatusCode}", await answer.Content.ReadAsByteArrayAsync());
            }),
            Denied(s => s.On.GetObject(CloudParts.Incoming, Upload(s))),
            Sealed(Uploaded)),
    ];

    /// <summary>As many bytes as the ticket says, and none of those that it was asked for.</summary>
    private static byte[] OfItsSize(JsonNode ticket) =>
        new byte[int.Parse(ticket["headers"]!["Content-Length"]!.GetValue<string>(), CultureInfo.InvariantCulture)];

    public static string Upload(Scene scene) =>
        $"T/{scene.Victim.Tenant}/up/imports/{Keys.Hex(scene.Victim.Upload.Value)}/source";

    /// <summary>What lies there, read past the gate: S3 itself gives it to nobody without its key.</summary>
    public static async Task<Loot> Uploaded(Scene scene) => Loot.Of(
        scene.Attacker.Tenant, scene.Victim.Tenant, Upload(scene), await scene.App.Bytes(CloudParts.Incoming, Upload(scene)));

    private static async Task<string> Idempotency(Scene scene) =>
        (await scene.App.Raw.Places(scene.Victim.Tenant.Value, CloudParts.Records, "IDEM#"))[0];

    private static async Task<Evidence> Replayed(Scene scene)
    {
        var answer = await scene.Attacker.Owner.Post("/v1/patients", scene.Victim.Repeated, scene.Victim.IdempotencyKey);
        var isOwn = (int)answer.Status == 201 && !answer.Headers.Contains("Idempotency-Replayed")
            && answer.Json["id"]!.GetValue<string>() != scene.Victim.Patient.ToString();
        return Evidence.Of(answer, isOwn ? "201 of one's own" : $"{(int)answer.Status} replayed");
    }

    private static Attack Token(string id, string what, Func<Scene, string> token) => Read(
        id, what, Known.SplitToken,
        Http(404, async s =>
        {
            using var stranger = s.App.Client();
            return await stranger.Post("/v1/clinics/confirmations", new JsonObject { ["token"] = token(s) });
        }),
        (s, wrong) => wrong.Get(Keys.Member(s.Victim.Member)));

    private static Attack Ticket(string id, string what, int status, Func<Scene, Task<HttpStatusCode>> put) => new(
        id, what, Known.Ticket,
        new Wall($"{status}", async s => new Evidence($"{(int)await put(s)}", [])),
        Denied(async s => await (await s.On.Session()).S3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = CloudNames.Local.Bucket(CloudParts.Incoming), Key = Upload(s), ContentBody = "planted",
        })),
        Wall.None("an upload takes no bytes; the worker reads none whose hash is not the ticket's"));
}
