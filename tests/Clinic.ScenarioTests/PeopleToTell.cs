using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What the tests of telling patients do again and again.</summary>
internal static class PeopleToTell
{
    public const string Consequences = "Somebody may call you and know your treatment.";
    public const string Measures = "The key was revoked within the hour.";
    public const string Advice = "Trust no caller who asks you for money.";
    public const string Contact = "Dr Asha Rao, +91 20 5550 1234";
    public const string Subject = "about the safety of your data";

    public static string Own(string incident) => $"/v1/incidents/{incident}/people-notices";

    public static JsonObject Order() => new()
    {
        ["audience"] = "all-patients",
        ["words"] = new JsonObject
        {
            ["consequences"] = Consequences, ["measures"] = Measures, ["advice"] = Advice, ["contact"] = Contact,
        },
    };

    public static string Path(string incident, string clinic) =>
        $"/platform/v1/incidents/{incident}/clinics/{clinic}/people-notices";

    /// <returns>Path and mail address, which is null for whoever has none.</returns>
    public static async Task<(PatientId Id, string? Address)> Register(SignedUpClinic clinic, bool hasMail = true)
    {
        var form = Samples.Registration();
        if (!hasMail)
        {
            form["patient"]!.AsObject().Remove("email");
        }

        var made = (await clinic.Owner.Post("/v1/patients", form)).Expect(HttpStatusCode.Created);
        return (Id.Parse<PatientId>(made.Json["id"]!.GetValue<string>()), form["patient"]!["email"]?.GetValue<string>());
    }

    public static async Task<IReadOnlyList<(PatientId Id, string Address)>> Register(SignedUpClinic clinic, int count)
    {
        var made = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Register(clinic)));
        return [.. made.Select(m => (m.Id, m.Address!))];
    }

    /// <summary>An incident that was noticed just now, and is at the clinic.</summary>
    public static async Task<string> OpenNow(
        ClinicClient operators, ClinicApp app, string clinic, Action<JsonObject>? adjust = null)
    {
        var id = await Incidents.Open(operators, app, [clinic], r =>
        {
            r["awareAt"] = Incidents.Text(app.Clock.GetUtcNow());
            adjust?.Invoke(r);
        });
        await Incidents.Settled(operators, id);
        return id;
    }

    /// <summary>The progress, when nobody is left to tell.</summary>
    public static Task<JsonNode> Finished(ClinicClient client, string path) => Until.Holds(
        async () => (await client.Get(path)).Expect(HttpStatusCode.OK).Json is { } seen && seen["finishedAt"] is not null
            ? seen : null,
        "people who are all told");

    public static async Task<int> Mails(ClinicApp app, string address) =>
        (await app.Mail.To(address)).Count(m => m.Subject.Contains(Subject, StringComparison.Ordinal));

    public static string Numbers(JsonNode seen) => string.Join(
        ' ', ((string[])["total", "told", "withoutAddress", "pending", "laterOnes"]).Select(n =>
            string.Create(CultureInfo.InvariantCulture, $"{n}={seen[n]!.GetValue<long>()}")));

    public static TenantStore Store(ClinicApp app, string clinic) => app.ApiServices.GetRequiredService<TenantStores>()
        .For(Caller.System(TenantId.Parse(clinic), "test", "people"));

    /// <summary>Her head says so; what leads there is no part of this.</summary>
    public static async Task Set(ClinicApp app, string clinic, PatientId patient, string state)
    {
        var store = Store(app, clinic);
        var done = await store.Commit(
            Change.By(store.Caller, AuditAction.PatientAmended, patient).Patch(
                new Item(Keys.Patient(patient)).Set(PatientItem.State, state), [], Condition.Exists,
                Platform.Http.Problems.NotFound),
            CancellationToken.None);
        Assert.True(done.Holds(out _));
    }

    public static async Task Erase(ClinicApp app, string clinic, PatientId patient)
    {
        var store = Store(app, clinic);
        var done = await store.Commit(
            Change.By(store.Caller, AuditAction.MessageRedriven).Publish(Topics.PatientErasure, Keys.Hex(patient.Value)),
            CancellationToken.None);
        Assert.True(done.Holds(out _));
        await Until.Holds(
            async () => (await app.Raw.Trail(clinic, nameof(AuditAction.PatientKeysDestroyed))).Count > 0
                && !await app.Raw.HasOpenMessages(clinic), "erasure");
    }
}
