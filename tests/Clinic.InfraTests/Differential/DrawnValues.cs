using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>Tags, leading keys, object keys and contexts: right ones, and all the ways to be nearly right.</summary>
internal sealed class DrawnValues(Draw draw)
{
    public const string Own = "aaaaaaaa";
    private const string Foreign = "bbbbbbbb";

    /// <summary>Of eight characters and of others, with signs that mean something to patterns, paths or expressions.</summary>
    private static readonly string[] OddTags =
    [
        "aaaaaaa", "aaaaaaaaa", "********", "????????", "aaaa*aaa", "aaaa?aaa", "*", "", "AAAAAAAA", "aaaaaaa#", "aaaa#aaa",
        "aaaa/aaa", "${*}aaaa", "a.aaaaaa", "[a-z]{8}", "aaaaaa\\E", "^aaaaaa$", "(a|b)aaa", "ääääääää", "a aaaaaa", "aaaaaaa\n",
        "", "",
        "aaaaaaa\uE000", "\uE001aaaaaaa", "\uE000\uE000\uE000\uE000\uE000\uE000\uE000\uE000", "${aws:PrincipalTag/tenant}",
    ];

    private static readonly string[] Enclosings =
        ["TransactWriteItems", "TransactWriteItems", "TransactGetItems", "BatchWriteItem", "transactwriteitems",
            "TransactWriteItem?", "*"];

    private static readonly string[] Services =
    [
        KeyPatterns.ViaDynamoDb, KeyPatterns.ViaS3, KeyPatterns.ViaDynamoDb, KeyPatterns.ViaS3,
        "dynamodb.us-east-1.amazonaws.com", "s3.ap-south-2.amazonaws.com",
        "sqs.ap-south-1.amazonaws.com", "DYNAMODB.ap-south-1.amazonaws.com", "*", "dynamodb",
    ];

    private static readonly string[] Purposes =
        ["contacts", "audit-detail", "patients", "identities", "intake", "clinical", "Contacts", "*", ""];

    public string Tenant() => draw.Chance(68) ? Own : draw.Chance(20) ? "platform" : draw.One(OddTags);

    /// <summary>Tags that somebody asks STS for.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestTags()
    {
        List<KeyValuePair<string, string>> tags = [];
        if (draw.Chance(80))
        {
            tags.Add(new(draw.Chance(85) ? RoleNames.TenantTag : draw.One(["clinic", "Tenant", "role"]), Tenant()));
        }

        if (draw.Chance(25)) { tags.Add(new(draw.One(["clinic", "role", "tenants", "t*"]), draw.One([Own, "owner", "*"]))); }
        return tags;
    }

    /// <summary>Null is a call whose keys cannot be told.</summary>
    public IReadOnlyList<string>? LeadingKeys(string tenant) => draw.Number(0, 9) switch
    {
        0 => null,
        < 5 => [Key(draw.Chance(75) ? tenant : Foreign)],
        < 7 => [LeadingKey(tenant)],
        7 => [Key(tenant), Key(tenant)],
        8 => [Key(tenant), LeadingKey(tenant)],
        _ => [.. Enumerable.Range(0, draw.Number(2, 4)).Select(_ => LeadingKey(tenant))],
    };

    public string? Enclosing() => draw.Chance(55) ? draw.One(Enclosings) : null;

    public string? Via() => draw.Chance(75) ? draw.One(Services) : null;

    public string ObjectKey(string tenant) => draw.Number(0, 15) switch
    {
        < 6 => $"T/{tenant}/spill/1",
        6 or 7 => $"T/{Foreign}/spill/1",
        8 => draw.One([$"T/{tenant}/../{Foreign}/1", $"T/{tenant}/./1", $"../T/{tenant}/1", $"T/{Foreign}/../{tenant}/1"]),
        9 => draw.One([$"T/{tenant}", $"T/{tenant}-x/1", $"T/{tenant}b/1", $"T{tenant}/1", $"T/{tenant}\\1"]),
        10 => draw.One([$"t/{tenant}/1", $"X/T/{tenant}/1", $"/T/{tenant}/1", "T//1", "1"]),
        11 => $"T/{tenant}//a b+c%2F..%2F/ä",
        12 => draw.One([$"T/{tenant}/sealed/imports/1/part/000001", $"T/{tenant}/up/documents/1/001", $"T/{tenant}/up/1",
            $"T/{Foreign}/up/1", $"scan/T/{tenant}/documents/1/001", $"scan/T/{Foreign}/documents/1/001"]),
        13 => draw.One(["T/?/1", $"T/{tenant}/*"]),
        14 => $"T/{Foreign}{tenant}/1",
        _ => $"T/{tenant}/a\nb",
    };

    public void EncryptionContext(PolicyContext context, string tenant)
    {
        if (draw.Chance(80))
        {
            var name = draw.Chance(92) ? RoleNames.TenantTag : draw.One(["Tenant", "tenants", "clinic"]);
            context.Set("kms:EncryptionContext:" + name, draw.Chance(65) ? tenant : draw.One([Foreign, "*", "", tenant + " "]));
        }

        if (draw.Chance(60)) { context.Set(KeyPatterns.ContextPurpose, draw.One(Purposes)); }
        if (draw.Chance(30)) { context.Set("kms:EncryptionContext:version", "1"); }
        if (draw.Chance(30)) { context.Set("kms:EncryptionContext:aws:dynamodb:tableName", "clinic-prod-records"); }
    }

    private string Key(string tenant) =>
        $"T#{tenant}#" + draw.One(["PAT#1", "STATE", "SES#1", "KEY", "AUD#2026110100#0", "", "#", "a/*"]);

    private string LeadingKey(string tenant) => draw.Number(0, 15) switch
    {
        0 => $"T#{Foreign}#PAT#1",
        1 => $"T#{tenant}b#PAT#1",
        2 => $"T#{(tenant.Length > 0 ? tenant[..^1] : "")}#PAT#1",
        3 => $"T#{tenant}",
        4 => $"t#{tenant}#PAT#1",
        5 => draw.One(["T##PAT#1", "T#", "#", "", "*", "T#*#PAT#1", "T#????????#STATE"]),
        6 => draw.One(["L#1", "L#", "l#1", "LL#1"]),
        7 => draw.One(["DUE#01", "DUE#", "due#01"]),
        8 => $"T#{Foreign}#SES#1",
        9 => $"T#{tenant}#STATE#2",
        10 => $"T#{tenant}#PAT#SES#1",
        11 => $" T#{tenant}#PAT#1",
        12 => $"T#{Foreign}#T#{tenant}#PAT#1",
        13 => $"T#{tenant}#a\nb",
        14 => $"T#{tenant}#\uE000",
        _ => $"T#{tenant}#PAT#1",
    };
}
