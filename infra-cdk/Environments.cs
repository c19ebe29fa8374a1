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

/// <summary>The host of the Api and the certificate for it, both of the operator's making (docs/runbooks/deploy.md).</summary>
/// <param name="Name">Such as api.clinic.example; one host, no path.</param>
/// <param name="CertificateArn">In ACM, in Mumbai, since the endpoint is regional.</param>
public sealed record ApiDomain(string Name, string CertificateArn);

/// <param name="Domain">Null: the gateway's own host, under the same TLS policy.</param>
/// <param name="Origins">Web clients of other hosts that may call the Api; its own host always may.</param>
/// <param name="Tracing">
/// X-Ray at the gateway. Its traces hold addresses and URLs of callers, so it is for hours of looking, not for always.
/// </param>
public sealed record ApiOptions(ApiDomain? Domain, IReadOnlyList<string> Origins, bool Tracing = false);

/// <summary>
/// How many invocations run at once, taken from the account's quota: each function has its own part, so one full queue cannot
/// starve the Api. Lambda leaves 100 unreserved, and a young account has less than that: raise the quota first.
/// </summary>
/// <param name="Api">Of the Api.</param>
/// <param name="ApiWarm">Kept initialised (provisioned concurrency, paid by the hour); 0 for none.</param>
/// <param name="Worker">Of each worker; 2 at least, as event sources ask.</param>
public sealed record FunctionCapacity(int Api, int ApiWarm, int Worker);

/// <param name="From">The verified sender.</param>
/// <param name="Alarms">Who gets the alarms by mail; null: nobody, and synthesis says so.</param>
public sealed record MailOptions(string From, string? Alarms);

/// <summary>What differs between stages. Isolation, encryption and audit do not: they have no switch (ISO-7).</summary>
/// <param name="Account">Stages are segregated by account (OPS-3).</param>
/// <param name="Removal">What becomes of stores and keys whose stack is deleted.</param>
/// <param name="TerminationProtection">A stack is not deleted by one call.</param>
/// <param name="DeletionProtection">A table is not deleted by one call.</param>
/// <param name="BucketTlsMin">The lowest TLS that buckets answer; 1.2 is a choice that the posture must show (ENC-1).</param>
/// <param name="KeyWaitDays">Between asking for a key's destruction and the end of all it wraps.</param>
/// <param name="Api">Host, origins, tracing.</param>
/// <param name="Capacity">Concurrency of the functions.</param>
/// <param name="Mail">Sender, and the reader of alarms.</param>
public sealed record ClinicStage(
    string Name,
    string Account,
    RemovalPolicy Removal,
    bool TerminationProtection,
    bool DeletionProtection,
    TrailLock TrailLock,
    string BucketTlsMin,
    int KeyWaitDays,
    ApiOptions Api,
    FunctionCapacity Capacity,
    MailOptions Mail)
{
    /// <summary>
    /// AUD-5 and law.md sections 2 and 3, as of 2026-11: CERT-In asks for 180 days of logs, DPDP rule 6(1)(e) for a year;
    /// CloudWatch offers 365 and then 400 days, and the year counts from the last processing.
    /// </summary>
    public const int LogDays = 400;

    /// <summary>Holds data of real people, or stands for the stage that does.</summary>
    public bool IsLasting => Removal == RemovalPolicy.RETAIN;

    public CloudNames Names { get; } = new(Name, Account);

    /// <summary>Documents wait for the scanner's word; where there is none they say that nobody looked (CLN-8).</summary>
    public bool ScansUploads { get; init; }
}

/// <summary>The deployed stages. The local one is not deployed, hence not here.</summary>
public static class Stages
{
    private const string TlsMin = "1.3";

    /// <param name="variable">
    /// Reads CLINIC_ACCOUNT_DEV, CLINIC_ACCOUNT_STAGING and CLINIC_ACCOUNT_PROD, and of each stage likewise CLINIC_DOMAIN,
    /// CLINIC_CERTIFICATE, CLINIC_ORIGINS (separated by commas), CLINIC_MAIL_FROM, CLINIC_ALARM_MAIL and CLINIC_MALWARE_SCAN.
    /// </param>
    public static IReadOnlyList<ClinicStage> All(Func<string, string?> variable)
    {
        ClinicStage[] stages =
        [
            Dev(new StageVariables("DEV", variable)),
            Lasting(new StageVariables("STAGING", variable), new FunctionCapacity(Api: 50, ApiWarm: 0, Worker: 5)),
            Lasting(new StageVariables("PROD", variable), new FunctionCapacity(Api: 300, ApiWarm: 2, Worker: 20)),
        ];
        return stages.DistinctBy(stage => stage.Account).Count() == stages.Length
            ? stages
            : throw new ArgumentException("Two stages share an account; they are segregated by account (OPS-3).");
    }

    private static ClinicStage Dev(StageVariables variables) => new(
        variables.Stage,
        variables.Account("111111111111"),
        RemovalPolicy.DESTROY,
        TerminationProtection: false,
        DeletionProtection: false,
        TrailLock.Governance,
        TlsMin,
        KeyWaitDays: 7,
        new ApiOptions(variables.Domain(example: null), variables.Origins),
        new FunctionCapacity(Api: 20, ApiWarm: 0, Worker: 2),
        variables.Mail) { ScansUploads = variables.ScansUploads };

    private static ClinicStage Lasting(StageVariables variables, FunctionCapacity capacity) => new(
        variables.Stage,
        variables.Account(variables.Stage == "prod" ? "333333333333" : "222222222222"),
        RemovalPolicy.RETAIN,
        TerminationProtection: true,
        DeletionProtection: true,
        TrailLock.Compliance,
        TlsMin,
        KeyWaitDays: 30,
        new ApiOptions(variables.Domain($"api.{variables.Stage}.clinic.example"), variables.Origins),
        capacity,
        variables.Mail) { ScansUploads = variables.ScansUploads };
}
