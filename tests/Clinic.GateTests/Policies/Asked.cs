using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.GateTests.Policies;

/// <summary>
/// One line makes one request: role, tag ("-" none), action, resource, then words: for a table the leading keys first ("-" none,
/// '|' between several); "tx" is enclosed in TransactWriteItems; "key=value" adds to the context.
/// Resources: a table's name, table/index, bucket:key, key:name, queue:name, role:name, mail:domain.
/// </summary>
internal static class Asked
{
    private static readonly Authorizer Policies = new(CloudNames.Local, evaluate: true);

    public static NamedArns Arns { get; } = new(CloudNames.Local);

    public static PolicyVerdict Verdict(string line)
    {
        var (principal, request) = Parse(line);
        return Policies.Verdict(principal, request);
    }

    public static (GatePrincipal Principal, PolicyRequest Request) Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var tags = new Dictionary<string, string>();
        if (words[1] != "-") { tags[RoleNames.TenantTag] = words[1]; }
        var principal = new GatePrincipal(Roles.Find(words[0])!, "test", tags);
        var context = principal.Context(CloudNames.Local);
        var rest = words.AsSpan(4);
        var isTable = words[2].StartsWith("dynamodb:", StringComparison.Ordinal);
        if (isTable)
        {
            if (rest[0] != "-") { context.Set(KeyPatterns.LeadingKeys, rest[0].Split('|')); }
            rest = rest[1..];
        }

        foreach (var word in rest)
        {
            if (word == "tx")
            {
                context.Set(KeyPatterns.EnclosingOperation, "TransactWriteItems");
                continue;
            }

            var at = word.IndexOf('=', StringComparison.Ordinal);
            context.Set(word[..at], word[(at + 1)..]);
        }

        return (principal, new PolicyRequest(words[2], isTable ? TableArn(words[3]) : Arn(words[3]), context));
    }

    private static string TableArn(string text)
    {
        var parts = text.Split('/');
        var table = CloudParts.Tables.Single(spec => spec.Name == parts[0]);
        return parts.Length == 1 ? Arns.Table(table) : $"{Arns.Table(table)}/index/{parts[1]}";
    }

    private static string Arn(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = (text[..at], text[(at + 1)..]);
        return kind switch
        {
            "key" => Arns.Key(CloudParts.KmsKeys.Single(key => key.Name == name)),
            "queue" => Arns.Queue(CloudParts.Queues.Single(queue => queue.Name == name)),
            "role" => Arns.Role(name),
            "mail" => Arns.MailIdentities.Replace("*", name, StringComparison.Ordinal),
            _ when name.Length == 0 => Arns.Bucket(CloudParts.Buckets.Single(bucket => bucket.Name == kind)),
            _ => Arns.Objects(CloudParts.Buckets.Single(bucket => bucket.Name == kind), name),
        };
    }
}
