using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>One clinic, several locations, and staff who see the patients of theirs.</summary>
[Trait("Promise", "ISO-5")]
public sealed class WorkingAtLocations
{
    [Fact]
    public async Task A_receptionist_of_two_locations_registers_and_finds_there_and_sees_nothing_of_the_third()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud", "Hadapsar");
        var desk = await app.Join(clinic, "receptionist", [at[0], at[1]]);
        Assert.Equal(3, (await desk.Client.Get("/v1/locations")).Expect(HttpStatusCode.OK).Json["locations"]!.AsArray().Count);

        var own = At(at[0]);
        var path = await Register(desk.Client, own);
        Assert.Equal(at[0], await LocationOf(desk.Client, path));
        foreach (var location in (string?[])[at[2], null, Guid.CreateVersion7().ToString()])
        {
            var refused = (await desk.Client.Post("/v1/patients", At(location)))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
            Assert.Equal("patient.location", Assert.Single(refused.Json["errors"]!.AsArray())!["field"]!.GetValue<string>());
        }

        var theirs = At(at[2]);
        var (there, anywhere) = (await Register(clinic.Owner, theirs), await Register(clinic.Owner, At(null)));
        await IsAbsent(desk.Client, there);
        (await desk.Client.Get(anywhere)).Expect(HttpStatusCode.OK);
        Assert.Single(await Find(desk.Client, own));
        Assert.Empty(await Find(desk.Client, theirs));
        Assert.Single(await Find(clinic.Owner, theirs));

