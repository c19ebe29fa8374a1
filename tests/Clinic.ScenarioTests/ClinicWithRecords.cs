using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;

namespace Clinic.ScenarioTests;

/// <summary>Seven patients, with records of every origin: imported, written, amended, retracted, signed, a document.</summary>
/// <param name="Expected">Words that the record says.</param>
/// <param name="Draft">Words of a note that nobody signed.</param>
internal sealed record ClinicWithRecords(
    IReadOnlyList<string> Patients, IReadOnlyList<string> Expected, string Draft, byte[] File)
{
    public static async Task<ClinicWithRecords> Make(ClinicApp app, SignedUpClinic clinic)
    {
        var doctor = await app.Join(clinic, "doctor");
        var owner = clinic.Owner;
        var patients = new List<string>();
        foreach (var bundle in (byte[][])[Bundles.BrettGottlieb, Bundles.LuigiWiegand])
        {
            patients.Add(await owner.OnlyPatient(await owner.Import(bundle)));
        }

        for (var i = 0; i < 5; i++)
        {
            patients.Add(await Charts.Patient(owner));
        }

        var full = patients[^1];
        var now = app.Clock.GetUtcNow();
        foreach (var (_, member, finding) in Charts.OfEachKind())
        {
            await owner.Record(full, member, finding, now.AddMinutes(-5));
        }

        var (wrong, old, amended) = ("Wrong-" + Charts.Word(), Charts.Word(), Charts.Word());
        var retracted = await owner.Record(full, "condition", Charts.Condition(Charts.Word()), now.AddDays(-2));
        await Act(owner, retracted + "/retraction", new JsonObject { ["reason"] = wrong });
        var changed = await owner.Record(full, "vitalSigns", Charts.VitalSigns(old), now.AddDays(-1));
        (await owner.Put(changed, new JsonObject { ["vitalSigns"] = Charts.VitalSigns(amended) }, "\"1\""))
            .Expect(HttpStatusCode.OK);
        var (signed, draft) = ("Migraine-" + Charts.Word(), "Unsigned-" + Charts.Word());
        var visit = (await doctor.Client.Post(full + "/visits", new JsonObject
        {
            ["visit"] = new JsonObject
            {
                ["class"] = "ambulatory", ["start"] = now.ToString("O"), ["practitioner"] = doctor.Id,
            },
            ["open"] = true,
        })).Expect(HttpStatusCode.Created).Headers.Location!.ToString();
        var note = (await doctor.Client.Post(visit + "/notes", new JsonObject { ["assessment"] = signed }))
            .Expect(HttpStatusCode.Created).Headers.Location!.ToString();
        await Act(doctor.Client, note + "/signature");
        (await doctor.Client.Post(visit + "/notes", new JsonObject { ["plan"] = draft })).Expect(HttpStatusCode.Created);
        var file = DocumentsOfAClinic.Pdf();
        await owner.Keep(full.Split('/')[^1], file);
        return new ClinicWithRecords(patients, [wrong, amended, signed, "Gottlieb", "Wiegand"], draft, file);
    }

    private static async Task Act(ClinicClient client, string path, JsonNode? body = null) =>
        (await client.Send(HttpMethod.Post, path, body, r => r.Headers.TryAddWithoutValidation("If-Match", "\"1\"")))
        .Expect(HttpStatusCode.OK);
}
