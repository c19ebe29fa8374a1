using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;

namespace Clinic.Infra.Constructs;

/// <summary>
/// The gateway's routes and own answers as one OpenAPI document. Resources and methods of CloudFormation would be some three
/// for each route, and a stack takes 500.
/// </summary>
internal static class ApiDescription
{
    /// <summary>What API Gateway waits at most without a quota raised; the function ends with it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(29);

    /// <summary>Seconds until a client that was turned away is worth trying again.</summary>
    private const int RetryAfter = 5;

    private const string Problem = "application/problem+json";

    public static Dictionary<string, object> Of(CloudNames names, IEnumerable<ApiRoute> routes) => new()
    {
        ["openapi"] = "3.0.1",
        ["info"] = new Dictionary<string, object> { ["title"] = $"clinic-{names.Stage}", ["version"] = "v1" },

        // Every type: as text, the gateway reads a body as UTF-8 and changes each byte that is none.
        ["x-amazon-apigateway-binary-media-types"] = new object[] { "*/*" },
        ["x-amazon-apigateway-gateway-responses"] = Responses(),
        ["paths"] = routes.GroupBy(route => route.Path).ToDictionary(
            path => path.Key,
            object (path) => path.ToDictionary(
                route => route.Method.ToLowerInvariant(),
                object (route) => Operation(names, route))),
    };

    /// <summary>
    /// A deployment is a photograph of the API: the same name under another API would leave the old one deployed. Members are
    /// sorted, so that only a change of meaning is a change.
    /// </summary>
    public static string Hash(object description) => Hash(JsonSerializer.SerializeToNode(description));

    public static string Hash(JsonNode? description) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Sorted(description))))[..12];

    private static Dictionary<string, object> Operation(CloudNames names, ApiRoute route)
    {
        Dictionary<string, object> operation = new()
        {
            ["responses"] = new Dictionary<string, object>
            {
                ["200"] = new Dictionary<string, object> { ["description"] = "As the Api answers." },
            },
            ["x-amazon-apigateway-integration"] = new Dictionary<string, object>
            {
                ["type"] = "aws_proxy",
                ["httpMethod"] = "POST",
                ["uri"] = $"arn:aws:apigateway:{CloudNames.Region}:lambda:path/2015-03-31/functions/"
                    + $"{ClinicFunction.AliasArn(names, FunctionNames.Api)}/invocations",
                ["passthroughBehavior"] = "when_no_match",
                ["timeoutInMillis"] = (int)Patience.TotalMilliseconds,
            },
        };
        object[] parameters =
        [
            .. route.Path.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => new Dictionary<string, object>
            {
                ["name"] = segment.Trim('{', '}', '+'),
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = new Dictionary<string, object> { ["type"] = "string" },
            }),
        ];
        if (parameters.Length > 0) { operation["parameters"] = parameters; }
        return operation;
    }

    /// <summary>
    /// Where the gateway answers alone it answers as the Api does, in fixed words: its own would name the resource, the
    /// integration, or what in the request it did not like.
    /// </summary>
    private static Dictionary<string, object> Responses() => new()
    {
        // A route that is not there has no authentication either, hence the name.
        ["MISSING_AUTHENTICATION_TOKEN"] = Response(Problems.NoSuchRoute),
        ["RESOURCE_NOT_FOUND"] = Response(Problems.NoSuchRoute),
        ["BAD_REQUEST_PARAMETERS"] = Response(Problems.Malformed),
        ["BAD_REQUEST_BODY"] = Response(Problems.Malformed),
        ["REQUEST_TOO_LARGE"] = Response(Problems.TooLarge),
        ["UNSUPPORTED_MEDIA_TYPE"] = Response(Problems.MediaType),
        ["THROTTLED"] = Response(Problems.TooMany, RetryAfter),
        ["QUOTA_EXCEEDED"] = Response(Problems.TooMany, RetryAfter),
        ["INTEGRATION_FAILURE"] = Response(Problems.Unavailable, RetryAfter),
        ["INTEGRATION_TIMEOUT"] = Response(Problems.Unavailable, RetryAfter),
        ["WAF_FILTERED"] = Response(Problems.Refused),
        ["ACCESS_DENIED"] = Response(Problems.Refused),
        ["DEFAULT_4XX"] = Response(Problems.Refused, keepStatus: true),
        ["DEFAULT_5XX"] = Response(Problems.Unavailable, RetryAfter),
    };

    /// <param name="keepStatus">Of several statuses; then the body tells none, rather than a wrong one.</param>
    private static Dictionary<string, object> Response(Refusal refusal, int? retryAfter = null, bool keepStatus = false)
    {
        Dictionary<string, object> headers = new()
        {
            ["gatewayresponse.header.Content-Type"] = $"'{Problem}'",
            ["gatewayresponse.header.Cache-Control"] = "'no-store'",
        };
        if (retryAfter is { } seconds) { headers["gatewayresponse.header.Retry-After"] = $"'{seconds}'"; }

        Dictionary<string, object> body = new() { ["type"] = Problems.TypePrefix + refusal.Code, ["title"] = refusal.Title };
        Dictionary<string, object> response = new() { ["responseParameters"] = headers };
        if (!keepStatus)
        {
            body["status"] = refusal.Status;
            response["statusCode"] = refusal.Status;
        }

        response["responseTemplates"] = new Dictionary<string, object>
        {
            ["application/json"] = JsonSerializer.Serialize(body),
        };
        return response;
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject one => new JsonObject(one.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray many => new JsonArray([.. many.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
