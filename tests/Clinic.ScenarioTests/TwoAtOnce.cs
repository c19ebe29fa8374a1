using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class TwoAtOnce
{
    private const int Racers = 8;

    [Fact]
    [Trait("Promise", "DSR-2")]
    public async Task Of_many_amendments_of_one_version_one_wins_and_no_version_is_lost()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        var path = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i =>
        {
            var form = registration["patient"]!.DeepClone();
            form["name"]!["given"] = $"Amended{Samples.Letters(i)}";
            return clinic.Owner.Put(path, form, "\"1\"");
        }));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Contains(a.Status, LosersAnswers));
        Assert.Equal("\"2\"", (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).ETag);
        Assert.Single((await clinic.Owner.Get(path + "/versions")).Expect(HttpStatusCode.OK).Json["versions"]!.AsArray());
    }

    [Fact]
    public async Task Of_many_registrations_with_one_idempotency_key_one_is_made()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, Racers).Select(_ => clinic.Owner.Post("/v1/patients", registration, "the-same-key")));

        Assert.All(answers, a => Assert.Contains(a.Status, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Conflict]));
        var ids = answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Json["id"]!.GetValue<string>()).Distinct();
        var id = Assert.Single(ids);
        var search = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        var found = (await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK)
            .Json["patients"]!.AsArray();
        Assert.Equal(id, Assert.Single(found)!["id"]!.GetValue<string>());
        var again = (await clinic.Owner.Post("/v1/patients", registration, "the-same-key")).Expect(HttpStatusCode.Created);
        Assert.Equal(id, again.Json["id"]!.GetValue<string>());
    }

    private static readonly HttpStatusCode[] LosersAnswers = [HttpStatusCode.PreconditionFailed, HttpStatusCode.Conflict];
}
