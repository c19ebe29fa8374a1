using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;

namespace Clinic.ScenarioTests;

/// <summary>What the tests of visits do again and again.</summary>
internal static class VisitSteps
{
    public static JsonObject Soap { get; } = new()
    {
        ["subjective"] = "Giddiness on standing up.\nNone while lying.",
        ["objective"] = "Pulse regular; supine pressure as before.",
        ["assessment"] = "Orthostatic giddiness.",
        ["plan"] = "Slow rising, salt, review in a fortnight.",
    };

    public static async Task<(ClinicApp App, SignedUpClinic Clinic, string Path)> Known()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var registered = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created);
        return (app, clinic, registered.Headers.Location!.ToString());
    }

    public static async Task<Answered> Plan(
        ClinicClient client, string path, bool open = false, DateTimeOffset? start = null)
    {
        var form = Form();
        form["start"] = (start ?? (await ClinicApp.Get()).Clock.GetUtcNow()).ToString("O");
        return (await client.Post(path + "/visits", new JsonObject { ["visit"] = form, ["open"] = open }))
            .Expect(HttpStatusCode.Created);
    }

    public static JsonObject Form(string reason = "Headache behind one eye") => new()
    {
        ["class"] = "ambulatory",
        ["start"] = TimeProvider.System.GetUtcNow().ToString("O"),
        ["reason"] = reason,
    };

    public static JsonObject Addendum() => new() { ["text"] = "She rang: it is gone." };

    public static async Task<Answered> Act(ClinicClient client, string path, string version, HttpStatusCode? status)
    {
        var answer = await client.Send(
            HttpMethod.Post, path, null, r => r.Headers.TryAddWithoutValidation("If-Match", version));
        return status is { } expected ? answer.Expect(expected) : answer;
    }

    public static Task<Answered> Delete(ClinicClient client, string path, string version) => client.Send(
        HttpMethod.Delete, path, null, r => r.Headers.TryAddWithoutValidation("If-Match", version));
}
