using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>The victim's trail, read and written as the product does.</summary>
internal static class Trail
{
    /// <summary>All of this hour and the one before: the scene is not older.</summary>
    public static async Task<Loot> Taken(Scene scene, WrongCode wrong)
    {
        var (loot, now) = (Loot.Empty, scene.App.Clock.GetUtcNow());
        foreach (var at in new[] { now, now.AddHours(-1) })
        {
            var hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);
            var rows = await wrong.Part<TrailReader>().Hour(
                scene.Victim.Tenant, hour, Keys.AuditSort(now.AddMinutes(1)), 100, CancellationToken.None);
            loot = loot.And(Loot.Of(CloudParts.Audit, scene.Attacker.Tenant, scene.Victim.Tenant, rows));
        }

        return loot;
    }

    /// <summary>A place in the victim's trail where something stands.</summary>
    public static async Task<Dictionary<string, AttributeValue>> Entry(Scene scene, string action) =>
        (await scene.App.Raw.Of(scene.Victim.Tenant.Value, CloudParts.Audit)).Values.First(row => row["a"].S == action);
}
