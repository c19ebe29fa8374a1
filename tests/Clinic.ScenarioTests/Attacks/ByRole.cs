using System.Text.Json.Nodes;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>Searches for the victim's patients, and routes that belong to somebody else.</summary>
internal static class ByRole
{
    public static IEnumerable<Attack> All =>
    [
        Search("search-phone", "search by the phone of another clinic's patient", "P", s => ("phone", s.Victim.Phone)),
        Search("search-mail", "search by the mail of another clinic's patient", "E", s => ("email", s.Victim.Email)),
        Search("search-name", "search by the name of another clinic's patient", "N", s => ("name", s.Victim.Given)),
        new("search-wildcard", "a search by wildcards", Known.WildcardSearch,
            Http(422, s => s.Attacker.Owner.Post("/v1/patients/search", new JsonObject { ["name"] = "***" })),
            Denied(async s => await (await s.On.Session()).Dynamo.ScanAsync(
                new Amazon.DynamoDBv2.Model.ScanRequest(CloudNames.Local.Table(CloudParts.Records)))),
            Wall.None("a name is looked up by its keyed token: a wildcard has one that stands nowhere")),
        Role("owner-reads-platform", "an owner lists the platform's incidents",
            s => s.Attacker.Owner.Get("/platform/v1/incidents"), (_, wrong) => wrong.Query(Keys.IncidentEntries)),
        Role("owner-opens-incident", "an owner opens an incident for another clinic",
            s => s.Attacker.Owner.Post("/platform/v1/incidents", Incidents.Request(s.App, [s.Victim.Tenant.Value])),
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident))),
        Role("owner-orders-notices", "an owner has the victim's patients told, by the platform's route",
            s => s.Attacker.Owner.Post(PeopleToTell.Path(s.Incident.ToString(), s.Victim.Tenant.Value), PeopleToTell.Order()),
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident))),
        Role("operator-reads-patient", "an operator reads a clinic's patient", s => s.Operator.Get(s.Victim.Path),
            (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
        Role("operator-exports", "an operator exports a clinic's record",
            s => s.Operator.Get($"/v1/patients/{s.Victim.Imported}/export"),
            (s, wrong) => wrong.Query(Keys.Patient(s.Victim.Imported).Area, Keys.FhirPrefix)),
        Role("operator-reads-trail", "an operator reads a clinic's trail",
            s => s.Operator.Get($"/v1/audit?patient={s.Victim.Patient}"),
            (s, wrong) => Trail.Taken(s, wrong)),
        Read("nobody-reads", "a patient without a session", Known.Authentication,
            Http(401, async s =>
            {
                using var nobody = s.App.Client();
                return await nobody.Get(s.Victim.Path);
            }),
            (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
    ];

    /// <summary>The session of an operator or of another clinic is tagged with another tenant than the victim alike.</summary>
    private static Attack Role(
        string id, string what, Func<Scene, Task<Answered>> ask, Func<Scene, WrongCode, Task<Loot>> take) =>
        Read(id, what, Known.FunctionLevel, Http(403, ask), take);

    /// <summary>
    /// Index rows hold no body. What they are keyed by is the third wall: under the attacker's key the same words have other
    /// tokens, so the victim's partitions cannot even be named.
    /// </summary>
    private static Attack Search(string id, string what, string kind, Func<Scene, (string Field, string Value)> words) => new(
        id, what, Known.ObjectLevel,
        Nothing("patients", s =>
        {
            var (field, value) = words(s);
            return s.Attacker.Owner.Post("/v1/patients/search", new JsonObject { [field] = value });
        }),
        Denied(async s => await s.On.Query(await ById.SearchArea(s, kind))),
        new Wall("tokens in common: none", async s =>
        {
            var theirs = (await s.App.Raw.Places(s.Victim.Tenant.Value, CloudParts.Records, $"IDX#1#{kind}#"))
                .Select(place => place.Split('|')[0].Split('#')[^1]).ToHashSet();
            var own = await Tokens(s, s.Attacker, kind, words(s).Value);
            var right = await Tokens(s, s.Victim, kind, words(s).Value);
            var outcome = !right.All(theirs.Contains) ? "the victim's own tokens are not there"
                : own.All(theirs.Contains) ? "tokens in common: all" : "tokens in common: none";
            return new Evidence(outcome, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', theirs)));
        }));

    /// <summary>
    /// What a clinic's index key makes of the words. A name's tokens have 16 bits, in which strangers meet one by one and not
    /// in all of them.
    /// </summary>
    private static async Task<IReadOnlyList<string>> Tokens(Scene scene, Party party, string kind, string value)
    {
        var store = scene.App.ApiServices.GetRequiredService<TenantStores>().For(Caller.System(party.Tenant, "attack", "attack"));
        IReadOnlyList<IndexValue> values = kind == "N"
            ? [.. Enumerable.Range(3, 3).Select(length =>
                new IndexValue(kind, ContactText.NameWords(value)[0][..length], BlindIndex.CoarseBytes))]
            : [new IndexValue(kind, value, BlindIndex.ExactBytes)];
        return [.. (await PatientIndex.Tokens(store, values, CancellationToken.None)).Select(token => token.Value)];
    }
}
