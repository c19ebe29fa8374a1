using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.ScenarioTests.Encryption;

/// <summary>A product of its own, whose clock is moved by months and years: keys age, epochs end.</summary>
public sealed class YearsApp : IAsyncLifetime
{
    public ClinicApp App { get; private set; } = null!;

    internal Keyring Keyring => App.ApiServices.GetRequiredService<Keyring>();

    public async Task InitializeAsync() => App = await ClinicApp.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();

    internal KeyMaker Maker => App.ApiServices.GetRequiredService<KeyMaker>();

    /// <summary>Time goes by, the minute's work is done, and the owner signs in again: sessions ended long ago.</summary>
    public async Task Pass(TimeSpan time, SignedUpClinic clinic)
    {
        App.Clock.Advance(time);
        await App.Tick();
        (await clinic.Owner.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
    }

    public static async Task<(string Path, JsonNode Form)> Register(SignedUpClinic clinic, string? given = null)
    {
        var form = Samples.Registration(given: given);
        var made = (await clinic.Owner.Post("/v1/patients", form)).Expect(HttpStatusCode.Created);
        return (made.Headers.Location!.ToString(), form["patient"]!);
    }

    public static async Task<IReadOnlyList<string>> Found(SignedUpClinic clinic, JsonNode phone)
    {
        var search = new JsonObject { ["phone"] = phone.DeepClone() };
        var answer = (await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK);
        return [.. answer.Json["patients"]!.AsArray().Select(p => "/v1/patients/" + p!["id"]!.GetValue<string>())];
    }

    internal async Task<Item?> Row(SignedUpClinic clinic, Key key) =>
        (await App.Raw.Of(clinic.Id, CloudParts.Records)).TryGetValue($"{key.Area}|{key.Sort}", out var row)
            ? new Item(key, row)
            : null;

    internal async Task<TenantState> State(SignedUpClinic clinic) =>
        TenantStateItem.Read((await Row(clinic, Keys.State))!);

    internal Task AwaitPhase(SignedUpClinic clinic, string round, string phase) => Until.Holds(
        async () => (await Row(clinic, Keys.Round(round)))?.Need("phase") == phase, $"{round} in phase {phase}");

    public Task<IReadOnlyList<string>> KeyRows(SignedUpClinic clinic, string prefix = "") =>
        App.Raw.Places(clinic.Id, CloudParts.Keys, prefix);

    /// <summary>A row of the Keys table, put there as another process would have.</summary>
    internal async Task PutKey(SignedUpClinic clinic, Item row)
    {
        using var admin = AdminClients.DynamoDb(App.Cloud.StandIns.DynamoDb);
        var place = new Dictionary<string, AttributeValue>
        {
            ["pk"] = new() { S = Keys.Partition(TenantId.Parse(clinic.Id), row.Key.Area) },
            ["sk"] = new() { S = row.Key.Sort },
        };
        await admin.PutItemAsync(CloudNames.Local.Table(CloudParts.Keys), row.Attributes.Concat(place).ToDictionary());
    }

    public static PatientId IdOf(string path) => new(Guid.Parse(path.Split('/')[^1]));
}

[CollectionDefinition(Name)]
public sealed class YearsGoBy : ICollectionFixture<YearsApp>
{
    public const string Name = "Years go by";
}