        var trail = await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientRead));
        Assert.Contains(trail, l => l is { Outcome: nameof(AuditOutcome.NothingReleased), Note: "other-location" });
        Assert.Contains(await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientSearched)), l => l.Note == "own-locations");
    }

    [Fact]
    [Trait("Promise", "IDN-7")]
    public async Task A_change_of_locations_or_role_holds_on_the_very_next_request()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var desk = await app.Join(clinic, "receptionist", [at[0]]);
        var (first, second) = (await Register(clinic.Owner, At(at[0])), await Register(clinic.Owner, At(at[1])));
        (await desk.Client.Get(first)).Expect(HttpStatusCode.OK);
        await IsAbsent(desk.Client, second);

        (await clinic.Owner.Put(desk.Path, Samples.Access("receptionist", [at[1]]), "\"1\"")).Expect(HttpStatusCode.OK);
        (await desk.Client.Get(second)).Expect(HttpStatusCode.OK);
        await IsAbsent(desk.Client, first);
        (await desk.Client.Get(second + "/export")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");

        (await clinic.Owner.Put(desk.Path, Samples.Access("doctor", null), "\"1\""))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        (await clinic.Owner.Put(desk.Path, Samples.Access("doctor", null), "\"2\"")).Expect(HttpStatusCode.OK);
        (await desk.Client.Get(first + "/export")).Expect(HttpStatusCode.OK);
        var session = (await desk.Client.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("doctor", null), (session["role"]!.GetValue<string>(), session["locations"]));
        Assert.Collection(
            await app.Raw.Trail(clinic.Id, nameof(AuditAction.StaffChanged)),
            l => Assert.Equal($"receptionist at {Hex(at[0])} -> receptionist at {Hex(at[1])}", l.Note),
            l => Assert.Equal($"receptionist at {Hex(at[1])} -> doctor at all", l.Note));
    }

    [Fact]
    public async Task An_amendment_moves_a_patient_and_without_a_word_leaves_her_where_she_is()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud", "Hadapsar");
        var desk = await app.Join(clinic, "receptionist", [at[0], at[1]]);
        var registration = At(at[0]);
        var (path, form) = (await Register(desk.Client, registration), registration["patient"]!);

        form["location"] = at[2];
        (await desk.Client.Put(path, form, "\"1\"")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        form["location"] = at[1];
        (await desk.Client.Put(path, form, "\"1\"")).Expect(HttpStatusCode.OK);
        form.AsObject().Remove("location");
        (await desk.Client.Put(path, form, "\"2\"")).Expect(HttpStatusCode.OK);
        Assert.Equal(at[1], await LocationOf(desk.Client, path));

        form["location"] = at[2];
        (await clinic.Owner.Put(path, form, "\"3\"")).Expect(HttpStatusCode.OK);
        await IsAbsent(desk.Client, path);
        (await desk.Client.Put(path, form, "\"4\"")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        await IsAbsent(desk.Client, path + "/versions");
    }

    [Fact]
    public async Task A_closed_location_keeps_its_patients_and_takes_nobody_new()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var desk = await app.Join(clinic, "receptionist", [at[1]]);
        var path = await Register(desk.Client, At(null));
        Assert.Equal(at[1], await LocationOf(desk.Client, path));

        await Change(clinic, at[1], "\"1\"", open: false, HttpStatusCode.OK);
        (await desk.Client.Get(path)).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post("/v1/patients", At(at[1])))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await clinic.Owner.Post("/v1/staff/invitations",
            Samples.Invitation(StaffOfAClinic.Address(), "doctor", [at[1]])))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await Change(clinic, at[0], "\"1\"", open: false, HttpStatusCode.Conflict))
            .ExpectProblem(HttpStatusCode.Conflict, "last-location");

        // With one location open there is nothing to choose.
        Assert.Equal(at[0], await LocationOf(clinic.Owner, await Register(clinic.Owner, At(null))));
        await Change(clinic, at[1], "\"1\"", open: true, HttpStatusCode.PreconditionFailed);
        await Change(clinic, at[1], "\"2\"", open: true, HttpStatusCode.OK);
        await Register(desk.Client, At(at[1]));
    }

    [Fact]
    public async Task Somebody_very_like_at_another_location_is_to_a_bound_member_as_nobody()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var desk = await app.Join(clinic, "receptionist", [at[0]]);
        var registration = At(at[1]);
        await Register(clinic.Owner, registration);

        registration["patient"]!["location"] = at[0];
        await Register(desk.Client, registration);
        var again = (await desk.Client.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.Conflict, "likely-duplicate");
        Assert.Single(again.Json["duplicates"]!.AsArray());
        var owners = (await clinic.Owner.Post("/v1/patients", registration))
            .ExpectProblem(HttpStatusCode.Conflict, "likely-duplicate");
        Assert.Equal(2, owners.Json["duplicates"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_clinic_adds_locations_up_to_its_limit_and_two_at_once_count()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup([.. Enumerable.Range(1, 49).Select(n => $"Branch number {n}")]);
        Assert.Equal(49, at.Count);
        var added = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(n => clinic.Owner.Post("/v1/locations", Samples.Location($"Annex number {n}"))));
        Assert.Single(added, a => a.Status == HttpStatusCode.Created);
        Assert.All(added.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Equal(HttpStatusCode.Conflict, a.Status));
        (await clinic.Owner.Post("/v1/locations", Samples.Location("One too many")))
            .ExpectProblem(HttpStatusCode.Conflict, "too-many-locations");
        Assert.Equal(50, (await clinic.LocationIds()).Count);
    }

    [Fact]
    public async Task A_location_of_another_clinic_is_none()
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var foreign = Assert.Single(await other.LocationIds());
        var desk = await app.Join(clinic, "receptionist");

        (await desk.Client.Post("/v1/patients", At(foreign)))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await clinic.Owner.Post("/v1/staff/invitations",
            Samples.Invitation(StaffOfAClinic.Address(), "receptionist", [foreign])))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        var refused = (await clinic.Owner.Put(desk.Path, Samples.Access("receptionist", [foreign]), "\"1\""))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        Assert.Equal("locations[0]", Assert.Single(refused.Json["errors"]!.AsArray())!["field"]!.GetValue<string>());
    }

    private static JsonObject At(string? location)
    {
        var registration = Samples.Registration();
        if (location is not null)
        {
            registration["patient"]!["location"] = location;
        }

        return registration;
    }

    private static async Task<string> Register(ClinicClient client, JsonObject registration) =>
        (await client.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created).Headers.Location!.ToString();

    private static async Task<string?> LocationOf(ClinicClient client, string path) =>
        (await client.Get(path)).Expect(HttpStatusCode.OK).Json["record"]!["location"]?.GetValue<string>();

    private static async Task<JsonArray> Find(ClinicClient client, JsonObject registration)
    {
        var query = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        return (await client.Post("/v1/patients/search", query)).Expect(HttpStatusCode.OK).Json["patients"]!.AsArray();
    }

    private static async Task<Answered> Change(
        SignedUpClinic clinic, string location, string version, bool open, HttpStatusCode status)
    {
        var form = Samples.Location("Ranipet branch");
        form["open"] = open;
        return (await clinic.Owner.Put($"/v1/locations/{location}", form, version)).Expect(status);
    }

    /// <summary>Answered in the very words in which one who does not exist is.</summary>
    private static async Task IsAbsent(ClinicClient client, string path)
    {
        var id = path.Split('/')[3];
        var withheld = (await client.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        var absent = await client.Get(path.Replace(id, Guid.CreateVersion7().ToString(), StringComparison.Ordinal));
        Assert.Equal(absent.Text, withheld.Text);
    }

    private static string Hex(string id) => Guid.Parse(id).ToString("N");
}
