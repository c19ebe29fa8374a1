using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Testing.Isolation;

/// <summary>What became of a run over many clinics at once.</summary>
/// <param name="Findings">Answers that were not their clinic's own, or not what was asked for.</param>
/// <param name="Roles">How often a role of a clinic was assumed, by clinic and role.</param>
public sealed record ManyTenantsReport(
    int Clinics, int Requests, TimeSpan Took, IReadOnlyList<string> Findings, IReadOnlyDictionary<string, int> Roles,
    int SessionsHeld, int KeySetsHeld)
{
    public bool IsBounded => SessionsHeld <= TenantSessions.SessionsMax && KeySetsHeld <= KeyCache.EntriesMax;

    public override string ToString() =>
        $"{Clinics} clinics, {Requests} requests in {Took.TotalSeconds:0} s, {Findings.Count} findings; "
        + $"roles assumed at most {(Roles.Count == 0 ? 0 : Roles.Values.Max())} times each, {SessionsHeld} sessions and "
        + $"{KeySetsHeld} key sets held"
        + string.Concat(Findings.Take(10).Select(f => "\n    " + f));
}

/// <summary>
/// Many clinics work at the same time through one product: reads, searches, amendments, registrations, trails, in no order. Every
/// answer is searched for what is any other clinic's: ids, names, phones.
/// </summary>
public static class ManyTenants
{
    public const int AtOnce = 16;

    private sealed class Desk(SignedUpClinic clinic)
    {
        public SignedUpClinic Clinic => clinic;

        public List<(string Path, JsonNode Form)> Patients { get; } = [];

        /// <summary>What only this clinic may ever see; as it stands in answers.</summary>
        public IEnumerable<string> Marks => Patients.SelectMany(p => (string[])
        [
            p.Path.Split('/')[^1], p.Form["phone"]!.GetValue<string>(), p.Form["name"]!["family"]!.GetValue<string>(),
        ]).Append(clinic.Id);
    }

    public static async Task<ManyTenantsReport> Run(ClinicApp app, int clinics, int requests, int seed)
    {
        using var assumed = app.Gate.Record(d => d.Call is { Service: "sts", Operation: "AssumeRole" });
        var desks = new List<Desk>();
        for (var i = 0; i < clinics; i++)
        {
            desks.Add(await Open(app));
        }

        var owners = desks.SelectMany(d => d.Marks.Select(m => (Mark: m, Desk: d))).ToDictionary(m => m.Mark, m => m.Desk);
        var marks = new MarkSearch(owners.Keys);
        var findings = new ConcurrentQueue<string>();
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
            {
                var random = new Random(HashCode.Combine(seed, number));
                var desk = desks[random.Next(desks.Count)];
                var (what, answer, own) = await Ask(desk, random);
                foreach (var mark in marks.In(answer.Text).Where(m => owners[m] != desk))
                {
                    findings.Enqueue($"request {number}, {what}: shows {mark[..4]}… of another clinic");
                }

                if ((int)answer.Status >= 300 || (own is not null && !answer.Text.Contains(own, StringComparison.Ordinal)))
                {
                    findings.Enqueue($"request {number}, {what}: {(int)answer.Status}, without its own");
                }
            });
        var roles = assumed.Decisions.GroupBy(d => $"{d.Call.Role} {Encoding.UTF8.GetString(d.Call.Body.Span)}")
            .ToDictionary(g => g.Key, g => g.Count());
        var services = app.ApiServices;
        return new ManyTenantsReport(
            clinics, requests, Stopwatch.GetElapsedTime(began), [.. findings], roles,
            services.GetRequiredService<TenantSessions>().Held, services.GetRequiredService<KeyCache>().Held);
    }

    private static async Task<Desk> Open(ClinicApp app)
    {
        var desk = new Desk(await app.SignUpClinic());
        for (var i = 0; i < 2; i++)
        {
            var form = Samples.Registration(family: "Fam" + Samples.Letters(Samples.Next()));
            var made = (await desk.Clinic.Owner.Post("/v1/patients", form)).Expect(HttpStatusCode.Created);
            desk.Patients.Add((made.Headers.Location!.ToString(), form["patient"]!));
        }

        return desk;
    }

    /// <summary>One request of a desk, and what its answer must hold.</summary>
    private static async Task<(string What, Answered Answer, string? Own)> Ask(Desk desk, Random random)
    {
        var owner = desk.Clinic.Owner;
        var (path, form) = desk.Patients[random.Next(desk.Patients.Count)];
        var (id, family) = (path.Split('/')[^1], form["name"]!["family"]!.GetValue<string>());
        return random.Next(10) switch
        {
            < 4 => ("read", await owner.Get(path), family),
            < 6 => ("search by phone", await Search("phone", form["phone"]!.GetValue<string>()), id),
            6 => ("search by name", await Search("name", family), id),
            7 => ("versions", await owner.Get(path + "/versions"), null),
            8 => ("clinic", await owner.Get("/v1/clinics/current"), null),
            _ => ("trail", await owner.Get("/v1/audit?size=20"), null),
        };

        Task<Answered> Search(string by, string value) => owner.Post("/v1/patients/search", new JsonObject { [by] = value });
    }
}
