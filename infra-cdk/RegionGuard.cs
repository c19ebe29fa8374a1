using Amazon.CDK;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra;

/// <summary>A stack that only keeps backups, and may therefore stand in the second Indian region.</summary>
public interface IBackupStack;

/// <summary>
/// Everything runs in Mumbai, backups also in Hyderabad, and nothing anywhere else (OPS-1, TRU-4). A stack that names no
/// region is refused as well: it would go wherever the shell of the day points.
/// </summary>
public static class RegionGuard
{
    public const string BackupRegion = "ap-south-2";

    public static void Check(IConstruct root)
    {
        foreach (var stack in root.Node.FindAll().OfType<Stack>())
        {
            Check(stack.StackName, Token.IsUnresolved(stack.Region) ? null : stack.Region, stack is IBackupStack);
        }
    }

    internal static void Check(string stack, string? region, bool isBackup)
    {
        if (region != CloudNames.Region && !(isBackup && region == BackupRegion))
        {
            throw new InvalidOperationException(
                $"Stack {stack} is for {region ?? "any region"}; allowed are {CloudNames.Region}, "
                + $"and {BackupRegion} for backups.");
        }
    }
}
