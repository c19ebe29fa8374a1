using System.Net.Http.Headers;
using System.Text;

namespace Clinic.Testing.Sweeps;

/// <summary>
/// Sends samples to an Api that runs elsewhere: as its owner, as its operator where the path is the platform's, and as nobody
/// where the sample brings no session.
/// </summary>
public sealed class SampleReplay(SampleWorld world, ClinicClient platform, SampleShelf shelf)
{
    private const string Platform = "/platform/";

    /// <summary>Makes what the sample names, by the samples that it says, and sends it.</summary>
    public async Task<(FilledSample Sent, Answered Answer)> Send(HttpSample sample)
    {
        var values = new Dictionary<string, string>();
        var made = new Dictionary<Maker, Answered>();
        var texts = sample.Headers.Where(h => !IsOfSession(h.Name)).Select(h => h.Value).Append(sample.Path)
            .Append(sample.Body ?? "");
        foreach (var variable in texts.SelectMany(HttpSample.Variables).Distinct())
        {
            values[variable] = sample.Made.TryGetValue(variable, out var maker) ? await Make(maker, made)
                : await SampleVariables.Value(variable, world);
        }

        var filled = SweepTarget.Fill(sample, v => values.GetValueOrDefault(v, ""));
        var client = !sample.BringsSession ? world.Stranger
            : filled.Path.StartsWith(Platform, StringComparison.Ordinal) ? platform : world.Owner;
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

        if (maker.After is { } first)
        {
            await Done(first);
        }

        // What a worker makes is there a moment later: a read is asked again, a write is done once.
        if (shelf.Need(maker.Operation).Method == "GET")
        {
            return await Until.Holds(async () => maker.Of(await Done(maker.Operation)), $"{maker.Operation}.{maker.Field}");
        }

        made[making] = await Done(maker.Operation);
        return maker.Of(made[making]) ?? throw new InvalidOperationException($"No {maker.Field} in {maker.Operation}.");
    }

    private async Task<Answered> Done(string operation)
    {
        var (_, answer) = await Send(shelf.Need(operation));
        return (int)answer.Status is >= 200 and < 300
            ? answer : throw new InvalidOperationException($"{operation} answered {(int)answer.Status}: {answer.Text}");
    }
}
