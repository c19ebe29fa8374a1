using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests.Checkers;

/// <summary>A stack of prod with one thing wrong, given to a checker beside the real ones.</summary>
/// <param name="Resource">The logical id, or how it begins.</param>
/// <param name="Spoil">Gets the resource's properties.</param>
internal sealed record PlantedFault(string Name, string Resource, Action<JsonObject> Spoil)
{
    public static readonly IReadOnlyList<PlantedFault> All =
    [
        new("an open bucket", "DocumentsBucket", bucket =>
            bucket["PublicAccessBlockConfiguration"]!["RestrictPublicBuckets"] = false),
        new("a bucket over plain HTTP", "DocumentsPolicy", policy =>
            policy["PolicyDocument"]!["Statement"]!.AsArray().RemoveAt(0)),
        new("a table without restore", "RecordsTable", table => table.Remove("PointInTimeRecoverySpecification")),
        new("a queue in the clear", "ImportsQueue", queue => queue["SqsManagedSseEnabled"] = false),
        new("a key that does not rotate", "TenantWrap", key => key["EnableKeyRotation"] = false),
        new("a right to everything", "TenantData", role =>
            role["Policies"]![0]!["PolicyDocument"]!["Statement"]![0]!["Action"] = "dynamodb:*"),
        new("a queue over plain HTTP", "ImportsPolicy", policy =>
            policy["PolicyDocument"]!["Statement"]!.AsArray().RemoveAt(0)),
    ];

    public StackTemplate Plant()
    {
        var target = Synthesis.Stage("prod").All.First(resource => resource.Id.StartsWith(Resource, StringComparison.Ordinal));
        Spoil(target.Properties);
        return target.Stack;
    }
}
