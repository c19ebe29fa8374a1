using System.Net;
using System.Text.Json.Nodes;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Testing;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>The victim named where nobody should be believed: bodies, headers, cookies, odd spellings of ids.</summary>
internal static class ByName
{
    public static IEnumerable<Attack> All =>
    [
        Named("tenant-in-body", "a body that names its clinic", Known.MassAssignment, Http(400, s =>
        {
            var body = Samples.Registration();
            body["tenant"] = s.Victim.Tenant.Value;
            return s.Attacker.Owner.Post("/v1/patients", body);
        })),
        Named("caller-in-body", "a body that brings its caller", Known.MassAssignment, Http(400, s =>
            s.Attacker.Owner.Post("/v1/patients/search", new JsonObject
            {
                ["phone"] = s.Victim.Phone,
                ["caller"] = new JsonObject { ["tenant"] = s.Victim.Tenant.Value, ["role"] = "Owner" },
            }))),
        Reads("tenant-in-query", "a query that names the clinic", Known.TrustedHeader,
            s => s.Attacker.Owner.Get($"{s.Victim.Path}?tenant={s.Victim.Tenant}&clinic={s.Victim.Tenant}")),
        Reads("tenant-in-header", "headers that name the clinic", Known.TrustedHeader, s => s.Attacker.Owner.Send(
            HttpMethod.Get, s.Victim.Path, null, r =>
            {
                foreach (var name in (string[])["X-Tenant-Id", "X-Amz-Tenant-Id", "X-Clinic", "Tenant"])
                {
                    r.Headers.Add(name, s.Victim.Tenant.Value);
                }
            })),
        Reads("tenant-in-host", "a host and a forwarded host of the clinic", Known.TrustedHeader, s => s.Attacker.Owner.Send(
            HttpMethod.Get, s.Victim.Path, null, r => r.Headers.Add("X-Forwarded-Host", $"{s.Victim.Tenant}.clinic.example"))),
        Reads("tenant-in-cookie", "a second cookie that names the clinic", Known.TrustedHeader, s => s.Attacker.Owner.Send(
            HttpMethod.Get, s.Victim.Path, null, r =>
            {
                var own = string.Join("; ", r.Headers.GetValues("Cookie"));
                r.Headers.Remove("Cookie");
                r.Headers.Add("Cookie", $"{own}; tenant={s.Victim.Tenant}; clinic={s.Victim.Tenant}");
            })),
        Sessions("session-spliced", "the own session's secret under the victim's id", Known.SplitToken,
            Http(401, s => With(s, $"{s.Victim.Tenant}.{Secret(s.Attacker, s.App)}"))),
        Sessions("session-of-both", "two session cookies, a spliced one and the own", Known.SplitToken, Http(404, s =>
        {
            var spliced = $"{s.Victim.Tenant}.{Secret(s.Attacker, s.App)}";
            return With(s, $"{spliced}; {CookieName(s)}={Value(s.Attacker, s.App)}", s.Victim.Path);
        })),
        Sessions("session-in-pattern", "a session whose clinic is a wildcard", Known.QueryLogic,
            Http(401, s => With(s, $"????????.{Secret(s.Attacker, s.App)}"))),
        Named("csrf-of-another", "the victim's CSRF token beside the own session", Known.Csrf, Http(403, s =>
            s.Attacker.Owner.Send(HttpMethod.Post, "/v1/patients/search", new JsonObject { ["phone"] = s.Victim.Phone }, r =>
            {
                r.Headers.Remove("X-CSRF-Token");
                r.Headers.Add("X-CSRF-Token", s.Victim.Owner.CsrfToken);
            }))),
        Reads("id-other-spelling", "the victim's patient id in another spelling", Known.QueryLogic, async s =>
        {
            var id = s.Victim.Patient.Value;
            foreach (var spelled in new[] { $"{id:N}", $"{{{id}}}", $"{id:D}".ToUpperInvariant() })
            {
                var answer = await s.Attacker.Owner.Get($"/v1/patients/{Uri.EscapeDataString(spelled)}");
                if (answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.BadRequest)) { return answer; }
            }

            return await s.Attacker.Owner.Get($"/v1/patients/{$"{id:D}".ToUpperInvariant()}");
        }),
        Named("path-traversal", "an own id, then a way to the victim's", Known.Traversal, Http(400, s => s.Attacker.Owner.Get(
            $"{s.Attacker.Path}%2f..%2f{s.Victim.Patient}"))),
        Named("id-is-a-key", "a whole key of the victim's partition for an id", Known.QueryLogic, Http(400, s =>
            s.Attacker.Owner.Get("/v1/patients/" + Uri.EscapeDataString(
                $"{s.Attacker.Patient}#T#{s.Victim.Tenant}#PAT#{Keys.Hex(s.Victim.Patient.Value)}")))),
        Named("id-is-a-wildcard", "a wildcard for an id", Known.QueryLogic, Http(400, s =>
            s.Attacker.Owner.Get("/v1/patients/" + Uri.EscapeDataString("*")))),
        SignsIn("sign-in-elsewhere", "signing in with the own password at the victim's clinic", s => new JsonObject
        {
            ["email"] = s.Attacker.Clinic.Email, ["password"] = s.Attacker.Clinic.Password, ["clinic"] = s.Victim.Tenant.Value,
        }),
        SignsIn("sign-in-as-another", "signing in as the victim's owner with a wrong password", s => new JsonObject
        {
            ["email"] = s.Victim.Clinic.Email, ["password"] = "correct horse batterx",
        }),
    ];

    /// <summary>If the name were believed, the victim's patient would be read: so that reading stands behind it.</summary>
    private static Attack Named(string id, string what, string inspired, Wall code) =>
        Read(id, what, inspired, code, (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient)));

    private static Attack Reads(string id, string what, string inspired, Func<Scene, Task<Answered>> ask) =>
        Named(id, what, inspired, Http(404, ask));

    private static Attack Sessions(string id, string what, string inspired, Wall code) =>
        Read(id, what, inspired, code, (s, wrong) => wrong.Query(Keys.Member(s.Victim.Member).Area));

    private static Attack SignsIn(string id, string what, Func<Scene, JsonObject> body) => Read(
        id, what, Known.Authentication,
        Http(401, async s =>
        {
            using var stranger = s.App.Client();
            return await stranger.Send(HttpMethod.Post, "/v1/sessions", body(s));
        }),
        (s, wrong) => wrong.Get(Keys.Member(s.Victim.Member)));

    private static async Task<Answered> With(Scene scene, string value, string path = "/v1/sessions/current")
    {
        using var forged = scene.App.Client();
        return await forged.Send(HttpMethod.Get, path, null, r =>
            r.Headers.Add("Cookie", $"{CookieName(scene)}={value}"));
    }

    private static string CookieName(Scene scene) => Cookie(scene.Attacker, scene.App).Name;

    private static string Secret(Party party, ClinicApp app) => Value(party, app)[(TenantId.Length + 1)..];

    private static string Value(Party party, ClinicApp app) => Cookie(party, app).Value;

    internal static Cookie Cookie(Party party, ClinicApp app) => party.Owner.Cookies.GetCookies(app.Site).Single();
}
