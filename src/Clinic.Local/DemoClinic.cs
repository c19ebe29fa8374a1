using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clinic.Local;

/// <summary>
/// A clinic to try things with, made over HTTP as anybody makes one: sign-up, mail, confirmation, two patients.
/// </summary>
internal static class DemoClinic
{
    public const string OwnerEmail = "owner@demo-clinic.example";
    public const string OperatorEmail = "operator@platform.example";
    public const string Password = "demo password 2026";

    private const string Marker = "demo-clinic.txt";
    private static readonly TimeSpan MailWithin = TimeSpan.FromSeconds(30);

    public static async Task Ensure(Uri api, Uri mailPage, string dataFolder, Action<string> say, CancellationToken ct)
    {
        var marker = Path.Combine(dataFolder, Marker);
        if (File.Exists(marker))
        {
            return;
        }

        say("Making the demo clinic");
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = api };
        await Post(http, "/v1/clinics", SignUp(), ct);
        await Post(http, "/v1/clinics/confirmations", new JsonObject { ["token"] = await Token(mailPage, ct) }, ct);
        var session = await Post(http, "/v1/sessions", new JsonObject { ["email"] = OwnerEmail, ["password"] = Password }, ct);
        http.DefaultRequestHeaders.Add("X-CSRF-Token", session["csrfToken"]!.GetValue<string>());
        await Post(http, "/v1/patients", Patient("Lakshmi", "Iyer", "female", "1986-03-09", "+919812300001"), ct);
        await Post(http, "/v1/patients", Patient("Imran", "Qureshi", "male", "1971-11-20", "+919812300002"), ct);
        await File.WriteAllTextAsync(marker, "made\n", ct);
    }

    private static JsonObject SignUp() => new()
    {
        ["clinic"] = new JsonObject
        {
            ["name"] = "Demo Polyclinic",
            ["address"] = Address(),
            ["phone"] = "+919812300000",
            ["email"] = "desk@demo-clinic.example",
            ["locations"] = new JsonArray(new JsonObject { ["name"] = "Main", ["address"] = Address() }),
            ["plan"] = "clinic",
        },
        ["owner"] = new JsonObject { ["name"] = "Dr. Meera Kulkarni", ["email"] = OwnerEmail, ["password"] = Password },
    };

    private static JsonObject Address() => new()
    {
        ["line"] = "14 Laxmi Road",
        ["city"] = "Pune",
        ["state"] = "Maharashtra",
        ["postalCode"] = "411030",
        ["country"] = "IN",
    };

    private static JsonObject Patient(string given, string family, string gender, string birthDate, string phone) => new()
    {
        ["patient"] = new JsonObject
        {
            ["name"] = new JsonObject { ["given"] = given, ["family"] = family },
            ["gender"] = gender,
            ["birthDate"] = birthDate,
            ["phone"] = phone,
            ["address"] = Address(),
        },
        ["consents"] = new JsonArray(Consent("personal-data"), Consent("health-data")),
    };

    private static JsonObject Consent(string purpose) => new()
    {
        ["purpose"] = purpose,
        ["given"] = true,
        ["noticeVersion"] = "2026-11-01",
        ["language"] = "en",
    };

    private static async Task<JsonNode> Post(HttpClient http, string path, JsonObject body, CancellationToken ct)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, ct);
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            // By hand: behind the gateway the session cookie is for https, and a container would keep it back here.
            http.DefaultRequestHeaders.Add("Cookie", cookies.First().Split(';')[0]);
        }

        var text = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The demo clinic could not be made: {path} answered {(int)answer.StatusCode}.");
        }

        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    private static async Task<string> Token(Uri mailPage, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = mailPage };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(MailWithin);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var store = JsonDocument.Parse(await http.GetStringAsync("/store", deadline.Token));
            foreach (var mail in store.RootElement.GetProperty("emails").EnumerateArray())
            {
                var text = mail.GetProperty("body").GetProperty("text").GetString() ?? "";
                var toOwner = mail.GetProperty("destination").GetProperty("to").EnumerateArray()
                    .Any(a => a.GetString() == OwnerEmail);
                if (toOwner && text.Split("/confirm#") is [_, var rest, ..])
                {
                    return rest.Split('\n')[0].Trim();
                }
            }

            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }
}
