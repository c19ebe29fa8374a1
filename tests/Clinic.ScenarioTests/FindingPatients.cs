using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What a desk finds on sealed names: first who begins as asked, then who sounds alike.</summary>
public sealed class FindingPatients
{
    [Fact]
    [Trait("Promise", "ENC-3")]
    public async Task A_name_is_found_however_it_is_spelled_and_the_surer_hit_comes_first()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var laxmi = await Register(clinic, "Laxmi", "Chowdhury");
        var lakshmi = await Register(clinic, "Lakshmi", "Choudhary", "1990-01-31");
        await Register(clinic, "Lalita", "Chandra");

        Assert.Equal([(laxmi, "prefix"), (lakshmi, "sounds-like")], await Find(clinic, "laxmi"));
        Assert.Equal([(lakshmi, "prefix"), (laxmi, "sounds-like")], await Find(clinic, "Lakshmi"));
        Assert.Equal([(laxmi, "prefix")], await Find(clinic, "laxmi chow"));
        Assert.Equal([(lakshmi, "sounds-like"), (laxmi, "sounds-like")],
            (await Find(clinic, "lakshmee chaudhari")).OrderBy(h => h.Id == lakshmi ? 0 : 1));
        Assert.Equal(2, (await Find(clinic, "लक्ष्मी")).Count);
        Assert.Empty(await Find(clinic, "lakhan"));
    }

    [Fact]
    public async Task Parts_go_on_from_who_begins_as_asked_to_who_sounds_alike_and_name_each_once()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        string[] spellings = ["Srinivas", "Sreenivas", "Shrinivas", "Srinivas", "Sreenivasa", "Shreenivas", "Srinivas"];
        var all = new List<string>();
        for (var i = 0; i < spellings.Length; i++)
        {
            all.Add(await Register(clinic, spellings[i], Samples.Letters(i)));
        }

        foreach (var size in (int[])[1, 2, 3, 100])
        {
            var (found, cursor, parts) = (new List<(string Id, string Match)>(), (string?)null, 0);
            do
            {
                var answer = (await clinic.Owner.Post("/v1/patients/search", Query("srinivas", size, cursor)))
                    .Expect(HttpStatusCode.OK);
                var hits = Hits(answer);
                Assert.InRange(hits.Count, 0, size);
                found.AddRange(hits);
                cursor = answer.Json["next"]?.GetValue<string>();
                Assert.True(++parts < 20, "The cursor does not end.");
            }
            while (cursor is not null);

            Assert.Equal(all.Order(), found.Select(h => h.Id).Order());
            Assert.Equal(Enumerable.Repeat("prefix", 3).Concat(Enumerable.Repeat("sounds-like", 4)), found.Select(h => h.Match));
        }
    }

    [Fact]
    [Trait("Promise", "AUD-1")]
    public async Task The_trail_names_everybody_whom_a_search_by_sound_opened()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var (one, other) = (
            await Register(clinic, "Mohammed", "Rafiq"), await Register(clinic, "Muhammad", "Rafeeq", "1990-01-31"));
        await Find(clinic, "mohamad");

        var trail = (await clinic.Owner.Get("/v1/audit?action=PatientSearched")).Expect(HttpStatusCode.OK);
        var entry = Assert.Single(trail.Json["entries"]!.AsArray())!;
        var hits = entry["hits"]!.AsArray().Select(h => h!.GetValue<string>()).ToList();
        Assert.Contains(one, hits);
        Assert.Contains(other, hits);
    }

    [Fact]
    public async Task A_name_that_was_amended_is_found_by_its_new_sound_alone()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration("Jayanth", "Krishnan");
        var registered = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
        var form = registration["patient"]!.DeepClone();
        form["name"]!["given"] = "Siddharth";
        (await clinic.Owner.Put(registered.Headers.Location!.ToString(), form, "\"1\"")).Expect(HttpStatusCode.OK);

        Assert.Empty(await Find(clinic, "jeyant"));
        Assert.Equal("sounds-like", Assert.Single(await Find(clinic, "siddhartha")).Match);
    }

    [Fact]
    public async Task The_same_birth_date_and_a_name_that_sounds_the_same_are_a_likely_duplicate()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var first = await Register(clinic, "Sreenivas", "Choudhary");

        var shown = (await clinic.Owner.Post("/v1/patients", Samples.Registration("Chowdhury", "Srinivas")))
            .ExpectProblem(HttpStatusCode.Conflict, "likely-duplicate");
        Assert.Equal(first, Assert.Single(shown.Json["duplicates"]!.AsArray())!["id"]!.GetValue<string>());

        await Register(clinic, "Srinivas", "Choudhary", birthDate: "1987-03-09");
        await Register(clinic, "Sudhir", "Choudhary");
    }

    [Fact]
    [Trait("Promise", "CLN-16")]
    public async Task A_health_account_is_found_by_number_and_address_until_it_is_amended()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        var form = registration["patient"]!.AsObject();
        (form["abhaNumber"], form["abhaAddress"]) = ("91 1234 5678 9012", "Sunita.D@abdm");
        var registered = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
        var path = registered.Headers.Location!.ToString();

        var record = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json["record"]!;
        Assert.Equal("91-1234-5678-9012", record["abhaNumber"]!.GetValue<string>());
        foreach (var (member, value) in (IEnumerable<(string, string)>)[
            ("abhaNumber", "91123456789012"), ("abhaNumber", "91-1234-5678-9012"), ("abhaAddress", "sunita.d@ABDM")])
        {
            var found = (await clinic.Owner.Post("/v1/patients/search", new JsonObject { [member] = value }))
                .Expect(HttpStatusCode.OK);
            Assert.Equal("exact", Assert.Single(Hits(found)).Match);
        }

        var other = Samples.Registration("Kamala", birthDate: "1979-05-05");
        other["patient"]!["abhaNumber"] = "91-1234-5678-9012";
        (await clinic.Owner.Post("/v1/patients", other)).ExpectProblem(HttpStatusCode.Conflict, "likely-duplicate");

        form["abhaNumber"] = "91-1234-5678-9013";
        form.Remove("abhaAddress");
        (await clinic.Owner.Put(path, form.DeepClone(), "\"1\"")).Expect(HttpStatusCode.OK);
        foreach (var (member, value, hits) in (IEnumerable<(string, string, int)>)[
            ("abhaNumber", "91-1234-5678-9012", 0), ("abhaNumber", "91-1234-5678-9013", 1), ("abhaAddress", "sunita.d@abdm", 0)])
        {
            var found = (await clinic.Owner.Post("/v1/patients/search", new JsonObject { [member] = value }))
                .Expect(HttpStatusCode.OK);
            Assert.Equal(hits, Hits(found).Count);
        }
    }

    private static async Task<string> Register(SignedUpClinic clinic, string given, string family, string? birthDate = null) =>
        (await clinic.Owner.Post("/v1/patients", Samples.Registration(given, family, birthDate: birthDate)))
            .Expect(HttpStatusCode.Created).Json["id"]!.GetValue<string>();

    private static async Task<IReadOnlyList<(string Id, string Match)>> Find(SignedUpClinic clinic, string name) =>
        Hits((await clinic.Owner.Post("/v1/patients/search", Query(name))).Expect(HttpStatusCode.OK));

    private static JsonObject Query(string name, int? size = null, string? cursor = null) =>
        new() { ["name"] = name, ["size"] = size, ["cursor"] = cursor };

    private static List<(string Id, string Match)> Hits(Answered answer) =>
        [.. answer.Json["patients"]!.AsArray().Select(h => (h!["id"]!.GetValue<string>(), h["match"]!.GetValue<string>()))];
}
