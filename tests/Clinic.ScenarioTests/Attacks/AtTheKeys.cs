using Amazon.Runtime;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using static Clinic.ScenarioTests.Attacks.Tries;
using Tag = Amazon.SecurityToken.Model.Tag;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>STS, KMS and S3 on the attacker's own session.</summary>
internal static class AtTheKeys
{
    private const string Invalid = "InvalidCiphertextException";
    private const string NoData = "a session is no data: what it may read is what the policies of its tag say";

    public static IEnumerable<Attack> All =>
    [
        Becomes("sts-another-tenant", "a session of the own clinic that assumes one of the victim", RoleNames.TenantData,
            s => [new("tenant", s.Victim.Tenant.Value)], ofSession: true),
        Becomes("sts-two-tags", "a session with a second tag", RoleNames.TenantData,
            s => [new("tenant", s.Attacker.Tenant.Value), new("clinic", s.Victim.Tenant.Value)]),
        Becomes("sts-no-tag", "a session of a tenant role without a tag", RoleNames.TenantData, _ => []),
        Becomes("sts-wildcard-tag", "a session whose tag is a wildcard", RoleNames.TenantData, _ => [new("tenant", "*")]),
        Becomes("sts-short-tag", "a session whose tag is the beginning of an id", RoleNames.TenantData,
            s => [new("tenant", s.Victim.Tenant.Value[..7])]),
        Becomes("sts-other-name", "a session whose tag has the name in capitals beside it", RoleNames.TenantData,
            s => [new("tenant", s.Attacker.Tenant.Value), new("TENANTS", s.Victim.Tenant.Value)]),
        Becomes("sts-shred", "the Api as the role that destroys keys", RoleNames.TenantShred,
            s => [new("tenant", s.Victim.Tenant.Value)]),
        Becomes("sts-clock", "the Api as the role that sees all clinics' clocks", RoleNames.ClockRole, _ => []),
        new("kms-own-context", "the victim's wrapped key under the own context", Known.NotebookKeys,
            Wall.None("keys are wrapped and opened for the clinic of the session alone"),
            Wall.None("the context is one's own, so the policies let it pass: the ciphertext is what refuses"),
            WithKey(Invalid, (s, key) => Unwrap(s, s.On, key, s.Attacker.Tenant))),
        new("kms-victims-context", "the victim's wrapped key under the victim's context", Known.NotebookKeys,
            Wall.None("keys are wrapped and opened for the clinic of the session alone"),
            WithKey(AccessDenied, (s, key) => Unwrap(s, s.On, key, s.Victim.Tenant)),
            Wall.None("KMS opens for its context whoever may name it: without policies it is no wall, hence the tenant in both")),
        new("kms-no-context", "the victim's wrapped key without a context", Known.NotebookKeys,
            Wall.None("keys are wrapped and opened for the clinic of the session alone"),
            WithKey(AccessDenied, (s, key) => Unwrap(s, s.On, key, null)),
            WithKey(Invalid, (s, key) => Unwrap(s, s.Off, key, null))),
        new("kms-two-cases", "a context that names both clinics, one in capitals", Known.TwoCases,
            Wall.None("a context is made of three fixed names"),
            WithKey("ValidationException", (s, key) => TwoCases(s, s.On, key)),
            WithKey("ValidationException", (s, key) => TwoCases(s, s.Off, key))),
        new("kms-wraps-for-another", "a key wrapped for the victim by the attacker's session", Known.SharedKey,
            Wall.None("keys are wrapped and opened for the clinic of the session alone"),
            WithKey(AccessDenied, async (s, _) => await (await s.On.Session()).Kms.GenerateDataKeyAsync(new()
            {
                KeyId = CloudNames.Local.KmsAlias(CloudParts.TenantWrap),
                NumberOfBytes = 32,
                EncryptionContext = new() { ["tenant"] = s.Victim.Tenant.Value, ["purpose"] = "patients", ["version"] = "1" },
            })),
            Wall.None("a key that the attacker made opens nothing that is there")),
        new("keys-of-another", "the victim's wrapped keys, read as the product reads its own", Known.NotebookKeys,
            Wall.None("keys are asked for by patient and class, never by clinic"),
            Denied(s => s.On.QueryKeys(Keys.TenantKeyArea)), Sealed(s => s.Off.QueryKeys(Keys.TenantKeyArea))),
        new("patient-keys-of-another", "the wrapped keys of the victim's patient", Known.NotebookKeys,
            Wall.None("keys are asked for by patient and class, never by clinic"),
            Denied(s => s.On.QueryKeys(Keys.PatientKeyArea(s.Victim.Patient))),
            Sealed(s => s.Off.QueryKeys(Keys.PatientKeyArea(s.Victim.Patient)))),
        new("object-of-another", "a spilled body of the victim by its place", Known.Bucket,
            Wall.None("a place is read from an own row alone"),
            Denied(async s => await s.On.GetObject(CloudParts.Documents, await Spilled(s))),
            Sealed(async s => await s.Off.GetObject(CloudParts.Documents, await Spilled(s)))),
        Object("object-traversal", "the victim's object by a way through the own prefix", async (s, s3) =>
            await s3.GetObjectAsync(Documents, $"T/{s.Attacker.Tenant}/../{s.Victim.Tenant}/spill/1")),
        Object("object-listed", "a list of the victim's objects", async (s, s3) =>
            await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Documents, Prefix = $"T/{s.Victim.Tenant}/" })),
        Object("object-copied", "the victim's object copied into the own prefix", async (s, s3) =>
            await s3.CopyObjectAsync(Documents, await Spilled(s), Documents, $"T/{s.Attacker.Tenant}/spill/stolen")),
        Object("object-overwritten", "the victim's object overwritten", async (s, s3) =>
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Documents, Key = await Spilled(s), ContentBody = "x" })),
        new("object-presigned", "an address for the victim's object, signed by the attacker's session", Known.Ticket,
            Wall.None("addresses are signed for the own prefix alone"),
            new Wall("403", s => Presigned(s, s.On)),
            Wall.None("the address gives the same bytes as object-of-another, which stay sealed")),
    ];

    private static string Documents => CloudNames.Local.Bucket(CloudParts.Documents);

    /// <summary>Where the large body of the victim's record lies.</summary>
    public static async Task<string> Spilled(Scene scene) =>
        (await scene.App.Raw.Of(scene.Victim.Tenant.Value, CloudParts.Records)).Values
            .First(row => row.ContainsKey("b_at"))["b_at"].S;

    private static Attack Object(string id, string what, Func<Scene, Amazon.S3.IAmazonS3, Task> act) => Call(
        id, what, Known.Bucket, async (s, wrong) => await act(s, (await wrong.Session()).S3),
        "the call is refused whole; the bytes themselves are those of object-of-another");

    private static Attack Becomes(
        string id, string what, string role, Func<Scene, IReadOnlyList<KeyValuePair<string, string>>> tags,
        bool ofSession = false) =>
        new(id, what, Known.WideRole, Wall.None("the tag is the clinic of the session row, and one line sets it"),
            Denied(async s =>
            {
                using var sts = ofSession ? await StsOfSession(s) : s.On.Part<AwsAccess>().Sts();
                var given = tags(s).Select(tag => new Tag { Key = tag.Key, Value = tag.Value }).ToList();
                await sts.AssumeRoleAsync(new AssumeRoleRequest
                {
                    RoleArn = CloudNames.Local.RoleArn(role),
                    RoleSessionName = "attack",
                    Tags = given.Count > 0 ? given : null,
                });
            }),
            Wall.None(NoData));

    /// <summary>STS on the attacker's tenant session instead of the function's own role.</summary>
    private static async Task<IAmazonSecurityTokenService> StsOfSession(Scene scene)
    {
        var function = scene.On.Part<AwsAccess>();
        using var sts = function.Sts();
        var own = await sts.AssumeRoleAsync(new AssumeRoleRequest
        {
            RoleArn = CloudNames.Local.RoleArn(RoleNames.TenantData),
            RoleSessionName = "attack",
            Tags = [new Tag { Key = RoleNames.TenantTag, Value = scene.Attacker.Tenant.Value }],
        });
        return (function with { FunctionCredentials = own.Credentials }).Sts();
    }

    /// <summary>With the victim's wrapped key "patients" in hand, which opens all but those of identities.</summary>
    private static Wall WithKey(string code, Func<Scene, byte[], Task> act) => Answers(code, async scene =>
    {
        var rows = await scene.App.Raw.Of(scene.Victim.Tenant.Value, CloudParts.Keys);
        await act(scene, rows["KEY|patients#001"]["k"].B.ToArray());
    });

    private static async Task Unwrap(Scene scene, WrongCode wrong, byte[] wrapped, TenantId? tenant) =>
        await (await wrong.Session()).Kms.DecryptAsync(Thief.Unwrap(wrapped, tenant, TenantPurpose.Patients.Name()));

    private static async Task TwoCases(Scene scene, WrongCode wrong, byte[] wrapped)
    {
        var request = Thief.Unwrap(wrapped, scene.Attacker.Tenant, TenantPurpose.Patients.Name());
        request.EncryptionContext["Tenant"] = scene.Victim.Tenant.Value;
        await (await wrong.Session()).Kms.DecryptAsync(request);
    }

    private static async Task<Evidence> Presigned(Scene scene, WrongCode wrong)
    {
        var url = await (await wrong.Session()).S3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = Documents,
            Key = await Spilled(scene),
            Verb = Amazon.S3.HttpVerb.GET,
            Protocol = Amazon.S3.Protocol.HTTP,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1),
        });
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(url));
        return new Evidence($"{(int)answer.StatusCode}", await answer.Content.ReadAsByteArrayAsync());
    }
}
