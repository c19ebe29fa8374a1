using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;

namespace Clinic.FhirTests;

/// <summary>One patient with all that a record holds, made through the Api once for all tests.</summary>
/// <param name="Path">Hers.</param>
/// <param name="Draft">Words of a note that nobody signed.</param>
internal sealed record ARecord(
    ClinicApp App, SignedUpClinic Clinic, StaffMember Doctor, string Path, string Visit, string Draft, byte[] File)
{
    private static readonly Lazy<Task<ARecord>> Shared = new(Make);

    public static Task<ARecord> Get() => Shared.Value;

    public string Id => Path.Split('/')[^1];

    public async Task<byte[]> Export() => (await Clinic.Owner.Get(Path + "/export")).Expect(HttpStatusCode.OK).Bytes;

    private static async Task<ARecord> Make()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var doctor = await app.Join(clinic, "doctor");
        var path = await Charts.Patient(clinic.Owner);
        var visit = await Plan(app, doctor.Client, path, doctor.Id);
        await Finding(app, clinic.Owner, path, Charts.IdOf(visit));
        var draft = "Unsigned-" + Charts.Word();
        await Notes(clinic, doctor, visit, draft);
        var file = DocumentsOfAClinic.Pdf();
        await Documents(clinic.Owner, path.Split('/')[^1], Charts.IdOf(visit), file);
        var cancelled = await Plan(app, clinic.Owner, path, null, open: false);
        var flood = new JsonObject { ["reason"] = "Flooded-" + Charts.Word() };
        (await Act(clinic.Owner, cancelled + "/cancellation", "\"1\"", flood))
            .Expect(HttpStatusCode.OK);
        return new ARecord(app, clinic, doctor, path, visit, draft, file);
    }

    private static async Task<string> Plan(
        ClinicApp app, ClinicClient client, string path, string? doctor, bool open = true) =>
        (await client.Post(path + "/visits", new JsonObject
        {
            ["visit"] = new JsonObject
            {
                ["class"] = "ambulatory",
                ["start"] = app.Clock.GetUtcNow().ToString("O"),
                ["reason"] = "Headache-" + Charts.Word(),
                ["practitioner"] = doctor,
            },
            ["open"] = open,
        })).Expect(HttpStatusCode.Created).Headers.Location!.ToString();

    /// <summary>Each kind twice: at the visit, and retracted without one; the vital signs are amended.</summary>
    private static async Task Finding(ClinicApp app, ClinicClient owner, string path, string visit)
    {
        var now = app.Clock.GetUtcNow();
        foreach (var (kind, member, finding) in Charts.OfEachKind())
        {
            var entry = Charts.Entry(member, finding, now.AddMinutes(-5));
            entry["visit"] = visit;
            var kept = (await owner.Post(path + "/chart", entry)).Expect(HttpStatusCode.Created).Headers.Location!.ToString();
            if (kind == "vital-signs")
            {
                (await owner.Put(kept, new JsonObject { [member] = Charts.VitalSigns(Charts.Word(), 190) }, "\"1\""))
                    .Expect(HttpStatusCode.OK);
            }

            var retracted = await owner.Record(path, member, finding, now.AddDays(-2));
            (await Act(owner, retracted + "/retraction", "\"1\"", new JsonObject { ["reason"] = "Another's-" + Charts.Word() }))
                .Expect(HttpStatusCode.OK);
        }
    }

    private static async Task Notes(SignedUpClinic clinic, StaffMember doctor, string visit, string draft)
    {
        var soap = new JsonObject
        {
            ["subjective"] = "Giddiness-" + Charts.Word() + "\n<b>bold</b>",
            ["objective"] = "Pulse-" + Charts.Word(),
            ["assessment"] = "Migraine-" + Charts.Word(),
            ["plan"] = "Rest-" + Charts.Word(),
        };
        var note = (await doctor.Client.Post(visit + "/notes", soap)).Expect(HttpStatusCode.Created).Headers.Location!.ToString();
        (await Act(doctor.Client, note + "/signature", "\"1\"")).Expect(HttpStatusCode.OK);
        (await Act(clinic.Owner, note + "/cosignature", "\"2\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(note + "/addenda", new JsonObject { ["text"] = "Rang-" + Charts.Word() }))
            .Expect(HttpStatusCode.Created);
        (await doctor.Client.Post(visit + "/notes", new JsonObject { ["plan"] = draft })).Expect(HttpStatusCode.Created);
    }

    private static async Task Documents(ClinicClient owner, string patient, string visit, byte[] file)
    {
        var offer = DocumentsOfAClinic.Offer(file);
        offer["visit"] = visit;
        var first = await owner.Keep(patient, file, offer);
        var second = DocumentsOfAClinic.Offer(file);
        second["replaces"] = Charts.IdOf(first);
        await owner.Keep(patient, file, second);
        var wrong = await owner.Keep(patient, file);
        var version = (await owner.Get(wrong)).Expect(HttpStatusCode.OK).Json["version"];
        (await Act(owner, wrong + "/retraction", $"\"{version}\"", new JsonObject { ["reason"] = "Hers-not-" + Charts.Word() }))
            .Expect(HttpStatusCode.OK);
    }

    private static Task<Answered> Act(ClinicClient client, string path, string version, JsonNode? body = null) => client.Send(
        HttpMethod.Post, path, body, r => r.Headers.TryAddWithoutValidation("If-Match", version));
}
