using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.ScenarioTests.Attacks;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// The corpus of attacks at its three walls. The attacker's clinic and the victim's are two like any other; the wrong code is the
/// product's own, made to work for the victim on sessions of the attacker.
/// </summary>
public sealed class ThreeWalls
{
    private const int AttacksMin = 160;

    private const string TableHead = "| attack | what is tried | code | policy | keys | comes from |";

    /// <summary>Calls that no line of the product makes, on any role, and copies made past it.</summary>
    private const int CodeWithoutPartMax = 60;

    /// <summary>Copies made past the gate, and messages whose worker may work for any clinic.</summary>
    private const int PolicyWithoutPartMax = 16;

    /// <summary>Writes, deletions, sessions, and rows that hold nothing but codes and ids.</summary>
    private const int KeysWithoutPartMax = 65;

    public static TheoryData<string> Ids => [.. Corpus.All.Select(attack => attack.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait("Promise", "ISO-1")]
    [Trait("Promise", "ISO-2")]
    [Trait("Promise", "ISO-3")]
    public async Task Stop_every_attack_of_the_corpus(string id)
    {
        var attack = Corpus.All.Single(one => one.Id == id);
        var scene = await Scene.Get();
        var complaints = new List<string>();
        foreach (var (name, wall) in attack.Walls)
        {
            if (await wall.Complaint(scene) is { } complaint) { complaints.Add($"{name}: {complaint}"); }
        }

        Assert.True(complaints.Count == 0, $"{id}, {attack.What}: {string.Join("; ", complaints)}");
    }

    /// <summary>Numbers that may only get better: more attacks, fewer walls without a part in them.</summary>
    [Fact]
    public void Are_each_tried_unless_a_reason_says_why_not()
    {
        Assert.InRange(Corpus.All.Count, AttacksMin, int.MaxValue);
        Assert.Equal(Corpus.All.Count, Corpus.All.DistinctBy(attack => attack.Id).Count());
        Assert.All(Corpus.All, attack => Assert.Contains(attack.Walls, wall => wall.Wall.Try is not null));
        Assert.All(Corpus.All, attack => Assert.All(attack.Walls, wall => Assert.True(wall.Wall.Says.Length > 2)));

        int Without(Func<Attack, Wall> wall) => Corpus.All.Count(attack => wall(attack).Try is null);
        Assert.InRange(Without(attack => attack.Code), 0, CodeWithoutPartMax);
        Assert.InRange(Without(attack => attack.Policy), 0, PolicyWithoutPartMax);
        Assert.InRange(Without(attack => attack.Keys), 0, KeysWithoutPartMax);
    }

    [Fact]
    public void And_the_table_of_the_threat_model_is_the_corpus()
    {
        var path = Repository.Path("docs", "threat-model.md");
        var lines = File.ReadAllLines(path).ToList();
        var rows = Corpus.All.Select(Row).ToList();
        var from = lines.IndexOf(TableHead) + 2;
        var count = lines.Skip(from).TakeWhile(line => line.StartsWith('|')).Count();
        Assert.True(from > 2, "The table of the corpus is not where it was.");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") is { Length: > 0 })
        {
            lines.RemoveRange(from, count);
            lines.InsertRange(from, rows);
            File.WriteAllLines(path, lines);
            count = rows.Count;
        }

        Assert.Equal(rows, lines.Skip(from).Take(count));
    }

    /// <summary>Answers that give something of the victim away, in any writing.</summary>
    [Theory]
    [InlineData("plain")]
    [InlineData("UTF-16")]
    [InlineData("base64")]
    [InlineData("hex")]
    [InlineData("a header")]
    [InlineData("another status")]
    [InlineData("nothing")]
    public async Task Would_be_seen_to_fail_in_code(string fault)
    {
        var scene = await Scene.Get();
        var text = $"so {scene.Victim.Given} is known";
        var wall = new Wall("404", async s => fault switch
        {
            "plain" => Evidence.Of(await s.Victim.Owner.Get(s.Victim.Path), "404"),
            "UTF-16" => new Evidence("404", Encoding.Unicode.GetBytes(text)),
            "base64" => new Evidence("404", Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)))),
            "hex" => new Evidence("404", Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.UTF8.GetBytes(text)))),
            "a header" => Evidence.Of(WithHeader(await s.Attacker.Owner.Get(s.Victim.Path), text)),
            "another status" => Evidence.Of(await s.Attacker.Owner.Get(s.Attacker.Path)),
            _ => Evidence.Of(await s.Attacker.Owner.Get(s.Victim.Path)),
        });

        Assert.Equal(fault == "nothing", await wall.Complaint(scene) is null);
    }

    /// <summary>A store that uses the victim's own session passes the policies, which is then what the check must say.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Would_be_seen_to_fail_in_the_policies(bool onSessionOfVictim)
    {
        var scene = await Scene.Get();
        var whose = onSessionOfVictim ? scene.Victim.Tenant : scene.Attacker.Tenant;
        await using var code = new WrongCode(
            ClinicApp.Access(RoleNames.ApiBase, scene.App.Cloud), scene.App.Clock, whose, scene.Victim.Tenant);
        var wall = Tries.Denied(_ => code.Get(Keys.Patient(scene.Victim.Patient)));

        Assert.Equal(onSessionOfVictim ? "allowed instead of AccessDenied" : null, await wall.Complaint(scene));
    }

    [Theory]
    [InlineData("one key for both clinics", "opens")]
    [InlineData("a place without the clinic", "opens")]
    [InlineData("no place at all", "opens")]
    [InlineData("not sealed", "not sealed")]
    [InlineData("sealed beside a plain copy", "gives away")]
    [InlineData("no row", "nothing came out")]
    [InlineData("as it is", null)]
    public async Task Would_be_seen_to_fail_in_the_keys(string fault, string? expected)
    {
        var scene = await Scene.Get();
        var shared = (await scene.Thief()).Keys[0];
        var (patient, secret) = (Keys.Patient(scene.Victim.Patient), Encoding.UTF8.GetBytes(scene.Victim.Given));
        byte[] Place(TenantId tenant) => SealedPlace.Aad(tenant, CloudParts.Records, new Item(patient), "b");
        Item With(byte[] body) => new Item(patient).Set("b", body);
        byte[] Under(byte[] key, byte[] place) => FieldCipher.Seal(key, Guid.CreateVersion7(), secret, place);
        IReadOnlyList<Item> rows = fault switch
        {
            "one key for both clinics" => [With(Under(shared, Place(scene.Victim.Tenant)))],
            "a place without the clinic" => [With(Under(shared, Place(scene.Attacker.Tenant)))],
            "no place at all" => [With(Under(shared, []))],
            "not sealed" => [new Item(patient).Set("b", "x")],
            "sealed beside a plain copy" => [With(Under(new byte[32], [])).Set("name", scene.Victim.Given)],
            "no row" => [],
            _ => [With(Under(new byte[32], Place(scene.Victim.Tenant)))],
        };
        var wall = Tries.Sealed(s => Task.FromResult(Loot.Of(CloudParts.Records, s.Attacker.Tenant, s.Victim.Tenant, rows)));

        var complaint = await wall.Complaint(scene);

        Assert.Equal(expected is null, complaint is null);
        Assert.StartsWith(expected ?? "", complaint ?? "", StringComparison.Ordinal);
    }

    /// <summary>All own keys, of sign-up, of its export and of two patients, and none that KMS should not have given.</summary>
    [Fact]
    public async Task Face_a_thief_with_every_key_of_the_own_clinic_and_none_of_the_victims()
    {
        var scene = await Scene.Get();
        var thief = await scene.Thief();

        Assert.Equal(0, thief.KeysOfVictim);
        Assert.Equal(Keyring.FromSignUp.Count + 1 + (2 * 2), thief.Keys.Count);
        Assert.Equal(thief.Keys.Count, thief.Keys.Select(Convert.ToHexString).Distinct().Count());
        var own = await scene.Off.Part<TenantStores>().For(Caller.System(scene.Attacker.Tenant, "attack", "attack"))
            .GetMany([Keys.Patient(scene.Attacker.Patient)], CancellationToken.None);
        var opened = thief.Try(Loot.Of(CloudParts.Records, scene.Attacker.Tenant, scene.Victim.Tenant, own));
        Assert.StartsWith("opens", opened.Outcome, StringComparison.Ordinal);
    }

    private static Answered WithHeader(Answered answer, string text)
    {
        answer.Headers.TryAddWithoutValidation("X-Hint", text);
        return answer;
    }

    private static string Row(Attack attack) =>
        $"| `{attack.Id}` | {attack.What} | {string.Join(" | ", attack.Walls.Select(wall => Cell(wall.Wall)))} | "
            + $"{attack.Inspired} |";

    private static string Cell(Wall wall) => wall.Try is null ? $"– {wall.Says}" : $"**{wall.Says}**";
}
