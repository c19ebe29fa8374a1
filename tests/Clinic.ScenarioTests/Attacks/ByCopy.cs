using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Clinic.ScenarioTests.Attacks.Tries;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>
/// Somebody with his hands on the tables moves the victim's rows and objects to where the attacker's clinic looks. Neither code
/// nor policies see it, for the attacker then reads what is his own. The product itself must not be able to open it.
/// </summary>
internal static class ByCopy
{
    private const string Own = "the row stands in the own partition: the code reads it, as it should";
    private const string Past = "the copying is done past the gate; reading the source is read-patient and its like";

    public static IEnumerable<Attack> All =>
    [
        Copied("row-relabelled", "the victim's patient, copied into the own records", 404,
            s => Rows(s, CloudParts.Records, Keys.Patient(s.Victim.Patient).Area),
            s => s.Attacker.Owner.Get(s.Victim.Path)),
        Copied("row-and-key-relabelled", "the victim's patient with her wrapped keys", 404,
            async s => [.. await Rows(s, CloudParts.Records, Keys.Patient(s.Victim.Patient).Area),
                .. await Rows(s, CloudParts.Keys, Keys.PatientKeyArea(s.Victim.Patient))],
            s => s.Attacker.Owner.Get(s.Victim.Path)),
        Copied("record-relabelled", "the victim's whole imported record with its keys, for an export", 404,
            async s => [.. await Rows(s, CloudParts.Records, Keys.Patient(s.Victim.Imported).Area),
                .. await Rows(s, CloudParts.Keys, Keys.PatientKeyArea(s.Victim.Imported))],
            s => s.Attacker.Owner.Get($"/v1/patients/{s.Victim.Imported}/export")),
        Copied("body-swapped", "the victim's body under an own patient's head", 404,
            async s => [await Swapped(s)], s => s.Attacker.Owner.Get(s.Attacker.Path)),
        Copied("member-relabelled", "the victim's member under a forged login pointer, to sign in with", 401,
            async s => [.. await Rows(s, CloudParts.Records, Keys.Member(s.Victim.Member).Area),
                await Pointer(s, s.Victim, s.Attacker)],
            async s =>
            {
                using var stranger = s.App.Client();
                return await stranger.SignIn(s.Victim.Clinic.Email, s.Attacker.Clinic.Password);
            }),
        PointedTo("pointer-to-victim", "the own address under a forged login pointer to the victim's owner"),
        Copied("session-relabelled", "the victim's session row, for the victim's secret under the own id", 401,
            s => Rows(s, CloudParts.Records, "SES#"),
            async s =>
            {
                var cookie = ByName.Cookie(s.Victim, s.App);
                using var forged = s.App.Client();
                return await forged.Send(HttpMethod.Get, "/v1/sessions/current", null, r =>
                    r.Headers.Add("Cookie", $"{cookie.Name}={s.Attacker.Tenant}{cookie.Value[TenantId.Length..]}"));
            }),
        Copied("incident-relabelled", "the victim's copy of an incident", 404,
            s => Rows(s, CloudParts.Records, Keys.Incident(s.Incident).Area),
            s => s.Attacker.Owner.Get($"/v1/incidents/{s.Incident}")),
        Copied("index-relabelled", "the victim's search rows", 200,
            s => Rows(s, CloudParts.Records, "IDX#"),
            s => s.Attacker.Owner.Post("/v1/patients/search", new JsonObject { ["phone"] = s.Victim.Phone })),
        Copied("entry-relabelled", "an entry of the victim's trail with before and after", 200,
            async s => [new Copy(CloudParts.Audit, await Trail.Entry(s, "PatientAmended"))],
            s => s.Attacker.Owner.Get($"/v1/audit?action=PatientAmended&patient={s.Victim.Patient}")),
        Copied("spill-pointed-at", "an own row that points at the victim's spilled body", 503,
            async s => [await Pointing(s, await AtTheKeys.Spilled(s))],
            s => s.Attacker.Owner.Get($"/v1/patients/{s.Attacker.Imported}/export")),
        Copied("spill-copied", "an own row that points at a copy of the victim's spilled body", 404,
            async s => [await Pointing(s, await CopiedObject(s))],
            s => s.Attacker.Owner.Get($"/v1/patients/{s.Attacker.Imported}/export")),
    ];

    /// <summary>Copies, asks as the attacker over HTTP, and puts everything back.</summary>
    private static Attack Copied(
        string id, string what, int status, Func<Scene, Task<IReadOnlyList<Copy>>> rows, Func<Scene, Task<Answered>> ask) => new(
        id, what, Known.Copies, Wall.None(Own), Wall.None(Past),
        new Wall($"{status}", s => With(s, rows, async () => Evidence.Of(await ask(s)))));

    private static async Task<Evidence> With(Scene scene, Func<Scene, Task<IReadOnlyList<Copy>>> rows, Func<Task<Evidence>> act)
    {
        using var admin = AdminClients.DynamoDb(scene.App.Cloud.StandIns.DynamoDb);
        var undo = new List<Func<Task>>();
        try
        {
            var copies = (await rows(scene)).Select(copy => copy with { Row = Relabelled(scene, copy.Row) }).ToList();
            foreach (var copy in copies) { undo.Add(await Put(admin, copy)); }
            scene.App.ForgetClinic(scene.Attacker.Tenant.Value);
            scene.App.ForgetKeys(scene.Attacker.Tenant.Value, scene.Attacker.Patient.ToString());
            return await IsSeen(scene, copies) ? await act() : new Evidence("the copies are not where the product looks", []);
        }
        finally
        {
            foreach (var back in Enumerable.Reverse(undo)) { await back(); }
        }
    }

