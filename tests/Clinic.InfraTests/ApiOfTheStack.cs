using Clinic.Infra.Constructs;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Clinic.InfraTests;

/// <summary>The way in, and that each check notices what it is there for.</summary>
public class ApiOfTheStack
{
    private static readonly Lazy<IReadOnlyList<RouteEndpoint>> Endpoints = new(ApiRoutes.Endpoints);

    public static TheoryData<string> StageNames => [.. Synthesis.StageNames];

    [Theory]
    [MemberData(nameof(StageNames))]
    public void Every_endpoint_has_its_route_and_every_route_its_endpoint(string stage) =>
        Assert.Empty(ApiChecks.Routes(Synthesis.Stage(stage), Endpoints.Value));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "ENC-1")]
    public void The_gateway_and_its_domain_speak_tls_1_3_and_nothing_below(string stage) =>
        Assert.Empty(ApiChecks.Tls(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-2")]
    public void The_stage_throttles_and_logs_ids_only(string stage) => Assert.Empty(ApiChecks.Stage(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    public void The_gateway_answers_in_the_words_of_the_api(string stage) =>
        Assert.Empty(ApiChecks.OwnAnswers(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-2")]
    public void A_firewall_stands_before_the_gateway(string stage) => Assert.Empty(FirewallChecks.All(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    public void What_is_described_is_deployed(string stage) => Assert.Empty(ApiChecks.Deployed(Synthesis.Stage(stage)));

    [Fact]
    public void An_endpoint_without_a_route_is_noticed() =>
        Assert.NotEmpty(ApiChecks.Routes(Synthesis.Stage("prod"), [.. Endpoints.Value, Endpoint("/v1/forgotten")]));

    [Fact]
    public void A_route_without_an_endpoint_is_noticed() =>
        Assert.NotEmpty(ApiChecks.Routes(Synthesis.Stage("prod"), Endpoints.Value.Skip(1)));

    [Theory]
    [InlineData("Body.paths./v1/sessions.post.x-amazon-apigateway-integration.type", "\"mock\"")]
    [InlineData("Body.paths./v1/sessions.post.x-amazon-apigateway-integration.uri", "\"arn:aws:lambda:other\"")]
    [InlineData("Body.paths./v1/sessions.post.x-amazon-apigateway-integration.timeoutInMillis", "3000")]
    public void A_route_that_leads_elsewhere_is_noticed(string path, string value) =>
        Assert.NotEmpty(ApiChecks.Routes(Faults.Plant(ApiChecks.Api, path, value), Endpoints.Value));

    [Theory]
    [InlineData(ApiChecks.Api, "SecurityPolicy", null)]
    [InlineData(ApiChecks.Api, "SecurityPolicy", "\"TLS_1_2\"")]
    [InlineData(ApiChecks.Api, "EndpointAccessMode", "\"BASIC\"")]
    [InlineData(ApiChecks.Api, "EndpointConfiguration.Types.0", "\"EDGE\"")]
    [InlineData(ApiChecks.Api, "DisableExecuteApiEndpoint", "false")]
    [InlineData(ApiChecks.Api, "Policy.Statement.1", null)]
    [InlineData(ApiChecks.Domain, "SecurityPolicy", "\"TLS_1_2\"")]
    [InlineData(ApiChecks.Domain, "EndpointAccessMode", null)]
    [InlineData(ApiChecks.Domain, "RegionalCertificateArn", "\"arn:aws:acm:us-east-1:1:certificate/x\"")]
    [InlineData("AWS::ApiGateway::BasePathMapping", "BasePath", "\"v1\"")]
    [Trait("Promise", "ENC-1")]
    public void A_weaker_way_in_is_noticed(string type, string path, string? value) =>
        Assert.NotEmpty(ApiChecks.Tls(Faults.Plant(type, path, value)));

    [Theory]
    [InlineData("$context.identity.sourceIp")]
    [InlineData("$context.identity.userAgent")]
    [InlineData("$context.path")]
    [InlineData("$context.error.message")]
    [InlineData("$context.requestOverride.header.cookie")]
    public void A_field_of_the_caller_in_the_access_log_is_noticed(string variable)
    {
        var format = $$"""
            {"request":"$context.requestId","route":"$context.resourcePath","status":"$context.status","more":"{{variable}}"}
            """;
        Assert.NotEmpty(ApiChecks.Stage(
            Faults.Plant(ApiChecks.Live, "AccessLogSetting.Format", System.Text.Json.JsonSerializer.Serialize(format))));
    }

    [Theory]
    [InlineData("MethodSettings.0.DataTraceEnabled", "true")]
    [InlineData("MethodSettings.0.CachingEnabled", "true")]
    [InlineData("MethodSettings.0.LoggingLevel", "\"INFO\"")]
    [InlineData("MethodSettings.0.MetricsEnabled", "false")]
    [InlineData("MethodSettings.0.ThrottlingRateLimit", null)]
    [InlineData("MethodSettings.1", null)]
    [InlineData("MethodSettings.1.ThrottlingRateLimit", "400")]
    [InlineData("TracingEnabled", "true")]
    [InlineData("AccessLogSetting.DestinationArn", "\"arn:aws:logs:ap-south-1:1:log-group:other\"")]
    public void A_stage_that_tells_or_lets_through_more_is_noticed(string path, string? value) =>
        Assert.NotEmpty(ApiChecks.Stage(Faults.Plant(ApiChecks.Live, path, value)));

    [Theory]
    [InlineData("MISSING_AUTHENTICATION_TOKEN.statusCode", "403")]
    [InlineData("THROTTLED.responseParameters", "{}")]
    [InlineData("DEFAULT_4XX", null)]
    [InlineData("INTEGRATION_FAILURE.responseTemplates.application/json", """
        "{\"type\":\"urn:clinic:problem:unavailable\",\"status\":503,\"title\":\"$context.error.message\"}"
        """)]
    public void An_answer_in_words_of_the_gateway_is_noticed(string path, string? value)
    {
        const string Answers = "Body.x-amazon-apigateway-gateway-responses.";
        Assert.NotEmpty(ApiChecks.OwnAnswers(Faults.Plant(ApiChecks.Api, Answers + path, value)));
    }

    [Fact]
    public void Bodies_that_are_read_as_text_are_noticed() => Assert.NotEmpty(ApiChecks.OwnAnswers(
        Faults.Plant(ApiChecks.Api, "Body.x-amazon-apigateway-binary-media-types", """["image/png"]""")));

    [Theory]
    [InlineData(FirewallChecks.Acl, "Rules.0", null)]
    [InlineData(FirewallChecks.Acl, "Rules.1", null)]
    [InlineData(FirewallChecks.Acl, "Rules.1.Action", """{"Count":{}}""")]
    [InlineData(FirewallChecks.Acl, "Rules.2.OverrideAction", """{"Count":{}}""")]
    [InlineData(FirewallChecks.Acl, "Rules.3", null)]
    [InlineData(
        FirewallChecks.Acl, "Rules.4.Statement.ManagedRuleGroupStatement.RuleActionOverrides.0.Name", "\"NoUserAgent_HEADER\"")]
    [InlineData(FirewallChecks.Acl, "VisibilityConfig.SampledRequestsEnabled", "true")]
    [InlineData(FirewallChecks.Acl, "Scope", "\"CLOUDFRONT\"")]
    [InlineData(FirewallChecks.Association, "ResourceArn", "\"arn:aws:apigateway:ap-south-1::/restapis/other/stages/live\"")]
    [InlineData(FirewallChecks.Logging, "RedactedFields.0", null)]
    [InlineData(FirewallChecks.Logging, "RedactedFields.3", null)]
    [InlineData(FirewallChecks.Logging, "LoggingFilter.DefaultBehavior", "\"KEEP\"")]
    [Trait("Promise", "OPS-2")]
    public void A_hole_in_the_firewall_is_noticed(string type, string path, string? value) =>
        Assert.NotEmpty(FirewallChecks.All(Faults.Plant(type, path, value)));

    [Theory]
    [InlineData("Body.info.version", "\"v2\"")]
    [InlineData("Body.x-amazon-apigateway-gateway-responses.THROTTLED.statusCode", "503")]
    [InlineData("Policy.Statement.1", null)]
    [InlineData("SecurityPolicy", "\"TLS_1_2\"")]
    public void Another_api_under_the_old_deployment_is_noticed(string path, string? value) =>
        Assert.NotEmpty(ApiChecks.Deployed(Faults.Plant(ApiChecks.Api, path, value)));

    [Fact]
    public void The_order_in_a_description_is_no_change()
    {
        var one = new Dictionary<string, object> { ["a"] = 1, ["b"] = 2 };
        var other = new Dictionary<string, object> { ["b"] = 2, ["a"] = 1 };
        Assert.Equal(ApiDescription.Hash(one), ApiDescription.Hash(other));
        other["a"] = 3;
        Assert.NotEqual(ApiDescription.Hash(one), ApiDescription.Hash(other));
    }

    /// <summary>What the gateway would refuse to import, or mix up, stops the synthesis and not the deployment.</summary>
    [Theory]
    [InlineData("/v1/patients/{patient}", "/v1/patients/{id}/notes")]
    [InlineData("/v1/patients/{patient:guid}", "/v1/patients/{patient:int}")]
    [InlineData("/v1/files/{name}.pdf", "/v1/files")]
    [InlineData("/v1/files/{name?}", "/v1/other")]
    public void Routes_that_the_gateway_cannot_have_are_refused(string one, string other) =>
        Assert.Throws<NotSupportedException>(() => ApiRoutes.Of([Endpoint(one), Endpoint(other)]));

    [Fact]
    public void A_route_loses_its_constraint_and_keeps_its_name() => Assert.Contains(
        new ApiRoute("GET", "/v1/patients/{patient}/{rest+}", "/v1/patients/{patient}/{rest+}"),
        ApiRoutes.Of([Endpoint("/v1/patients/{patient:guid}/{**rest}")]));

    private static RouteEndpoint Endpoint(string pattern) => new(
        _ => Task.CompletedTask,
        RoutePatternFactory.Parse(pattern),
        0,
        new EndpointMetadataCollection(new HttpMethodMetadata(["GET"])),
        pattern);
}
