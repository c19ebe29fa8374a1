using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.ScenarioTests;

/// <summary>What the tests of freezes do again and again.</summary>
internal static class Freezes
{
    public static Task<Answered> Freeze(this ClinicClient operators, string clinic, string? key = null) => operators.Post(
        $"/platform/v1/clinics/{clinic}/freeze", new JsonObject { ["reason"] = "breach", ["text"] = "Keys of a laptop." }, key);

    public static Task<Answered> Release(this ClinicClient operators, string clinic, string reason = "contained") =>
        operators.Post(
            $"/platform/v1/clinics/{clinic}/release", new JsonObject { ["reason"] = reason, ["text"] = "It was wiped." });

    public static Task<Answered> FreezeOwn(this ClinicClient owner) =>
        owner.Post("/v1/clinics/current/freeze", new JsonObject { ["reason"] = "stolen-credentials" });

    public static Task<Answered> UseLink(this ClinicClient anybody, string token) =>
        anybody.Post("/v1/clinics/releases", new JsonObject { ["token"] = token });

    /// <summary>A client of the owner that signed in anew.</summary>
    public static async Task<ClinicClient> SignInAnew(this ClinicApp app, SignedUpClinic clinic)
    {
        var client = app.Client();
        (await client.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
        return client;
    }

    public static async Task Refused(ClinicClient client, string path = "/v1/clinics/current") =>
        (await client.Get(path)).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");

    /// <summary>Places that were put aside.</summary>
    public static async Task<IReadOnlyList<string>> Held(ClinicApp app, string clinic) =>
        await app.Raw.Places(clinic, CloudParts.Records, "HELD|");

    public static async Task<string> Status(ClinicApp app, string clinic) =>
        (await app.Raw.Of(clinic, CloudParts.Records))["STATE|STATE"]["st"].S;

    /// <summary>Holds the first such call until it is let go, and says when it has come.</summary>
    public static (IDisposable Hook, Task Came, Action LetGo) Hold(ClinicApp app, Func<GateCall, bool> which)
    {
        var (came, goes) = (NewSource(), NewSource());
        var seen = 0;
        var hook = app.Gate.Before(async call =>
        {
            if (which(call) && Interlocked.Increment(ref seen) == 1)
            {
                came.TrySetResult();
                await goes.Task;
            }
        });
        return (hook, came.Task.WaitAsync(TimeSpan.FromSeconds(30)), () => goes.TrySetResult());
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
