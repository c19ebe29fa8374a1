using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clinic.Identity;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What the tests of incidents do again and again.</summary>
internal static class Incidents
{
    public const string Title = "Ransomware on laptops of Zephyrline";
    public const string Description = "Zephyrline's courier mislaid two laptops.\nAll keys were swapped that night.";

    public static JsonObject Request(ClinicApp app, string[] clinics) => new()
    {
        ["awareAt"] = Text(app.Clock.GetUtcNow() - TimeSpan.FromMinutes(10)),
        ["kind"] = "data-breach",
        ["title"] = Title,
        ["affectedClinics"] = new JsonArray([.. clinics.Select(c => (JsonNode)c)]),
        ["description"] = Description,
        ["drill"] = false,
        ["dataKinds"] = new JsonArray("clinical", "contact"),
    };

    public static async Task<string> Open(ClinicClient operators, ClinicApp app, string[] clinics,
        Action<JsonObject>? adjust = null)
    {
        var request = Request(app, clinics);
        adjust?.Invoke(request);
        return (await operators.Post("/platform/v1/incidents", request))
            .Expect(HttpStatusCode.Created).Json["id"]!.GetValue<string>();
    }

    public static async Task<JsonNode> Read(ClinicClient operators, string id) =>
        (await operators.Get($"/platform/v1/incidents/{id}")).Expect(HttpStatusCode.OK).Json;

    public static Task<JsonNode> Settled(ClinicClient operators, string id) => Until.Holds(
        async () =>
        {
            var seen = await Read(operators, id);
            return seen["clinics"]!.AsArray().All(c => c!["state"]!.GetValue<string>() != "pending") ? seen : null;
        },
        "incident of which every clinic is settled");

    public static JsonNode Clock(JsonNode seen, string name) => seen["clocks"]!.AsArray()
        .Single(c => c!["name"]!.GetValue<string>() == name)!;

    public static async Task<IReadOnlyList<ReceivedMail>> IncidentMails(ClinicApp app, string address) =>
        [.. (await app.Mail.To(address)).Where(m => m.Subject.StartsWith("Security incident", StringComparison.Ordinal))];

    /// <summary>Another owner whose address may sign in.</summary>
    public static async Task<string> AddSignedInOwner(ClinicApp app, string clinic)
    {
        var email = await AddOwner(app, clinic, "second");
        var tenant = TenantId.Parse(clinic);
        var roster = (await app.Raw.Places(clinic, Platform.Cloud.CloudParts.Records, "ROSTER|")).Order(StringComparer.Ordinal);
        var member = new MemberId(Guid.ParseExact(roster.Last()["ROSTER|".Length..], "N"));
        await app.ApiServices.GetRequiredService<LoginPointers>().Put(email, tenant, member, CancellationToken.None);
        return email;
    }

    public static async Task<string> AddOwner(ClinicApp app, string clinic, string name)
    {
        var email = $"{name}.{Samples.Next()}@asha-polyclinic.example";
        var member = new Member(
            Id.New<MemberId>(app.Clock.GetUtcNow()), Role.Owner, LocationScope.All, Member.Active,
                new MemberProfile(name, email, Passwords.Hash(Samples.Password)));
        var store = app.ApiServices.GetRequiredService<TenantStores>()
            .For(Caller.System(TenantId.Parse(clinic), "test", "second owner"));
        var done = await store.Commit(
            Change.By(store.Caller, AuditAction.OperatorAdded).Insert(MemberItem.Write(member))
                .Insert(MemberItem.Roster(member)), CancellationToken.None);
        Assert.True(done.Holds(out _));
        return email;
    }

    public static bool Mentions(GateCall call, string text) =>
        call.Service == "ses" && Body(call).Contains(text, StringComparison.Ordinal);

    public static string Body(GateCall call) => System.Text.Encoding.UTF8.GetString(call.Body.Span);

    public static string Text(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);
}