    /// <summary>The attacker's own store finds what was copied there; else an answer without it would prove nothing.</summary>
    private static async Task<bool> IsSeen(Scene scene, IReadOnlyList<Copy> copies)
    {
        var own = $"T#{scene.Attacker.Tenant}#";
        var keys = copies.Where(copy => copy.Table == CloudParts.Records)
            .Select(copy => new Key(copy.Row["pk"].S[own.Length..], copy.Row["sk"].S)).ToList();
        var store = scene.App.ApiServices.GetRequiredService<TenantStores>()
            .For(Caller.System(scene.Attacker.Tenant, "attack", "attack"));
        return copies.Count > 0 && (await store.GetMany(keys, CancellationToken.None)).Count == keys.Count;
    }

    /// <summary>A pointer leads to a password check, which the own password passes at home alone.</summary>
    private static Attack PointedTo(string id, string what) => new(
        id, what, Known.Authentication,
        new Wall("201 at the own clinic", s => With(
            s,
            async scene => [await Pointer(scene, scene.Attacker, scene.Victim)],
            async () =>
            {
                using var stranger = s.App.Client();
                var answer = await stranger.SignIn(s.Attacker.Clinic.Email, s.Attacker.Clinic.Password);
                var isOwn = (int)answer.Status == 201 && answer.Json["clinic"]!.GetValue<string>() == s.Attacker.Tenant.Value;
                return Evidence.Of(answer, isOwn ? "201 at the own clinic" : $"{(int)answer.Status} elsewhere");
            })),
        Denied(s => s.On.Get(Keys.Member(s.Victim.Member))),
        Sealed(s => s.Off.Get(Keys.Member(s.Victim.Member))));

    private static async Task<Func<Task>> Put(AmazonDynamoDBClient admin, Copy copy)
    {
        var (name, row) = (CloudNames.Local.Table(copy.Table), copy.Row);
        var key = new Dictionary<string, AttributeValue> { ["pk"] = row["pk"], ["sk"] = row["sk"] };
        var before = (await admin.GetItemAsync(name, key, consistentRead: true)).Item;
        await admin.PutItemAsync(name, row);
        return () => before is { Count: > 0 } ? admin.PutItemAsync(name, before) : admin.DeleteItemAsync(name, key);
    }

    private static Dictionary<string, AttributeValue> Relabelled(Scene scene, Dictionary<string, AttributeValue> row) => new(row)
    {
        ["pk"] = new(row["pk"].S.Replace($"T#{scene.Victim.Tenant}#", $"T#{scene.Attacker.Tenant}#", StringComparison.Ordinal)),
    };

    private static async Task<IReadOnlyList<Copy>> Rows(Scene scene, TableSpec table, string area) =>
        [.. (await scene.App.Raw.Of(scene.Victim.Tenant.Value, table))
            .Where(row => row.Key.StartsWith(area, StringComparison.Ordinal)).Select(row => new Copy(table, row.Value))];

    /// <summary>The attacker's own patient, with the sealed parts of the victim's.</summary>
    private static async Task<Copy> Swapped(Scene scene)
    {
        var own = await Row(scene, scene.Attacker, Keys.Patient(scene.Attacker.Patient));
        var theirs = await Row(scene, scene.Victim, Keys.Patient(scene.Victim.Patient));
        return new Copy(CloudParts.Records, new(own) { ["b"] = theirs["b"], ["c"] = theirs["c"] });
    }

    /// <summary>A pointer that somebody forged: from the address of one owner to the victim's member at a clinic.</summary>
    private static async Task<Copy> Pointer(Scene scene, Party from, Party to)
    {
        var row = (await scene.App.Raw.All(CloudParts.Directory))
            .First(pointer => pointer["sk"].S.StartsWith(from.Tenant.Value, StringComparison.Ordinal));
        return new Copy(CloudParts.Directory, new()
        {
            ["pk"] = row["pk"], ["sk"] = new($"{to.Tenant}#{Keys.Hex(scene.Victim.Member.Value)}"),
        });
    }

    /// <summary>The attacker's own spilled resource, pointing elsewhere.</summary>
    private static async Task<Copy> Pointing(Scene scene, string place)
    {
        var own = (await scene.App.Raw.Of(scene.Attacker.Tenant.Value, CloudParts.Records)).Values
            .First(row => row.ContainsKey("b_at"));
        return new Copy(CloudParts.Records, new(own) { ["b_at"] = new(place) });
    }

    private static async Task<string> CopiedObject(Scene scene)
    {
        using var s3 = AdminClients.S3(scene.App.Cloud.StandIns.S3);
        var bucket = CloudNames.Local.Bucket(CloudParts.Documents);
        var own = $"T/{scene.Attacker.Tenant}/spill/copied";
        using var theirs = await s3.GetObjectAsync(bucket, await AtTheKeys.Spilled(scene));
        using var bytes = new MemoryStream();
        await theirs.ResponseStream.CopyToAsync(bytes);
        bytes.Position = 0;
        await s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = own, InputStream = bytes });
        return own;
    }

    private sealed record Copy(TableSpec Table, Dictionary<string, AttributeValue> Row);

    private static async Task<Dictionary<string, AttributeValue>> Row(Scene scene, Party party, Key key) =>
        (await scene.App.Raw.Of(party.Tenant.Value, CloudParts.Records))[$"{key.Area}|{key.Sort}"];
}
