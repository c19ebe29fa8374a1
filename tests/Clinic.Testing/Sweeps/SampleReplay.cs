using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.Testing.Sweeps;

/// <summary>
/// Sends samples to an Api that runs elsewhere: as its owner, as its operator where the path is the platform's, and as nobody
/// where the sample brings no session.
/// </summary>
public sealed class SampleReplay(SampleWorld world, ClinicClient platform, SampleShelf shelf)
{
    private const string Platform = "/platform/";
    private readonly Dictionary<string, ClinicClient> members = [];

    /// <summary>Makes what the sample names, by the samples that it says, and sends it.</summary>
    /// <param name="role">Who sends it and makes what it needs; null for the owner.</param>
    public async Task<(FilledSample Sent, Answered Answer)> Send(HttpSample sample, string? role = null)
    {
        var values = new Dictionary<string, string>();
        var made = new Dictionary<Maker, Answered>();
        var texts = sample.Headers.Where(h => !IsOfSession(h.Name)).Select(h => h.Value).Append(sample.Path)
            .Append(sample.Body ?? "");
        foreach (var variable in texts.SelectMany(HttpSample.Variables).Distinct())
        {
            values[variable] = sample.Made.TryGetValue(variable, out var maker)
                ? await Make(maker with { As = maker.As ?? role }, made)
                : await SampleVariables.Value(variable, world);
        }

        var filled = SweepTarget.Fill(sample, v => values.GetValueOrDefault(v, ""));
        var client = !sample.BringsSession ? world.Stranger
            : filled.Path.StartsWith(Platform, StringComparison.Ordinal) ? platform
            : role is null ? world.Owner : await Member(role);
        return (filled, await client.Send(new HttpMethod(filled.Method), filled.Path, null, r => Complete(r, filled)));
    }

    /// <summary>The client has session and CSRF token of its own.</summary>
    private static bool IsOfSession(string header) => header.ToUpperInvariant() is "COOKIE" or "X-CSRF-TOKEN";

    private static void Complete(HttpRequestMessage request, FilledSample filled)
    {
        if (filled.Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(filled.Body));
            var type = filled.Headers.FirstOrDefault(h => h.Name == "Content-Type").Value ?? "application/json";
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        foreach (var (name, value) in filled.Headers.Where(h => !IsOfSession(h.Name) && h.Name != "Content-Type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <param name="made">Answers of writes for this sample: what it names of one is of one making.</param>
    private async Task<string> Make(Maker maker, Dictionary<Maker, Answered> made)
    {
        var making = maker with { Field = "" };
        if (made.TryGetValue(making, out var before))
        {
            return maker.Of(before) ?? throw new InvalidOperationException($"No {maker.Field} in {maker.Operation}.");
        }

        var isRead = shelf.Need(maker.Operation).Method == "GET";
        string? earlier = null;
        if (maker.After is { } first)
        {
            earlier = isRead ? maker.Of(await Done(maker.Operation, maker.As)) : null;
            await Done(first, maker.As);
        }

        // What a worker makes is there a moment later: a read is asked again until it says something new, a write is done once.
        if (isRead)
        {
            return await Until.Holds(
                async () => maker.Of(await Done(maker.Operation, maker.As)) is { } now && now != earlier ? now : null,
                $"{maker.Operation}.{maker.Field}");
        }

        made[making] = await Done(maker.Operation, maker.As);
        return maker.Of(made[making]) ?? throw new InvalidOperationException($"No {maker.Field} in {maker.Operation}.");
    }

    /// <summary>Somebody of the role, who joins for this.</summary>
    private async Task<ClinicClient> Member(string role)
    {
        if (!members.TryGetValue(role, out var client))
        {
            var email = $"replay.{Guid.CreateVersion7():N}@asha-polyclinic.example";
            (await world.Owner.Post("/v1/staff/invitations", Samples.Invitation(email, role))).Expect(HttpStatusCode.Created);
            var token = ClinicApp.TokenIn(await world.Mail.Await(email, "Work with"));
            (await world.Stranger.Post(
                "/v1/invitations/acceptances", new JsonObject { ["token"] = token, ["password"] = Samples.Password }))
                .Expect(HttpStatusCode.OK);
            client = members[role] = world.Owner.Another();
            (await client.SignIn(email, Samples.Password)).Expect(HttpStatusCode.Created);
        }

        return client;
    }

    private async Task<Answered> Done(string operation, string? role)
    {
        var (_, answer) = await Send(shelf.Need(operation), role);
        return (int)answer.Status is >= 200 and < 300
            ? answer : throw new InvalidOperationException($"{operation} answered {(int)answer.Status}: {answer.Text}");
    }
}
