using System.Globalization;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <summary>Requests that are right, with values that no other test uses.</summary>
public static class Samples
{
    private static int count;

    private static readonly string[] Syllables = ["ki", "gi", "ji", "ti", "di", "ni", "pi", "mi", "ri", "li"];

    public const string Password = "correct horse battery";

    public static JsonObject SignUp(string? name = null)
    {
        var n = Next();
        var address = Address();
        return new JsonObject
        {
            ["clinic"] = new JsonObject
            {
                ["name"] = name ?? $"Asha Polyclinic {n}",
                ["address"] = address.DeepClone(),
                ["phone"] = Phone(n),
                ["email"] = $"desk{n}@asha-polyclinic.example",
                ["locations"] = new JsonArray(new JsonObject { ["name"] = "Main", ["address"] = address }),
                ["plan"] = "clinic",
            },
            ["owner"] = new JsonObject
            {
                ["name"] = $"Meera Kulkarni {n}",
                ["email"] = $"meera.kulkarni.{n}@asha-polyclinic.example",
                ["password"] = Password,
            },
        };
    }

    /// <summary>A registration with both essential consents and none beyond.</summary>
    public static JsonObject Registration(string? given = null, string? family = null, string? phone = null,
        string? birthDate = null)
    {
        var n = Next();
        return new JsonObject
        {
            ["patient"] = new JsonObject
            {
                ["name"] = new JsonObject { ["given"] = given ?? $"Sunita {Letters(n)}", ["family"] = family ?? "Deshpande" },
                ["gender"] = "female",
                ["birthDate"] = birthDate ?? "1986-03-09",
                ["bloodGroup"] = "B+",
                ["phone"] = phone ?? Phone(n),
                ["email"] = $"sunita.{n}@mail.example",
                ["address"] = Address(),
            },
            ["consents"] = new JsonArray(Consent("personal-data"), Consent("health-data")),
        };
    }

    /// <param name="locations">Ids; null invites for all.</param>
    public static JsonObject Invitation(string email, string role, IReadOnlyList<string>? locations = null)
    {
        var invitation = Access(role, locations);
        invitation["name"] = $"Farah Sheikh {Letters(Next())}";
        invitation["email"] = email;
        return invitation;
    }

    /// <param name="locations">Ids; null means all.</param>
    public static JsonObject Access(string role, IReadOnlyList<string>? locations) => locations is null
        ? new JsonObject { ["role"] = role, ["allLocations"] = true }
        : new JsonObject { ["role"] = role, ["locations"] = new JsonArray([.. locations.Select(l => (JsonNode)l)]) };

    public static JsonObject Location(string name) => new() { ["name"] = name, ["address"] = Address() };

    public static JsonObject Consent(string purpose, bool given = true) => new()
    {
        ["purpose"] = purpose,
        ["given"] = given,
        ["noticeVersion"] = "2026-11-01",
        ["language"] = "en",
    };

    /// <summary>A number as a name of nine syllables: two numbers make two names that also sound different.</summary>
    public static string Letters(int n) =>
        string.Concat(n.ToString("D9", CultureInfo.InvariantCulture).Select(d => Syllables[d - '0']));

    public static JsonObject Address() => new()
    {
        ["line"] = "14 Laxmi Road",
        ["city"] = "Pune",
        ["state"] = "Maharashtra",
        ["postalCode"] = "411030",
        ["country"] = "IN",
    };

    public static string Phone(int n) => "+9198" + n.ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>Unique within a run: processes draw from different ranges.</summary>
    public static int Next() => Interlocked.Increment(ref count) + (Environment.ProcessId % 900 * 100_000);
}
