using System.Net;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>One process that serves both clinics: cached sessions, keys and connections after a switch of clinic.</summary>
internal static class InOneProcess
{
    private const int Rounds = 12;

    public static IEnumerable<Attack> All =>
    [
        Read("switch-of-tenant", "the victim's patient, at once after the victim read her in the same process", Known.SharedCache,
            new Wall("404 each time", async s =>
            {
                var all = new Evidence("404 each time", []);
                for (var round = 0; round < Rounds; round++)
                {
                    (await s.Victim.Owner.Get(s.Victim.Path)).Expect(HttpStatusCode.OK);
                    var answer = await s.Attacker.Owner.Get(s.Victim.Path);
                    all = (answer.Status == HttpStatusCode.NotFound ? all : all with { Outcome = $"{(int)answer.Status}" })
                        .And(Evidence.Of(answer));
                }

                return all;
            }),
            (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
        Read("at-the-same-time", "both clinics at once, each asking for its own and for the other's patient", Known.SharedSession,
            new Wall("each its own", AtOnce), (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
        Read("cancelled-request", "requests of the victim cut off midway, and the attacker's right after", Known.SharedCache,
            new Wall("each its own", Cancelled), (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
        new("cached-key", "the victim's patient key, asked of the process's key cache for the own clinic", Known.SharedCache,
            Wall.None("a key is asked for by the clinic of the session and the patient"),
            Denied(async s => await s.On.Part<Keyring>().Find(s.Victim.Tenant, Identity(s), default)),
            new Wall("no key", async s =>
            {
                (await s.Victim.Owner.Get(s.Victim.Path)).Expect(HttpStatusCode.OK);
                var keyring = s.App.ApiServices.GetRequiredService<Keyring>();
                var found = await keyring.Find(s.Attacker.Tenant, Identity(s), default);
                return new Evidence(found is null ? "no key" : "a key", []);
            })),
        new("cached-session", "the credentials that the process keeps for the own clinic, after it worked for the victim",
            Known.SharedCache, Wall.None("credentials are asked for by the clinic of the session"),
            Denied(async s =>
            {
                var sessions = s.App.ApiServices.GetRequiredService<TenantSessions>();
                await sessions.For(RoleNames.TenantData, s.Victim.Tenant, default);
                var own = await sessions.For(RoleNames.TenantData, s.Attacker.Tenant, default);
                await own.Dynamo.GetItemAsync(CloudNames.Local.Table(CloudParts.Records), new()
                {
                    ["pk"] = new(Keys.Partition(s.Victim.Tenant, Keys.State.Area)), ["sk"] = new(Keys.State.Sort),
                });
            }),
            Wall.None("a session is no data: what it may read is what the policies of its tag say")),
    ];

    private static KeyRef Identity(Scene scene) => KeyRef.Of(scene.Victim.Patient, KeyClass.Identity);

    private static async Task<Evidence> AtOnce(Scene scene)
    {
        var asked = Enumerable.Range(0, Rounds).SelectMany(_ => new[]
        {
            Ask(scene.Attacker, scene.Attacker.Path, HttpStatusCode.OK),
            Ask(scene.Victim, scene.Victim.Path, HttpStatusCode.OK, keep: false),
            Ask(scene.Attacker, scene.Victim.Path, HttpStatusCode.NotFound),
            Ask(scene.Victim, scene.Attacker.Path, HttpStatusCode.NotFound),
        });
        return (await Task.WhenAll(asked)).Aggregate((one, other) =>
            one.And(other) with { Outcome = one.Outcome == other.Outcome ? one.Outcome : "mixed" });
    }

    /// <summary>A connection that was given back with an answer still to come would bring it to whoever takes it next.</summary>
    private static async Task<Evidence> Cancelled(Scene scene)
    {
        var all = new Evidence("each its own", []);
        for (var round = 0; round < Rounds; round++)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(1 + round));
            try
            {
                using var http = new HttpClient { BaseAddress = scene.App.Url };
                using var request = new HttpRequestMessage(HttpMethod.Get, scene.Victim.Path);
                request.Headers.Add("Cookie", scene.Victim.Owner.Cookies.GetCookieHeader(scene.App.Site));
                using var answer = await http.SendAsync(request, soon.Token);
            }
            catch (OperationCanceledException)
            {
                // That is what this is about.
            }

            var own = await Ask(scene.Attacker, scene.Attacker.Path, HttpStatusCode.OK);
            all = all.And(own) with { Outcome = own.Outcome == all.Outcome ? all.Outcome : own.Outcome };
        }

        return all;
    }

    /// <param name="keep">Not what the victim rightly gets.</param>
    private static async Task<Evidence> Ask(Party who, string path, HttpStatusCode expected, bool keep = true)
    {
        var answer = await who.Owner.Get(path);
        var isRight = answer.Status == expected
            && (expected != HttpStatusCode.OK || answer.Json["id"]!.GetValue<string>() == who.Patient.ToString());
        var seen = Evidence.Of(answer, isRight ? "each its own" : $"{(int)answer.Status} of {path}");
        return keep ? seen : seen with { Bytes = [] };
    }
}
