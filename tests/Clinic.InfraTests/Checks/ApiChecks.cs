using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Clinic.Infra.Constructs;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Microsoft.AspNetCore.Routing;

namespace Clinic.InfraTests.Checks;

/// <summary>The gateway: its routes, its TLS, its own answers, its log, and that a change is deployed.</summary>
internal static partial class ApiChecks
{
    public const string Api = "AWS::ApiGateway::RestApi";
    public const string Live = "AWS::ApiGateway::Stage";
    public const string Domain = "AWS::ApiGateway::DomainName";
    public const string Deployment = "AWS::ApiGateway::Deployment";

    private const string TlsPolicy = "SecurityPolicy_TLS13_1_3_2025_09";

    /// <summary>Tells nothing of the caller: ids, codes, counts, times, and the template of the route.</summary>
    private static readonly HashSet<string> Loggable =
    [
        "requestId", "requestTimeEpoch", "httpMethod", "resourcePath", "status", "responseLength", "responseLatency",
        "integration.latency", "integration.integrationStatus", "integration.requestId", "error.responseType", "waf.status",
        "tlsVersion", "cipherSuite",
    ];

    /// <summary>Every endpoint is a route of the gateway, and every route an endpoint.</summary>
    public static IReadOnlyList<string> Routes(StageTemplates stage, IEnumerable<RouteEndpoint> endpoints)
    {
        var complaints = new Complaints();
        var served = endpoints
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method} /{Constraint().Replace(endpoint.RoutePattern.RawText!.Trim('/'), "}")}"))
            .Select(route => route == "GET /openapi/{documentName}.json" ? "GET /openapi/v1.json" : route)
            .Append("GET /docs").Append("GET /docs/{file+}")
            .ToHashSet();
        var routes = stage.Of(Api).Single().Properties["Body"]!["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}")).ToHashSet();
        complaints.Expect(
            routes.IsSupersetOf(served), $"no route leads to [{string.Join(", ", served.Except(routes))}]");
        complaints.Expect(
            served.IsSupersetOf(routes), $"no endpoint answers [{string.Join(", ", routes.Except(served))}]");
        foreach (var operation in Operations(stage))
        {
            var integration = operation["x-amazon-apigateway-integration"];
            complaints.Expect(
                integration?["type"]?.ToString() == "aws_proxy"
                && (int?)integration["timeoutInMillis"] == 29000
                && integration["uri"]?.ToString().EndsWith(
                    $":{stage.Stage.Account}:function:clinic-{stage.Stage.Name}-api:live/invocations",
                    StringComparison.Ordinal) == true,
                "a route does not lead to the Api");
        }

        return complaints.Found;
    }

    public static IReadOnlyList<string> Tls(StageTemplates stage)
    {
        var complaints = new Complaints();
        var domain = stage.Stage.Api.Domain;
        complaints.Expect(stage.Of(Domain).Count() == (domain is null ? 0 : 1), "there are other domains than the stage's");
        foreach (var resource in stage.Of(Api).Concat(stage.Of(Domain)))
        {
            complaints.Same(resource, "SecurityPolicy", TlsPolicy);
            complaints.Same(resource, "EndpointAccessMode", "STRICT");
            complaints.Same(resource, "EndpointConfiguration.Types", new JsonArray("REGIONAL"));
        }

        var api = stage.Of(Api).Single();
        complaints.Same(api, "DisableExecuteApiEndpoint", domain is not null);
        complaints.Expect(
            api.Get("Policy.Statement")?.AsArray().Any(statement => statement!["Effect"]!.ToString() == "Deny"
                && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false") == true,
            "the API answers plain HTTP");
        if (domain is null) { return complaints.Found; }

        if (complaints.One(stage, Domain, "DomainName", domain.Name) is { } name)
        {
            complaints.Same(name, "RegionalCertificateArn", domain.CertificateArn);
        }

        if (complaints.One(stage, "AWS::ApiGateway::BasePathMapping", "DomainName", domain.Name) is { } mapping)
        {
            complaints.Same(mapping, "BasePath", null);
            complaints.Same(mapping, "Stage", "live");
        }

        return complaints.Found;
    }

    /// <summary>A deployment is named by what it deploys, so that another API is another deployment.</summary>
    public static IReadOnlyList<string> Deployed(StageTemplates stage)
    {
        var complaints = new Complaints();
        var api = stage.Of(Api).Single();
        JsonArray deployed =
        [
            api.Get("Body"), api.Get("Policy"), api.Get("SecurityPolicy"), api.Get("EndpointAccessMode"),
        ];
        var expected = "Deployment" + ApiDescription.Hash(deployed);
        complaints.Expect(
            stage.Of(Deployment).Select(deployment => deployment.Id).SequenceEqual([expected]),
            "the deployment is not that of this API");
        complaints.Expect(stage.Of(Live).Single().Text("DeploymentId") == expected, "the stage has another deployment");
        return complaints.Found;
    }

    public static IReadOnlyList<string> Stage(StageTemplates stage)
    {
        var complaints = new Complaints();
        var live = stage.Of(Live).Single();
        complaints.Same(
            live, "AccessLogSetting.DestinationArn",
            $"arn:aws:logs:ap-south-1:{stage.Stage.Account}:log-group:/clinic/{stage.Stage.Name}/api-access");
        var fields = JsonNode.Parse(live.Text("AccessLogSetting.Format")!)!.AsObject()
            .Select(field => field.Value!.ToString()["$context.".Length..]).ToHashSet();
        complaints.Expect(
            fields.IsSubsetOf(Loggable), $"the access log tells [{string.Join(", ", fields.Except(Loggable))}]");
        complaints.Expect(
            fields.IsSupersetOf(["requestId", "resourcePath", "status"]), "the access log does not tell what was answered");
        complaints.Same(live, "CacheClusterEnabled", null);
        complaints.Same(live, "TracingEnabled", false);

        var settings = live.Get("MethodSettings")!.AsArray();
        foreach (var setting in settings)
        {
            complaints.Expect((bool?)setting!["DataTraceEnabled"] == false, "requests and answers are logged");
            complaints.Expect((bool?)setting["CachingEnabled"] == false, "answers are cached");
            complaints.Expect((bool?)setting["MetricsEnabled"] == true, "a route has no metrics");
            complaints.Expect(setting["LoggingLevel"]?.ToString() == "ERROR", "the gateway logs more or less than errors");
        }

        var rates = settings.ToDictionary(
            setting => $"{setting!["HttpMethod"]} {setting["ResourcePath"]}",
            setting => (double?)setting!["ThrottlingRateLimit"]);
        var all = rates.GetValueOrDefault("* /*");
        complaints.Expect(all is > 0, "nothing throttles the routes");
        foreach (var route in new[] { "/~1v1~1sessions", "/~1v1~1clinics", "/~1v1~1clinics~1confirmations" })
        {
            complaints.Expect(
                rates.GetValueOrDefault($"POST {route}") is { } rate && rate < all / 10, $"{route} is throttled like the others");
        }

        return complaints.Found;
    }

    /// <summary>Where the gateway answers alone: problem+json in our words, nothing of the request or the inside.</summary>
    public static IReadOnlyList<string> OwnAnswers(StageTemplates stage)
    {
        var complaints = new Complaints();
        var body = stage.Of(Api).Single().Properties["Body"]!;
        complaints.Expect(
            body["x-amazon-apigateway-binary-media-types"]?.ToJsonString() == """["*/*"]""", "bodies are changed on their way");
        var answers = body["x-amazon-apigateway-gateway-responses"]!.AsObject();
        foreach (var (kind, status, problem) in new[]
        {
            ("MISSING_AUTHENTICATION_TOKEN", 404, "no-such-route"), ("RESOURCE_NOT_FOUND", 404, "no-such-route"),
            ("REQUEST_TOO_LARGE", 413, "too-large"), ("UNSUPPORTED_MEDIA_TYPE", 415, "media-type"),
            ("THROTTLED", 429, "too-many-requests"), ("INTEGRATION_TIMEOUT", 503, "unavailable"),
            ("INTEGRATION_FAILURE", 503, "unavailable"), ("DEFAULT_5XX", 503, "unavailable"),
            ("WAF_FILTERED", 403, "refused"),
        })
        {
            var template = answers[kind]?["responseTemplates"]?["application/json"]?.ToString();
            complaints.Expect(
                (int?)answers[kind]?["statusCode"] == status && template is not null
                && JsonNode.Parse(template)!["type"]!.ToString() == $"urn:clinic:problem:{problem}"
                && (int?)JsonNode.Parse(template)!["status"] == status,
                $"{kind} is not answered by {status} {problem}");
            var retries = answers[kind]?["responseParameters"]?["gatewayresponse.header.Retry-After"] is not null;
            complaints.Expect(retries == status is 429 or 503, $"{kind}: says wrongly when to try again");
        }

        complaints.Expect(answers.ContainsKey("DEFAULT_4XX"), "the gateway's own words leave in other refusals");
        foreach (var (kind, answer) in answers)
        {
            complaints.Expect(
                answer!["responseParameters"]?["gatewayresponse.header.Content-Type"]?.ToString() == "'application/problem+json'",
                $"{kind} is no problem+json");
            complaints.Expect(
                !answer.ToJsonString().Contains('$', StringComparison.Ordinal), $"{kind} tells something of the request");
        }

        return complaints.Found;
    }

    private static IEnumerable<JsonNode> Operations(StageTemplates stage) =>
        stage.Of(Api).Single().Properties["Body"]!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(method => method.Value!));

    [GeneratedRegex(":[^}]*}")]
    private static partial Regex Constraint();
}
