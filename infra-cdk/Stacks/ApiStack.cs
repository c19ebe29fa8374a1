using System.Text.Json;
using Amazon.CDK;
using Amazon.CDK.AWS.APIGateway;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>
/// The way in: firewall, gateway (REST, regional, TLS 1.3 only), one function. The gateway knows every route, so what is no
/// route of ours costs no invocation, and throttles and metrics are those of a route.
/// </summary>
public sealed class ApiStack : ClinicStack
{
    public const string StageName = "live";

    /// <summary>
    /// TLS 1.3 and nothing below (ENC-1). The policies whose names begin so, and the access mode that they ask for, are
    /// described in the API Gateway developer guide, "Security policies for REST APIs"; younger than this library. With a domain
    /// the policy of the API is still the one that shakes hands, so both have it.
    /// </summary>
    public const string TlsPolicy = "SecurityPolicy_TLS13_1_3_2025_09";

    /// <summary>The host of the handshake must be the host of the request, of a regional endpoint.</summary>
    public const string AccessMode = "STRICT";

    /// <summary>
    /// At 1,769 MB a function has one whole processor (Lambda developer guide, "Memory"): hashing a password is processor
    /// alone, and everything else is waiting.
    /// </summary>
    public const int MemoryMb = 1769;

    /// <summary>Per second over all callers and routes; the function's concurrency is the harder limit.</summary>
    private static readonly (double Rate, double Burst) Throttle = (500, 250);

    /// <summary>Routes that anybody may call, by endpoint: each costs a hash or a mail, or the guess of a password.</summary>
    private static readonly Dictionary<string, (double Rate, double Burst)> Throttles = new()
    {
        ["SignIn"] = (20, 40),
        ["SignUpClinic"] = (2, 10),
        ["ConfirmClinic"] = (5, 20),
    };

    /// <summary>
    /// Ids and codes. No path (the template of the route stands for it), no query, no header, no address: an access log is read
    /// by more people than the trail, and law.md section 3 counts an address beside a clinic's route as personal data.
    /// </summary>
    private static readonly IReadOnlyList<(string Name, string Variable)> AccessLogFields =
    [
        ("request", "$context.requestId"),
        ("at", "$context.requestTimeEpoch"),
        ("method", "$context.httpMethod"),
        ("route", "$context.resourcePath"),
        ("status", "$context.status"),
        ("bytes", "$context.responseLength"),
        ("millis", "$context.responseLatency"),
        ("functionMillis", "$context.integration.latency"),
        ("functionStatus", "$context.integration.integrationStatus"),
        ("functionRequest", "$context.integration.requestId"),
        ("refusedBy", "$context.error.responseType"),
        ("firewall", "$context.waf.status"),
        ("tls", "$context.tlsVersion"),
        ("cipher", "$context.cipherSuite"),
    ];

    public ApiStack(Construct scope, ClinicStage stage, KeysStack keys, CodePackages packages)
        : base(scope, "Api", stage)
    {
        var function = new ClinicFunction(this, "Function", stage, keys, new ClinicFunctionProps(
            FunctionNames.Api,
            RoleNames.ApiBase,
            packages.Of(this, stage, CodePackages.Api),
            MemoryMb,
            ApiDescription.Patience,
            stage.Capacity.Api,
            new Dictionary<string, string> { ["CLINIC_ORIGINS"] = string.Join(',', stage.Api.Origins) })
        {
            Description = "Answers every request of the API.",
            Warm = stage.Capacity.ApiWarm,
        });
        var routes = ApiRoutes.All;
        var description = ApiDescription.Of(Names, routes);
        var policy = PolicyObjects.Of(Invoke(), TlsOnly());
        var api = Api(description, policy);
        Permit(api, function.Alias);
        var live = Deploy(api, routes, ApiDescription.Hash(new object[] { description, policy, TlsPolicy, AccessMode }), keys);
        _ = new ApiFirewall(
            this, "Firewall", stage, keys, $"arn:aws:apigateway:{CloudNames.Region}::/restapis/{api.Ref}/stages/{live.Ref}");
        PublicUrl = stage.Api.Domain is { } domain
            ? Domain(domain, api, live)
            : $"https://{api.Ref}.execute-api.{CloudNames.Region}.amazonaws.com/{StageName}/";
    }

    public static string ApiName(CloudNames names) => $"clinic-{names.Stage}";

    /// <summary>Where the Api answers, for the links in mails.</summary>
    internal string PublicUrl { get; }

    private CfnRestApi Api(Dictionary<string, object> description, Dictionary<string, object> policy)
    {
        var api = new CfnRestApi(this, "Api", new CfnRestApiProps
        {
            Name = ApiName(Names),
            Body = description,
            EndpointConfiguration = new CfnRestApi.EndpointConfigurationProperty { Types = ["REGIONAL"] },
            DisableExecuteApiEndpoint = Settings.Api.Domain is not null,
            FailOnWarnings = true,
            Policy = policy,
        });
        api.AddPropertyOverride("SecurityPolicy", TlsPolicy);
        api.AddPropertyOverride("EndpointAccessMode", AccessMode);
        return api;
    }

