using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;

namespace Clinic.ScenarioTests;

/// <summary>What the tests of the lockbox do again and again.</summary>
internal static class Grants
{
    public static JsonObject Request(string clinic, string[] patients, params string[] fields) => new()
    {
        ["clinic"] = clinic,
        ["reason"] = "clinic-asked",
        ["text"] = "Ticket 4711: the desk sees a number twice.",
        ["scope"] = new JsonObject
        {
            ["fields"] = new JsonArray([.. fields.Select(f => (JsonNode)f)]),
            ["patients"] = new JsonArray([.. patients.Select(p => (JsonNode)p)]),
            ["hours"] = 8,
        },
    };

    public static async Task<string> Register(SignedUpClinic clinic, JsonObject? registration = null) =>
        (await clinic.Owner.Post("/v1/patients", registration ?? Samples.Registration())).Expect(HttpStatusCode.Created)
            .Json["id"]!.GetValue<string>();

    /// <summary>Asks, and waits until the clinic has it.</summary>
    public static async Task<string> Ask(ClinicClient operators, ClinicClient owner, JsonObject request)
    {
        var id = (await operators.Post("/platform/v1/access-requests", request)).Expect(HttpStatusCode.Created)
            .Json["id"]!.GetValue<string>();
        await Until.Holds(
            async () => (await owner.Get($"/v1/access-requests/{id}")).Status == HttpStatusCode.OK, "request at the clinic");
        return id;
    }

    public static Task<Answered> Answer(
        this ClinicClient owner, string id, string what, JsonObject? body = null, string? version = "\"1\"") =>
        owner.Send(HttpMethod.Post, $"/v1/access-requests/{id}/{what}", what == "approval" ? body ?? [] : null, r =>
        {
            if (version is not null)
            {
                r.Headers.TryAddWithoutValidation("If-Match", version);
            }
        });

    public static async Task<string> Approved(
        ClinicClient operators, SignedUpClinic clinic, string[] patients, params string[] fields)
    {
        var id = await Ask(operators, clinic.Owner, Request(clinic.Id, patients, fields));
        (await clinic.Owner.Answer(id, "approval")).Expect(HttpStatusCode.OK);
        return id;
    }

    public static Task<Answered> Read(this ClinicClient operators, string grant, string patient) =>
        operators.Get($"/platform/v1/grants/{grant}/patients/{patient}");
}
