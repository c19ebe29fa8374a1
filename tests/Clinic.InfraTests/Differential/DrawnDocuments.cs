using Clinic.Platform.Cloud.Policies;
using static System.StringComparison;

namespace Clinic.InfraTests.Differential;

/// <summary>
/// Policies that nobody would write, of all that our evaluator knows: each operator with and without a set prefix, variables,
/// wildcards, denials beside allowances, policies of resources with each kind of principal. Few letters, so that things meet.
/// Not drawn, because our evaluator refuses them or has no form for them: NotAction, NotResource, NotPrincipal, operators of
/// numbers, dates and addresses, IfExists with a set prefix.
/// </summary>
internal sealed class DrawnDocuments(Draw draw)
{
    private const string Account = "000000000000";
    private const string Role = $"arn:aws:iam::{Account}:role/asks";
    private const string Table = $"arn:aws:dynamodb:ap-south-1:{Account}:table/";

    private static readonly string[] Actions =
    [
        "dynamodb:GetItem", "dynamodb:GetItem", "dynamodb:*", "dynamodb:Get*", "dynamodb:?etItem", "dynamodb:*Item", "*",
        "DynamoDB:getitem", "dynamodb:PutItem", "dynamodb:GetItem?", "s3:*", "dynamodb:G*t*m",
    ];

    private static readonly string[] Resources =
    [
        "*", "*", Table + "ab", Table + "*", Table + "a*", Table + "a?", Table + "?", Table + "A*",
        Table + "${aws:PrincipalTag/t}", Table + "${aws:PrincipalTag/none}", Table + "a${*}",
        $"arn:aws:dynamodb:*:{Account}:table/ab",
        $"arn:aws:dynamodb:ap-*:*:table/a?", $"arn:aws:dynamodb:ap-south-?:{Account}:table/ab",
        "arn:aws:dynamodb:ap-south-1:1*:table/ab", $"arn:aws:s3:::ab/*", Table + "ab/index/*",
    ];

    private static readonly string[] AskedTables = ["ab", "ab", "a", "abc", "A", "ab/index/due"];

    private static readonly string[] Texts =
        ["a", "b", "ab", "abc", "A", "*", "a*", "?", "a?", "a.", "a+", "$", "${a}", "[a]", "(a)", "a#b"];

    private static readonly string[] Booleans = ["true", "false", "TRUE"];

    private static readonly string[] Pieces =
    [
        "a", "b", "ab", "A", "*", "*", "?", "?", ".", "#", "${aws:PrincipalTag/t}", "${aws:principaltag/T}", "${*}", "${?}",
        "${$}",
    ];

    private static readonly string[] OddPieces =
        ["${aws:PrincipalTag/none}", "${aws:PrincipalTag/none, 'ab'}", "${dynamodb:LeadingKeys}", "${a", "$", "}"];

    private static readonly string[] Texted = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"];

    private static readonly string[] SingleKeys =
        ["aws:PrincipalTag/t", "aws:RequestTag/r", "dynamodb:EnclosingOperation", "aws:referer", "aws:PrincipalArn"];

    private static readonly string[] ListKeys = [KeyPatterns.LeadingKeys, "aws:TagKeys"];

    public IEnumerable<Drawn> Of(int documents, int requestsEach)
    {
        for (var number = 0; number < documents; number++)
        {
            var identity = new BoundPolicy("drawn", [.. Statements(principals: false)]);
            var resource = draw.Chance(45) ? new BoundPolicy("drawn", [.. Statements(principals: true)]) : null;
            for (var asked = 0; asked < requestsEach; asked++)
            {
                var action = draw.One(["dynamodb:GetItem", "dynamodb:GetItem", "dynamodb:PutItem"]);
                var request = new PolicyRequest(action, Table + draw.One(AskedTables), Context());
                yield return new Drawn($"document {number}", request, identity, resource, IsTrust: false, Role);
            }
        }
    }

    private IEnumerable<BoundStatement> Statements(bool principals)
    {
        var count = draw.Number(1, 3);
        for (var number = 0; number < count; number++)
        {
            yield return new BoundStatement(
                $"S{number}",
                draw.Chance(principals ? 25 : 70) ? PolicyEffect.Allow : PolicyEffect.Deny,
                [.. draw.Some(Actions, 1, 2).Distinct()],
                [.. draw.Some(Resources, 1, 2).Distinct()],
                [.. Conditions(draw.Number(0, 3))],
                principals ? [Principal()] : []);
        }
    }

    private BoundPrincipal Principal() => new(BoundPrincipal.AwsKind, draw.One(
        ["*", Role, Role, Role + "2", $"arn:aws:iam::{Account}:root", "arn:aws:iam::111111111111:root"]));

    /// <summary>One key twice under one operator cannot be written: JSON would keep one of the two.</summary>
    private IEnumerable<PolicyCondition> Conditions(int count) => Enumerable.Range(0, count).Select(_ => Condition())
        .DistinctBy(one => (one.Operator, one.Key.ToUpperInvariant()));

    private PolicyCondition Condition()
    {
        var key = draw.Chance(60) ? draw.One(SingleKeys) : draw.One(ListKeys);
        if (draw.Chance(12)) { key = key.Replace("aws:", "AWS:", Ordinal).Replace("Keys", "KEYS", Ordinal); }
        return draw.Number(0, 9) switch
        {
            0 => new PolicyCondition("Null", key, [draw.One(["true", "false"])]),
            1 => new PolicyCondition(
                draw.One(["Bool", "BoolIfExists"]), draw.One(["aws:SecureTransport", "aws:PrincipalTag/t"]),
                draw.Some(["true", "false", "True", "FALSE", "yes"], 1, 2)),
            < 6 => new PolicyCondition(draw.One(["ForAllValues:", "ForAnyValue:"]) + draw.One(Texted), key, Patterns()),
            < 8 => new PolicyCondition(draw.One(Texted), key, Patterns()),
            _ => new PolicyCondition(draw.One(Texted) + "IfExists", key, Patterns()),
        };
    }

    private IReadOnlyList<string> Patterns() => [.. Enumerable.Range(0, draw.Number(1, 3)).Select(_ => Pattern())];

    private string Pattern() =>
        string.Concat(draw.Some(Pieces, 1, 3)) + (draw.Chance(5) ? draw.One(OddPieces) : "");

    private PolicyContext Context()
    {
        var context = new PolicyContext();
        if (draw.Chance(80)) { context.Set("aws:PrincipalTag/t", draw.One(draw.Chance(85) ? Texts : Booleans)); }
        if (draw.Chance(60)) { context.Set("aws:RequestTag/r", draw.One(Texts)); }
        if (draw.Chance(60)) { context.Set("dynamodb:EnclosingOperation", draw.One(Texts)); }
        if (draw.Chance(50)) { context.Set("aws:referer", draw.One(Texts)); }
        if (draw.Chance(70)) { context.Set("aws:SecureTransport", draw.One(["true", "false"])); }
        if (draw.Chance(75)) { context.Set(KeyPatterns.LeadingKeys, draw.Some(Texts, 1, 3)); }
        if (draw.Chance(60)) { context.Set("aws:TagKeys", draw.Some(Texts, 1, 2)); }
        return context.Set("aws:PrincipalArn", draw.Chance(50) ? Role : draw.One(Texts));
    }
}
