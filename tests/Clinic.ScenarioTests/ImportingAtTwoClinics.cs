using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class ImportingAtTwoClinics
{
    [Fact]
    [Trait("Promise", "ISO-4")]
    public async Task The_same_bundle_at_two_clinics_makes_two_patients_that_nothing_links()
    {
        var app = await ClinicApp.Get();
        var (one, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var (first, second) = (await one.Owner.Import(Bundles.LuigiWiegand), await other.Owner.Import(Bundles.LuigiWiegand));

        Assert.NotEqual(await one.Owner.OnlyPatient(first), await other.Owner.OnlyPatient(second));
        var (mine, theirs) = (await Tokens(app, one.Id), await Tokens(app, other.Id));
        Assert.Equal(61 + 2, mine.Count);
        Assert.Equal(mine.Count, theirs.Count);
        Assert.Empty(mine.Intersect(theirs));
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task A_bundle_that_names_another_clinics_patient_reaches_nothing()
    {
        var app = await ClinicApp.Get();
        var (own, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var victim = Bundles.Patient("Bhattacharjee");
        var theirs = await other.Owner.Import(Bundles.Bytes(Bundles.Of(victim)));
        var path = await other.Owner.OnlyPatient(theirs);
        var ours = new JsonObject { ["id"] = path.Split('/')[^1] };
        var before = await app.Raw.Places(other.Id, CloudParts.Records, "PAT#");

        var report = await own.Owner.Import(Bundles.Bytes(Bundles.Of(Bundles.Observation(victim), Bundles.Observation(ours))));

        Assert.Equal(2, report["total"]!["refused"]!.GetValue<int>());
        Assert.Equal(before, await app.Raw.Places(other.Id, CloudParts.Records, "PAT#"));
        Assert.Empty(await app.Raw.Places(own.Id, CloudParts.Records, "PAT#"));
        foreach (var suffix in (string[])["", "/refusals", "/patients"])
        {
            var foreign = (await own.Owner.Get($"/v1/imports/{theirs["id"]}{suffix}"))
                .ExpectProblem(HttpStatusCode.NotFound, "not-found");
            var absent = (await own.Owner.Get($"/v1/imports/{Guid.CreateVersion7()}{suffix}"))
                .ExpectProblem(HttpStatusCode.NotFound, "not-found");
            Assert.Equal(absent.Text, foreign.Text);
        }

        (await own.Owner.Get(path + "/export")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Promise", "ENC-3")]
    public async Task After_an_import_nothing_of_a_person_can_be_read_in_the_table()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await clinic.Owner.Import(Bundles.BrettGottlieb);

        var text = new StringBuilder();
        foreach (var row in (await app.Raw.Of(clinic.Id, CloudParts.Records)).Values)
        {
            foreach (var (name, value) in row)
            {
                text.Append(name).Append(value.S).Append(value.N)
                    .Append(value.B is { } bytes ? Encoding.Latin1.GetString(bytes.ToArray()) : "");
            }
        }

        Assert.True(text.Length > 100_000, "The dump is empty.");
        foreach (var value in (string[])[
            "Gottlieb", "Brett", "999-11-8522", "X44855878X", "Hermiston", "555-446-7938", "1989-11-14",
                "024b1b9b-57bc-4fae-9839-fa0656246b41", "Normal pregnancy"])
        {
            Assert.DoesNotContain(value, text.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>The last parts of keys that are made of foreign ids.</summary>
    private static async Task<List<string>> Tokens(ClinicApp app, string tenant) =>
        [.. (await app.Raw.Places(tenant, CloudParts.Records))
            .Where(p => p.Contains("|FHIR#", StringComparison.Ordinal) || p.StartsWith("SRC#", StringComparison.Ordinal))
            .Select(p => p.Replace("|SRC", "", StringComparison.Ordinal).Split('#')[^1])];
}
