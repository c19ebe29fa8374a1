using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using static Clinic.ScenarioTests.Attacks.Tries;
using Condition = Clinic.Platform.Store.Condition;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>What opens or closes a clinic: grants of the lockbox, freezes, members, invitations, locations.</summary>
internal static class ByGrant
{
    private const string NoBytes = "a write takes no bytes; against it stand the policies and the condition that it carries";
    private const string WholeCall = "the call is refused whole; what lies in such rows is tried by the attacks on TenantData";
    private static readonly string Records = CloudNames.Local.Table(CloudParts.Records);

    public static IEnumerable<Attack> All =>
    [
        new("read-request", "what the platform asked of another clinic", Known.ObjectLevel,
            AsAbsent(s => $"/v1/access-requests/{s.Asked}"), Denied(s => s.On.Get(Keys.Access(s.Asked))),
            Wall.None("the row holds codes, ids and instants, and nothing that is sealed")),
        Writes("approve-request", "an approval of what was asked of another clinic",
            AsAbsent(s => $"/v1/access-requests/{s.Asked}/approval", (client, path) => WithVersion(client, path, [])),
            s => Keys.Access(s.Asked)),
        Lent("grant-elsewhere", "one clinic's grant, used for another clinic's patient", 403,
            s => s.Operator.Read(s.Granted.ToString(), s.Victim.Patient.ToString())),
        Lent("grant-unanswered", "a request that no owner answered, used as a grant", 403,
            s => s.Operator.Read(s.Asked.ToString(), s.Victim.Patient.ToString())),
        Lent("grant-made-up", "a grant that nobody asked for", 404,
            s => s.Operator.Read(Guid.CreateVersion7().ToString(), s.Victim.Patient.ToString())),
        Lent("grant-by-owner", "a grant in the hands of an owner", 403,
            s => s.Attacker.Owner.Read(s.Granted.ToString(), s.Victim.Patient.ToString())),
        Support("support-lists", "the whole record of a patient, listed by the role of the lockbox", (d, s) =>
            d.QueryAsync(new QueryRequest
            {
                TableName = Records,
                KeyConditionExpression = "pk = :p",
                ExpressionAttributeValues = new()
                {
                    [":p"] = new(Keys.Partition(s.Attacker.Tenant, Keys.Patient(s.Attacker.Patient).Area)),
                },
            })),
        Support("support-writes", "a row written by the role of the lockbox",
            (d, s) => d.PutItemAsync(Records, Row(s.Attacker.Tenant, new Key("CORPUS", "1")))),
        Support("support-reads-members", "a member read by the role of the lockbox",
            (d, s) => d.GetItemAsync(Records, Row(s.Attacker.Tenant, Keys.Member(s.Attacker.Member)))),
        Call("support-unwraps-contacts", "the key of members, unwrapped by the role of the lockbox", Known.WideRole,
            async (s, wrong) =>
            {
                var keys = await s.App.Raw.Of(s.Attacker.Tenant.Value, CloudParts.Keys);
                await (await wrong.Session(RoleNames.TenantSupport)).Kms.DecryptAsync(Thief.Unwrap(
                    keys["KEY|contacts#001"]["k"].B.ToArray(), s.Attacker.Tenant, TenantPurpose.Contacts.Name()));
            },
            WholeCall),
        Writes("freeze-by-owner", "an owner freezes another clinic",
            Http(403, s => s.Attacker.Owner.Freeze(s.Victim.Tenant.Value)), _ => Keys.State),
        Writes("release-by-owner", "an owner releases another clinic",
            Http(403, s => s.Attacker.Owner.Release(s.Victim.Tenant.Value)), _ => Keys.State),
        Writes("change-member", "another clinic's member given a role",
            AsAbsent(s => $"/v1/staff/{s.Victim.Member}", (client, path) =>
                client.Put(path, Samples.Access("receptionist", null), "\"1\"")),
            s => Keys.Member(s.Victim.Member)),
        Writes("remove-member", "another clinic's member removed",
            AsAbsent(s => $"/v1/staff/{s.Victim.Member}", (client, path) => client.Delete(path)),
            s => Keys.Roster(s.Victim.Member)),
        Writes("take-invitation-back", "another clinic's invitation taken back",
            AsAbsent(s => $"/v1/staff/{s.Invited}", (client, path) => client.Delete(path)),
            s => Keys.Invitation(s.Invited)),
        Read("invitation-spliced", "the token of another clinic's invitation under the own id", Known.SplitToken,
            Http(404, s => s.App.Accept($"{s.Attacker.Tenant}{s.Invitation[TenantId.Length..]}")),
            (s, wrong) => wrong.Get(Keys.Invitation(s.Invited))),
        Read("change-location", "another clinic's location renamed", Known.ObjectLevel,
            AsAbsent(s => $"/v1/locations/{s.Victim.Location}", (client, path) =>
            {
                var form = Samples.Location("Elsewhere");
                form["open"] = true;
                return client.Put(path, form, "\"1\"");
            }),
            (s, wrong) => wrong.Get(Keys.Location(s.Victim.Location))),
        Read("patient-at-their-location", "a patient placed at another clinic's location", Known.Reference,
            Http(422, s =>
            {
                var registration = Samples.Registration();
                registration["patient"]!["location"] = s.Victim.Location.ToString();
                return s.Attacker.Owner.Post("/v1/patients", registration);
            }),
            (s, wrong) => wrong.Query(Keys.LocationArea)),
    ];

    /// <summary>A read through the lockbox. Behind it stands a role that is tagged with one clinic like all others.</summary>
    private static Attack Lent(string id, string what, int status, Func<Scene, Task<Answered>> ask) => new(
        id, what, Known.FunctionLevel, Http(status, ask),
        Denied(async s => await (await s.On.Session(RoleNames.TenantSupport)).Dynamo.GetItemAsync(
            Records, Row(s.Victim.Tenant, Keys.Patient(s.Victim.Patient)))),
        Sealed(s => s.Off.Get(Keys.Patient(s.Victim.Patient))));

    /// <summary>More than single rows of patients: refused at the clinic that granted, too.</summary>
    private static Attack Support(string id, string what, Func<IAmazonDynamoDB, Scene, Task> act) => Call(
        id, what, Known.WideRole,
        async (s, wrong) => await act((await wrong.Session(RoleNames.TenantSupport)).Dynamo, s), WholeCall);

    private static Attack Writes(string id, string what, Wall code, Func<Scene, Key> place) => new(
        id, what, Known.ObjectLevel, code,
        Denied(s => s.On.Store.Commit(
            Change.By(s.On.Store.Caller, AuditAction.StaffChanged)
                .Patch(new Item(place(s)).Set("st", "x"), [], Condition.Exists, Problems.Conflict),
            CancellationToken.None)),
        Wall.None(NoBytes));

    private static Dictionary<string, AttributeValue> Row(TenantId tenant, Key place) =>
        new() { ["pk"] = new(Keys.Partition(tenant, place.Area)), ["sk"] = new(place.Sort) };

    private static Task<Answered> WithVersion(ClinicClient client, string path, JsonObject body) => client.Send(
        HttpMethod.Post, path, body, r => r.Headers.TryAddWithoutValidation("If-Match", "\"1\""));
}
