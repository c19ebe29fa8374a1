using Amazon.Runtime;
using Clinic.Testing;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>
/// One attack, tried at each of the three walls: as anybody could, by HTTP or a queue; with the code's wall removed, on the
/// attacker's own session; and with the policies removed too.
/// </summary>
/// <param name="Inspired">The public failure or class of failures that it comes from.</param>
internal sealed record Attack(string Id, string What, string Inspired, Wall Code, Wall Policy, Wall Keys)
{
    public IReadOnlyList<(string Name, Wall Wall)> Walls => [("code", Code), ("policy", Policy), ("keys", Keys)];
}

/// <summary>What a wall does about an attack.</summary>
/// <param name="Says">The outcome that must be seen; or, where the wall has no part in it, why not.</param>
/// <param name="Try">Null where the wall has no part in it.</param>
internal sealed record Wall(string Says, Func<Scene, Task<Evidence>>? Try)
{
    private const int ReasonLengthMin = 12;

    /// <summary>No wall is left out in silence.</summary>
    public static Wall None(string why) => new(why, null);

    /// <summary>What is wrong; null when the attack is stopped as it should be and nothing of the victim's came out.</summary>
    public async Task<string?> Complaint(Scene scene)
    {
        if (Try is null) { return Says.Length >= ReasonLengthMin ? null : "is left out without a reason"; }
        var seen = await Try(scene);
        if (seen.Outcome != Says) { return $"{seen.Outcome} instead of {Says}"; }
        var given = new Dump();
        given.Add(seen.Bytes);
        return given.Find(scene.Markers) is { Count: > 0 } found ? $"gives away {string.Join(", ", found)}" : null;
    }
}

/// <param name="Bytes">All that the attacker holds afterwards: answers with their headers, or what was read and opened.</param>
internal sealed record Evidence(string Outcome, byte[] Bytes)
{
    public static Evidence Of(Answered answer, string? outcome = null)
    {
        using var all = new MemoryStream();
        all.Write(System.Text.Encoding.UTF8.GetBytes($"{answer.Headers}{answer.ContentHeaders}"));
        all.Write(answer.Bytes);
        return new Evidence(outcome ?? $"{(int)answer.Status}", all.ToArray());
    }

    public Evidence And(Evidence other) => this with { Bytes = [.. Bytes, .. other.Bytes] };
}

/// <summary>The ways to try a wall.</summary>
internal static class Tries
{
    public const string AccessDenied = "AccessDenied";

    /// <summary>The attacker asks over HTTP.</summary>
    public static Wall Http(int status, Func<Scene, Task<Answered>> ask) =>
        new($"{status}", async scene => Evidence.Of(await ask(scene)));

    /// <summary>Answered to the byte like an id that never was, so that the answer does not tell that there is one.</summary>
    public static Wall AsAbsent(Func<Scene, string> path, Func<ClinicClient, string, Task<Answered>>? ask = null) =>
        new("404 like an absent one", async scene =>
        {
            var send = ask ?? ((client, to) => client.Get(to));
            var theirs = path(scene);
            var id = theirs.Split('/', '?', '=').First(part => Guid.TryParseExact(part, "D", out _));
            var foreign = await send(scene.Attacker.Owner, theirs);
            var nobody = theirs.Replace(id, Guid.CreateVersion7().ToString(), StringComparison.Ordinal);
            var absent = await send(scene.Attacker.Owner, nobody);
            var same = foreign.Status == absent.Status && foreign.Text == absent.Text;
            return Evidence.Of(foreign, $"{(int)foreign.Status} {(same ? "like" : "unlike")} an absent one");
        });

    /// <summary>Answered, as a right question to the own records is, with nothing in it.</summary>
    public static Wall Nothing(string list, Func<Scene, Task<Answered>> ask) => new("200 with nothing", async scene =>
    {
        var answer = await ask(scene);
        var isEmpty = (int)answer.Status == 200 && answer.Json[list]!.AsArray().Count == 0;
        return Evidence.Of(answer, isEmpty ? "200 with nothing" : $"{(int)answer.Status} with something");
    });

    /// <summary>The wrong line of code, on the attacker's own session, before the policies.</summary>
    public static Wall Denied(Func<Scene, Task> act) => Answers(AccessDenied, act);

    /// <summary>The code that AWS would answer with; "allowed" when it carried the call out.</summary>
    public static Wall Answers(string says, Func<Scene, Task> act) => new(says, async scene =>
    {
        using var passed = scene.App.Gate.Record(one =>
            one is { Allowed: true, Call.Service: "s3", Status: 403 } && one.Call.Tenant == scene.Attacker.Tenant.Value);
        try
        {
            await act(scene);
            return new Evidence("allowed", []);
        }
        catch (AmazonServiceException refused)
        {
            // S3 says the same of what is forbidden and of what is not there: only the first is the policies' doing.
            var code = passed.Decisions.IsEmpty ? refused.ErrorCode ?? "" : "allowed, and nothing there";
            return new Evidence(code.StartsWith(AccessDenied, StringComparison.Ordinal) ? AccessDenied : code, []);
        }
    });

    /// <summary>Without policies the bytes come out; whatever the attacker's session can open, opens none of them.</summary>
    public static Wall Sealed(Func<Scene, Task<Loot>> take) => new(Thief.Sealed, async scene =>
        (await scene.Thief()).Try(await take(scene)));

    /// <summary>One reading, tried with and without policies.</summary>
    public static Attack Read(string id, string what, string inspired, Wall code, Func<Scene, WrongCode, Task<Loot>> take) =>
        new(id, what, inspired, code, Denied(scene => take(scene, scene.On)), Sealed(scene => take(scene, scene.Off)));

    /// <summary>A call that no line of the product makes, on the attacker's own session.</summary>
    public static Attack Call(
        string id, string what, string inspired, Func<Scene, WrongCode, Task> act, string? keys = null, string? code = null) =>
        new(id, what, inspired, Wall.None(code ?? "no route and no message makes this call"),
            Denied(scene => act(scene, scene.On)), Wall.None(keys ?? "the call is refused whole: there are no bytes to open"));
}
