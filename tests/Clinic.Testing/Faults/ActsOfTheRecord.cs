using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.Testing.Faults;

/// <summary>What clients do with findings and documents of a patient.</summary>
internal static class ActsOfTheRecord
{
    public static IReadOnlyList<Act> All { get; } =
    [
        new("finding", async lane => await Record(lane, "condition", Charts.Condition(Charts.Word()))),
        new("allergy", async lane => await Record(lane, "allergy", Charts.Allergy(Charts.Word()))),
        new("amend finding", async lane =>
        {
            var path = await Finding(lane);
            var body = new JsonObject { ["condition"] = Charts.Condition(Charts.Word()) };
            return lane.Run(() => lane.Clinic.Owner.Put(path, body.DeepClone(), "\"1\""), HttpStatusCode.OK)
                with { RepeatAfterEffect = HttpStatusCode.PreconditionFailed };
        }),
        new("retract finding", async lane =>
        {
            var (path, key) = (await Finding(lane), Acts.Key());
            var body = new JsonObject { ["reason"] = "It was another's, says the desk." };
            return lane.Run(
                () => lane.Clinic.Owner.Send(HttpMethod.Post, path + "/retraction", body.DeepClone(), r =>
                {
                    r.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
                    r.Headers.Add("Idempotency-Key", key);
                }), HttpStatusCode.OK);
        }),
        new("chart", async lane =>
        {
            var (patient, word) = (await Charts.Patient(lane.Clinic.Owner), Charts.Word());
            await lane.Clinic.Owner.Record(patient, "condition", Charts.Condition(word), lane.App.Clock.GetUtcNow());
            return lane.Run(() => lane.Clinic.Owner.Get(patient + "/chart"), HttpStatusCode.OK) with { Secret = word };
        }),
        new("offer", async lane =>
        {
            var (patient, offer) = (await Patient(lane), DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf()));
            return lane.Run(() => lane.Clinic.Owner.Offer(patient, offer), HttpStatusCode.Created) with { RepeatsItself = true };
        }),
        new("confirm", Confirm),
        new("download", async lane =>
        {
            var path = await lane.Keep("letter", () => Letter(lane));
            return lane.Run(() => lane.Clinic.Owner.Content(path, null), HttpStatusCode.OK) with { Secret = "Dear colleague" };
        }),
        new("rename", async lane =>
        {
            var path = await Letter(lane);
            var tag = (await lane.Clinic.Owner.Get(path)).ETag;
            var body = new JsonObject { ["title"] = "Titled " + Charts.Word() };
            return lane.Run(() => lane.Clinic.Owner.Put(path + "/title", body.DeepClone(), tag), HttpStatusCode.OK)
                with { RepeatAfterEffect = HttpStatusCode.PreconditionFailed };
        }),
    ];

    private static async Task<ActRun> Record(FaultLane lane, string member, JsonObject finding)
    {
        var (patient, key) = (await Charts.Patient(lane.Clinic.Owner), Acts.Key());
        var entry = Charts.Entry(member, finding, lane.App.Clock.GetUtcNow());
        return lane.Run(() => lane.Clinic.Owner.Post(patient + "/chart", entry.DeepClone(), key), HttpStatusCode.Created);
    }

    private static async Task<string> Finding(FaultLane lane) => await lane.Clinic.Owner.Record(
        await Charts.Patient(lane.Clinic.Owner), "condition", Charts.Condition(Charts.Word()), lane.App.Clock.GetUtcNow());

    private static Task<string> Patient(FaultLane lane) => lane.Keep("patient", () => lane.Clinic.Owner.RegisterPatient());

    private static async Task<string> Letter(FaultLane lane)
    {
        byte[] bytes = [.. "%PDF-1.7\nDear colleague, "u8, .. Encoding.UTF8.GetBytes(Charts.Word())];
        var path = await lane.Clinic.Owner.Keep(await Patient(lane), bytes);
        await Acts.Settled(lane.App, () => [lane.Clinic.Id]);
        return path;
    }

    /// <summary>Uploaded beforehand: what goes straight to the store passes no code of ours.</summary>
    private static async Task<ActRun> Confirm(FaultLane lane)
    {
        var (bytes, key) = (DocumentsOfAClinic.Pdf(), Acts.Key());
        var ticket = (await lane.Clinic.Owner.Offer(await Patient(lane), DocumentsOfAClinic.Offer(bytes)))
            .Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        var path = ticket.Headers.Location + "/confirmation";
        var run = lane.Run(() => lane.Clinic.Owner.Post(path, null, key), HttpStatusCode.Accepted);
        return run with { Settle = () => Acts.Settled(lane.App, run.Tenants) };
    }
}