    private CfnStage Deploy(CfnRestApi api, IReadOnlyList<ApiRoute> routes, string hash, KeysStack keys)
    {
        var deployment = new CfnDeployment(this, $"Deployment{hash}", new CfnDeploymentProps { RestApiId = api.Ref });

        // Deleted after the stage has left it.
        deployment.AddDependency(api);
        var access = LogGroups.Add(this, "AccessLog", Settings, keys, $"/clinic/{Names.Stage}/api-access");

        // API Gateway would make this group by itself, for ever and under no key of ours.
        var execution = LogGroups.Add(
            this, "ExecutionLog", Settings, keys, $"API-Gateway-Execution-Logs_{api.Ref}/{StageName}");
        var live = new CfnStage(this, "Live", new CfnStageProps
        {
            RestApiId = api.Ref,
            DeploymentId = deployment.Ref,
            StageName = StageName,
            AccessLogSetting = new CfnStage.AccessLogSettingProperty
            {
                DestinationArn = LogGroups.Arn(Names, $"/clinic/{Names.Stage}/api-access"),
                Format = "{" + string.Join(',', AccessLogFields.Select(field =>
                    $"{JsonSerializer.Serialize(field.Name)}:{JsonSerializer.Serialize(field.Variable)}")) + "}",
            },
            TracingEnabled = Settings.Api.Tracing,
            MethodSettings = Methods(routes),
        });
        live.AddDependency(access);
        live.AddDependency(execution);
        live.AddDependency(LogRole());
        return live;
    }

    /// <summary>Errors of the gateway are logged, requests and answers never (no data trace); nothing is cached.</summary>
    private static CfnStage.MethodSettingProperty[] Methods(IReadOnlyList<ApiRoute> routes) =>
    [
        Method("/*", "*", Throttle),
        .. Throttles.Select(throttle =>
        {
            var route = routes.Single(route => route.Endpoint == throttle.Key);

            // Slashes after the first are written so (CloudFormation, "AWS::ApiGateway::Stage MethodSetting").
            return Method("/" + route.Path.Replace("/", "~1", StringComparison.Ordinal), route.Method, throttle.Value);
        }),
    ];

    private static CfnStage.MethodSettingProperty Method(
        string path, string method, (double Rate, double Burst) throttle) => new()
    {
        ResourcePath = path,
        HttpMethod = method,
        LoggingLevel = "ERROR",
        DataTraceEnabled = false,
        MetricsEnabled = true,
        CachingEnabled = false,
        ThrottlingRateLimit = throttle.Rate,
        ThrottlingBurstLimit = throttle.Burst,
    };

    /// <summary>
    /// One per account and region: API Gateway writes its logs with it. The managed policy, because the service refuses a role
    /// whose rights it does not recognise (API Gateway developer guide, "Set up CloudWatch logging").
    /// </summary>
    private CfnAccount LogRole()
    {
        var role = new CfnRole(this, "LogRole", new CfnRoleProps
        {
            RoleName = Names.RoleName("ApiGatewayLogs"),
            AssumeRolePolicyDocument = PolicyObjects.Of(new Dictionary<string, object>
            {
                ["Sid"] = "Gateway",
                ["Effect"] = "Allow",
                ["Principal"] = new Dictionary<string, object> { ["Service"] = "apigateway.amazonaws.com" },
                ["Action"] = "sts:AssumeRole",
            }),
            ManagedPolicyArns = ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
        });
        return new CfnAccount(this, "Account", new CfnAccountProps { CloudWatchRoleArn = role.AttrArn });
    }

    private void Permit(CfnRestApi api, CfnAlias alias) => _ = new CfnPermission(this, "Permission", new CfnPermissionProps
    {
        Action = "lambda:InvokeFunction",
        FunctionName = alias.Ref,
        Principal = "apigateway.amazonaws.com",
        SourceAccount = Names.Account,
        SourceArn = $"arn:aws:execute-api:{CloudNames.Region}:{Names.Account}:{api.Ref}/{StageName}/*",
    });

    private string Domain(ApiDomain domain, CfnRestApi api, CfnStage live)
    {
        var name = new CfnDomainName(this, "Domain", new CfnDomainNameProps
        {
            DomainName = domain.Name,
            RegionalCertificateArn = domain.CertificateArn,
            EndpointConfiguration = new CfnDomainName.EndpointConfigurationProperty { Types = ["REGIONAL"] },
            SecurityPolicy = TlsPolicy,
        });
        name.AddPropertyOverride("EndpointAccessMode", AccessMode);
        _ = new CfnBasePathMapping(this, "Mapping", new CfnBasePathMappingProps
        {
            DomainName = name.Ref,
            RestApiId = api.Ref,
            Stage = live.Ref,
        });
        _ = new CfnOutput(this, "DomainTarget", new CfnOutputProps
        {
            Description = $"Where {domain.Name} must point to.",
            Value = name.AttrRegionalDomainName,
        });
        return $"https://{domain.Name}/";
    }

    /// <summary>Anybody may call the API, over this stage of it: who somebody is, the session says.</summary>
    private static Dictionary<string, object> Invoke() => new()
    {
        ["Sid"] = "Public",
        ["Effect"] = "Allow",
        ["Principal"] = "*",
        ["Action"] = "execute-api:Invoke",
        ["Resource"] = $"execute-api:/{StageName}/*",
    };

    private static Dictionary<string, object> TlsOnly() => new()
    {
        ["Sid"] = "TlsOnly",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "execute-api:Invoke",
        ["Resource"] = "execute-api:/*",
        ["Condition"] = new Dictionary<string, object>
        {
            ["Bool"] = new Dictionary<string, object> { ["aws:SecureTransport"] = "false" },
        },
    };
}
