using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class RegisteringAPatient
{
    [Fact]
    [Trait("Promise", "CLN-1")]
    public async Task A_patient_is_registered_found_by_phone_and_name_read_and_amended()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration(given: "Lakshmi", family: "Venkataraman");
        var registered = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
        var path = registered.Headers.Location!.ToString();

        foreach (var query in (JsonObject[])[
            new() { ["phone"] = registration["patient"]!["phone"]!.DeepClone() },
            new() { ["email"] = registration["patient"]!["email"]!.DeepClone() },
            new() { ["name"] = "laks" },
            new() { ["name"] = "VENKATARA laksh" }])
        {
            var found = (await clinic.Owner.Post("/v1/patients/search", query)).Expect(HttpStatusCode.OK);
            Assert.Equal(registered.Json["id"]!.GetValue<string>(), Assert.Single(
                found.Json["patients"]!.AsArray())!["id"]!.GetValue<string>());
        }

        var read = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        Assert.Equal("Lakshmi", read.Json["record"]!["name"]!["given"]!.GetValue<string>());
        Assert.Equal("\"1\"", read.ETag);

        var form = registration["patient"]!.DeepClone().AsObject();
        form["name"]!["given"] = "Laxmi";
        (await clinic.Owner.Put(path, form, ifMatch: null)).ExpectProblem((HttpStatusCode)428, "if-match-required");
        (await clinic.Owner.Put(path, form, "\"7\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        (await clinic.Owner.Put(path, form, read.ETag)).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Put(path, form, read.ETag)).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");

        var versions = (await clinic.Owner.Get(path + "/versions")).Expect(HttpStatusCode.OK);
        Assert.Equal("Lakshmi",
            Assert.Single(versions.Json["versions"]!.AsArray())!["record"]!["name"]!["given"]!.GetValue<string>());
        var gone = (await clinic.Owner.Post("/v1/patients/search", new JsonObject { ["name"] = "laks" }))
            .Expect(HttpStatusCode.OK);
        Assert.Empty(gone.Json["patients"]!.AsArray());
    }

    [Fact]
    [Trait("Promise", "CON-2")]
    public async Task Without_both_consents_nothing_is_registered_and_the_answer_says_which_is_missing()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        registration["consents"]!.AsArray().RemoveAt(1);
        var refused = (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "consent-missing");
        Assert.Contains("health-data", refused.Json["errors"]![0]!["rule"]!.GetValue<string>(), StringComparison.Ordinal);

        var search = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        Assert.Empty((await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK)
            .Json["patients"]!.AsArray());
    }

    [Fact]
    public async Task A_likely_duplicate_is_shown_before_a_second_registration()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration(given: "Harpreet");
        var first = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);

        var shown = (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.Conflict, "likely-duplicate");
        var duplicate = Assert.Single(shown.Json["duplicates"]!.AsArray())!;
        Assert.Equal(first.Json["id"]!.GetValue<string>(), duplicate["id"]!.GetValue<string>());

        registration["acknowledgedDuplicates"] = new JsonArray(duplicate["id"]!.DeepClone());
        (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_same_idempotency_key_registers_once_and_another_body_is_refused()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var registration = Samples.Registration();
        var first = (await clinic.Owner.Post("/v1/patients", registration, "registration-1")).Expect(HttpStatusCode.Created);
        var again = (await clinic.Owner.Post("/v1/patients", registration, "registration-1")).Expect(HttpStatusCode.Created);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.ETag, again.ETag);
        Assert.True(again.Headers.CacheControl!.NoStore);
        Assert.NotEqual(first.Headers.GetValues("X-Request-Id").Single(), again.Headers.GetValues("X-Request-Id").Single());

        registration["patient"]!["gender"] = "other";
        (await clinic.Owner.Post("/v1/patients", registration, "registration-1"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency-other-body");
    }
}
