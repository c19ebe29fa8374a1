using System.Security.Cryptography;
using System.Text;
using Amazon.CDK;
using Amazon.CDK.AWS.Lambda;
using Clinic.Infra.Stacks;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <param name="Name">One of <see cref="FunctionNames"/>.</param>
/// <param name="Role">The role of the code that it runs as.</param>
/// <param name="Reserved">Its part of the account's concurrency.</param>
internal sealed record ClinicFunctionProps(
    string Name,
    string Role,
    CodePackage Package,
    int MemoryMb,
    TimeSpan Timeout,
    int Reserved,
    IReadOnlyDictionary<string, string> Environment)
{
    public string Description { get; init; } = "";

    /// <summary>Kept initialised; 0 for none.</summary>
    public int Warm { get; init; }
}

/// <summary>
/// A function with its log group, a version per change, and the alias that everything calls: to go back is to point the alias
/// at the version before.
/// </summary>
internal sealed class ClinicFunction : Construct
{
    public const string AliasName = FunctionNames.Live;

    public ClinicFunction(Construct scope, string id, ClinicStage stage, KeysStack keys, ClinicFunctionProps props)
        : base(scope, id)
    {
        var names = stage.Names;
        var log = LogGroups.Add(this, "Log", stage, keys, LogGroups.OfRole(names, props.Role));
        var environment = new Dictionary<string, string>(props.Environment)
        {
            ["CLINIC_STAGE"] = names.Stage,
            ["CLINIC_ACCOUNT"] = names.Account,
        };
        var function = new CfnFunction(this, "Function", new CfnFunctionProps
        {
            FunctionName = names.Function(props.Name),
            Description = props.Description,
            Runtime = "provided.al2023",
            Handler = "bootstrap",
            Architectures = ["x86_64"],
            Code = new CfnFunction.CodeProperty { S3Bucket = props.Package.Bucket, S3Key = props.Package.Key },
            Role = names.RoleArn(props.Role),
            MemorySize = props.MemoryMb,
            Timeout = props.Timeout.TotalSeconds,
            ReservedConcurrentExecutions = props.Reserved,

            // No key of ours for the environment: it holds names and no secret, and every start would need KMS.
            Environment = new CfnFunction.EnvironmentProperty { Variables = environment },
            LoggingConfig = new CfnFunction.LoggingConfigProperty { LogGroup = log.Ref, LogFormat = "JSON" },
        });
        var version = new CfnVersion(this, $"Version{Hash(props, environment)}", new CfnVersionProps
        {
            FunctionName = function.Ref,
        });

        // The versions before stay, so that the alias has something to go back to.
        version.ApplyRemovalPolicy(RemovalPolicy.RETAIN);
        Alias = new CfnAlias(this, "Live", new CfnAliasProps
        {
            Name = AliasName,
            FunctionName = function.Ref,
            FunctionVersion = version.AttrVersion,
            ProvisionedConcurrencyConfig = props.Warm == 0 ? null : new CfnAlias.ProvisionedConcurrencyConfigurationProperty
            {
                ProvisionedConcurrentExecutions = props.Warm,
            },
        });
    }

    public CfnAlias Alias { get; }

    public static string AliasArn(CloudNames names, string function) => names.AliasArn(function);

    /// <summary>
    /// A version is a photograph: without a new name for it, CloudFormation would keep the old one under new code. What is
    /// known to AWS alone (a token) does not change by our doing.
    /// </summary>
    private static string Hash(ClinicFunctionProps props, Dictionary<string, string> environment)
    {
        var settings = environment.OrderBy(variable => variable.Key, StringComparer.Ordinal)
            .Select(variable => $"{variable.Key}={(Token.IsUnresolved(variable.Value) ? "" : variable.Value)}")
            .Prepend($"{props.Package.Hash}|{props.MemoryMb}|{props.Timeout.TotalSeconds}|{props.Role}|{props.Description}");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', settings))))[..12];
    }
}
