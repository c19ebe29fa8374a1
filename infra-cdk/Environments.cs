using Amazon.CDK;
using Clinic.Platform.Cloud;

namespace Clinic.Infra;

/// <summary>How long the sealed trail cannot be taken away: by anyone (compliance), by the ordinary (governance).</summary>
public sealed record TrailLock(string Mode, int? Days, int? Years)
{
    /// <summary>AUD-5, as of 2026-11: the clinics' policies promise 7 years; CERT-In and DPDP rule 8(3) ask for less.</summary>
    public const int YearsPromised = 7;

    /// <summary>Not even the root of the account shortens this.</summary>
    public static readonly TrailLock Compliance = new("COMPLIANCE", Days: null, YearsPromised);

    /// <summary>The mechanism without the years: a developer's stage can be taken down the day after.</summary>
    public static readonly TrailLock Governance = new("GOVERNANCE", Days: 1, Years: null);
}

/// <summary>What differs between stages. Isolation, encryption and audit do not: they have no switch (ISO-7).</summary>
/// <param name="Account">Stages are segregated by account (OPS-3).</param>
/// <param name="Removal">What becomes of stores and keys whose stack is deleted.</param>
/// <param name="TerminationProtection">A stack is not deleted by one call.</param>
/// <param name="DeletionProtection">A table is not deleted by one call.</param>
/// <param name="BucketTlsMin">The lowest TLS that buckets answer; 1.2 is a choice that the posture must show (ENC-1).</param>
/// <param name="KeyWaitDays">Between asking for a key's destruction and the end of all it wraps.</param>
public sealed record ClinicStage(
    string Name,
    string Account,
    RemovalPolicy Removal,
    bool TerminationProtection,
    bool DeletionProtection,
    TrailLock TrailLock,
    string BucketTlsMin,
    int KeyWaitDays)
{
    public CloudNames Names { get; } = new(Name, Account);
}

/// <summary>The deployed stages. The local one is not deployed, hence not here.</summary>
public static class Stages
{
    private const string TlsMin = "1.3";

    /// <param name="variable">Reads CLINIC_ACCOUNT_DEV, CLINIC_ACCOUNT_STAGING and CLINIC_ACCOUNT_PROD.</param>
    public static IReadOnlyList<ClinicStage> All(Func<string, string?> variable)
    {
        ClinicStage[] stages =
        [
            Dev(Account(variable, "DEV", "111111111111")),
            Lasting("staging", Account(variable, "STAGING", "222222222222")),
            Lasting("prod", Account(variable, "PROD", "333333333333")),
        ];
        return stages.DistinctBy(stage => stage.Account).Count() == stages.Length
            ? stages
            : throw new ArgumentException("Two stages share an account; they are segregated by account (OPS-3).");
    }

    private static ClinicStage Dev(string account) => new(
        "dev",
        account,
        RemovalPolicy.DESTROY,
        TerminationProtection: false,
        DeletionProtection: false,
        TrailLock.Governance,
        TlsMin,
        KeyWaitDays: 7);

    private static ClinicStage Lasting(string name, string account) => new(
        name,
        account,
        RemovalPolicy.RETAIN,
        TerminationProtection: true,
        DeletionProtection: true,
        TrailLock.Compliance,
        TlsMin,
        KeyWaitDays: 30);

    /// <summary>
    /// The example lets the app synthesise anywhere; nothing deploys by it, since the credentials of a deployment are of
    /// another account than the templates then name.
    /// </summary>
    private static string Account(Func<string, string?> variable, string stage, string example)
    {
        var name = $"CLINIC_ACCOUNT_{stage}";
        var account = variable(name) is { Length: > 0 } value ? value : example;
        return account.Length == 12 && account.All(char.IsAsciiDigit)
            ? account
            : throw new ArgumentException($"{name} is not an account: twelve digits.");
    }
}
