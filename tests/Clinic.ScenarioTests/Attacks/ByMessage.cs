using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>Queues that somebody else writes to, and files whose ids point elsewhere.</summary>
internal static class ByMessage
{
    private const string Refused = "refused, noted, no effect";
    private const string Nothing = "a message brings ids and takes no bytes; what a worker reads is sealed like all else";

    public static IEnumerable<Attack> All =>
    [
        Forged("message-made-up", "a message of the victim that its outbox does not hold", CloudParts.Notifications,
            (s, send) => send(Topics.ClinicConfirmed, s.Victim.Tenant.Value, Guid.CreateVersion7().ToString("N"))),
        Forged("message-of-another", "the id of the victim's message under the attacker's clinic", CloudParts.Notifications,
            async (s, send) =>
                await send(Topics.ClinicConfirmed, s.Attacker.Tenant.Value, await Message(s, Topics.ClinicConfirmed)))
        with
        {
            Policy = Denied(async s =>
                await s.On.Get(Keys.Outbox(Guid.ParseExact(await Message(s, Topics.ClinicConfirmed), "N")))),
        },
        Forged("message-retopiced", "a true message of the victim under another topic", CloudParts.Notifications,
            async (s, send) =>
                await send(Topics.ClinicSignedUp, s.Victim.Tenant.Value, await Message(s, Topics.ClinicConfirmed))),
        Forged("message-misrouted", "a true message of the victim in another queue", CloudParts.Imports,
            async (s, send) =>
                await send(Topics.ClinicConfirmed, s.Victim.Tenant.Value, await Message(s, Topics.ClinicConfirmed))),
        Forged("message-in-pattern", "a message whose clinic is a wildcard", CloudParts.Notifications,
            (_, send) => send(Topics.ClinicConfirmed, "????????", Guid.CreateVersion7().ToString("N"))),
        Planted("incident-by-clinic", "an incident for the victim in the attacker's own outbox", CloudParts.BreachAlerts,
            Topics.IncidentOpened, s => $"{Keys.Hex(s.Incident.Value)}#{s.Victim.Tenant}", Refused,
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident))),
        Planted(
            "notices-by-clinic", "an order to tell the victim's patients in the attacker's own outbox", CloudParts.BreachAlerts,
            Topics.IncidentPeopleOrdered, s => $"{Keys.Hex(s.Incident.Value)}#{s.Victim.Tenant}", Refused,
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident)))
        with
        {
            Keys = Sealed(s => s.Off.Get(Platform.Store.Keys.Incident(s.Incident))),
        },
        Planted("notice-to-anothers-patient", "the victim's patient as whom an own message tells", CloudParts.BreachAlerts,
            Topics.IncidentPerson, s => $"{Keys.Hex(s.Incident.Value)}#{Keys.Hex(s.Victim.Patient.Value)}", Refused,
            (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient)))
        with
        {
            Keys = Sealed(s => s.Off.Get(Platform.Store.Keys.Patient(s.Victim.Patient))),
        },
        Planted("import-of-another", "the victim's import as the subject of an own message", CloudParts.Imports,
            Topics.ImportReceived, s => Keys.Hex(s.Victim.Import.Value), "nothing to do",
            (s, wrong) => wrong.Get(Keys.Import(s.Victim.Import))),
        Bundle("bundle-refers", "an imported resource that refers to the victim's patient", 1, s =>
            Bundles.Of(Bundles.Observation(new JsonObject { ["id"] = s.Victim.Patient.ToString() }, "Pulse"))),
        Bundle("bundle-is", "an imported patient under the id of the victim's", 0, s =>
            Bundles.Of(Bundles.Patient("Iyengar", s.Victim.Imported.ToString()))),
    ];

    private static Attack Forged(
        string id, string what, QueueSpec queue, Func<Scene, Func<string, string, string, Task<string>>, Task<string>> send) =>
        new(id, what, Known.Message,
            new Wall(Refused, s => Noted(s, () => send(s, (topic, tenant, message) =>
                Queues.Send(s.App, queue, topic, tenant, message)))),
            Wall.None("a worker may assume the role of any clinic that a message names: its outbox is what a message must be in"),
            Wall.None(Nothing));

    /// <summary>Whoever could write into the own outbox: the row is put there past the product; the pump carries it.</summary>
    private static Attack Planted(
        string id, string what, QueueSpec queue, string topic, Func<Scene, string> subject, string outcome,
        Func<Scene, WrongCode, Task<Loot>> take) => new(
        id, what, Known.Message,
        new Wall(outcome, async s =>
        {
            var row = Outbox.Write(s.Attacker.Tenant, topic, subject(s), s.App.Clock.GetUtcNow());
            var message = row.Need("id");
            using var admin = AdminClients.DynamoDb(s.App.Cloud.StandIns.DynamoDb);
            var place = Keys.Partition(s.Attacker.Tenant, row.Key.Area);
            await admin.PutItemAsync(CloudNames.Local.Table(CloudParts.Records), new(row.Attributes)
            {
                ["pk"] = new AttributeValue(place), ["sk"] = new AttributeValue(row.Key.Sort),
            });
            return outcome == Refused
                ? await Noted(s, () => Queues.Send(s.App, queue, topic, s.Attacker.Tenant.Value, message))
                : await Done(s, message);
        }),
        Denied(s => take(s, s.On)),
        Wall.None(Nothing));

    /// <summary>Refused, in the platform's trail, and the victim's records as they were.</summary>
    private static async Task<Evidence> Noted(Scene scene, Func<Task<string>> send)
    {
        var before = (await scene.App.Raw.Places(scene.Victim.Tenant.Value, CloudParts.Records)).Count;
        var sent = await send();
        await Until.Holds(
            async () => (await scene.App.Raw.Trail("platform", nameof(AuditAction.MessageRefused))).Any(l => l.Cause == sent),
            $"refusal of message {sent}");
        var after = (await scene.App.Raw.Places(scene.Victim.Tenant.Value, CloudParts.Records)).Count;
        return new Evidence(before == after ? Refused : "refused, with an effect", []);
    }

    private static async Task<Evidence> Done(Scene scene, string message)
    {
        var done = await Until.Holds(
            async () => (await scene.App.Raw.Trail(scene.Attacker.Tenant.Value)).FirstOrDefault(l => l.Cause == message),
            $"end of message {message}");
        return new Evidence(done.Note ?? done.Outcome, System.Text.Encoding.UTF8.GetBytes(done.ToString()));
    }

    private static Attack Bundle(string id, string what, int refused, Func<Scene, JsonObject> bundle) => Read(
        id, what, Known.Reference,
        new Wall($"{refused} refused, the victim's record as it was", async s =>
        {
            var area = Keys.Patient(s.Victim.Imported).Area;
            var before = await s.App.Raw.Places(s.Victim.Tenant.Value, CloudParts.Records, area);
            var report = await s.Attacker.Owner.Import(Bundles.Bytes(bundle(s)), $"?source={id}");
            var list = await s.Attacker.Owner.Get($"/v1/imports/{report["id"]}/patients");
            var after = await s.App.Raw.Places(s.Victim.Tenant.Value, CloudParts.Records, area);
            var isSame = before.SequenceEqual(after) && before.Count > 0
                && !list.Text.Contains(s.Victim.Imported.ToString(), StringComparison.Ordinal);
            var record = isSame ? "as it was" : "changed";
            return Evidence.Of(list, $"{report["total"]!["refused"]} refused, the victim's record {record}");
        }),
        (s, wrong) => wrong.Query(Keys.Patient(s.Victim.Imported).Area, Keys.FhirPrefix));

    private static async Task<string> Message(Scene scene, string topic) =>
        await SendingMailsOnce.Message(scene.App, scene.Victim.Tenant.Value, topic);
}
