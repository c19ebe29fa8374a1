using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class ReadingTheTrail
{
    [Fact]
    [Trait("Promise", "AUD-1")]
    [Trait("Promise", "AUD-3")]
    public async Task Every_act_on_a_patient_is_in_the_clinics_trail_with_person_time_and_what_was_shown()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration(given: "Farida");
        var registered = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
        var (path, id) = (registered.Headers.Location!.ToString(), registered.Json["id"]!.GetValue<string>());
        await clinic.Owner.Post("/v1/patients/search", new JsonObject { ["name"] = "fari" });
        var read = await clinic.Owner.Get(path);
        var form = registration["patient"]!.DeepClone().AsObject();
        form["name"]!["given"] = "Fareeda";
        (await clinic.Owner.Put(path, form, read.ETag)).Expect(HttpStatusCode.OK);

        var trail = (await clinic.Owner.Get($"/v1/audit?patient={id}")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
        string[] expected = ["PatientAmended", "PatientRead", "PatientRead", "PatientSearched", "PatientRegistered"];
        Assert.Equal(expected, trail.Select(e => e!["action"]!.GetValue<string>()).Where(a => a != "AuditRead"));
        var amended = trail.Single(e => e!["action"]!.GetValue<string>() == "PatientAmended")!;
        Assert.Equal("Farida", amended["changes"]!["name"]!["before"]!["given"]!.GetValue<string>());
        Assert.Equal("Fareeda", amended["changes"]!["name"]!["after"]!["given"]!.GetValue<string>());
        var searched = trail.Single(e => e!["action"]!.GetValue<string>() == "PatientSearched")!;
        Assert.Equal("name fari", searched["term"]!.GetValue<string>());
        Assert.Equal(id, Assert.Single(searched["hits"]!.AsArray())!.GetValue<string>());
        Assert.All(trail, e => Assert.Equal("Owner", e!["role"]!.GetValue<string>()));
    }

    [Fact]
    [Trait("Promise", "AUD-6")]
    public async Task The_trail_is_read_in_parts_without_gap_or_repeat()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var path = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        for (var i = 0; i < 12; i++)
        {
            (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        }

        var places = new List<string>();
        string? cursor = null;
        do
        {
            var part = (await clinic.Owner.Get(
                $"/v1/audit?action=PatientRead&size=5{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(HttpStatusCode.OK);
            places.AddRange(part.Json["entries"]!.AsArray().Select(e => e!["chain"]!.GetValue<string>() + e["sequence"]));
            cursor = part.Json["next"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(12, places.Count);
        Assert.Equal(12, places.Distinct().Count());
    }

    [Fact]
    public async Task A_cursor_of_another_clinic_or_query_is_refused()
    {
        var app = await ClinicApp.Get();
        var (one, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        await one.Owner.Get("/v1/clinics/current");
        await one.Owner.Get("/v1/clinics/current");
        var cursor = (await one.Owner.Get("/v1/audit?action=ClinicRead&size=1")).Expect(HttpStatusCode.OK)
            .Json["next"]!.GetValue<string>();

        (await other.Owner.Get($"/v1/audit?action=ClinicRead&size=1&cursor={cursor}"))
            .ExpectProblem(HttpStatusCode.BadRequest, "cursor");
        (await one.Owner.Get($"/v1/audit?action=PatientRead&size=1&cursor={cursor}"))
            .ExpectProblem(HttpStatusCode.BadRequest, "cursor");
        (await one.Owner.Get("/v1/audit?cursor=nonsense")).ExpectProblem(HttpStatusCode.BadRequest, "cursor");
    }
}
