using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Local;

/// <summary>
/// The event that a REST API makes of a request, payload version 1.0, behind a domain of one's own: the path as it was sent,
/// the query decoded, every header once with its last value and once with all.
/// </summary>
internal static class GatewayEvent
{
    private static readonly string[] OfOneHop =
        ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"];

    public static byte[] From(HttpContext http, byte[] body, Guid id, RestGatewayOptions options)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? target : target[..mark];
        var query = mark < 0 ? [] : Query(target[(mark + 1)..]);
        var headers = Headers(http);
        var binary = options.IsBinary(http.Request.ContentType);
        var json = new JsonObject
        {
            ["resource"] = "/{proxy+}",
            ["path"] = path,
            ["httpMethod"] = http.Request.Method,
            ["headers"] = Last(headers),
            ["multiValueHeaders"] = All(headers),
            ["queryStringParameters"] = query.Count == 0 ? null : Last(query),
            ["multiValueQueryStringParameters"] = query.Count == 0 ? null : All(query),
            ["pathParameters"] = new JsonObject { ["proxy"] = Uri.UnescapeDataString(path[1..]) },
            ["stageVariables"] = null,
            ["requestContext"] = Context(http, path, id, options),
            ["body"] = body.Length == 0 ? null : binary ? Convert.ToBase64String(body) : Encoding.UTF8.GetString(body),
            ["isBase64Encoded"] = binary && body.Length > 0,
        };
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static JsonObject Context(HttpContext http, string path, Guid id, RestGatewayOptions options) => new()
    {
        ["resourcePath"] = "/{proxy+}",
        ["httpMethod"] = http.Request.Method,
        ["path"] = path,
        ["protocol"] = http.Request.Protocol,
        ["stage"] = options.Stage,
        ["accountId"] = CloudNames.Local.Account,
        ["requestId"] = id.ToString(),
        ["domainName"] = http.Request.Host.Host,
        ["identity"] = new JsonObject
        {
            ["sourceIp"] = http.Connection.RemoteIpAddress?.ToString(),
            ["userAgent"] = http.Request.Headers.UserAgent.ToString(),
        },
    };

    private static List<KeyValuePair<string, List<string>>> Headers(HttpContext http)
    {
        var headers = http.Request.Headers
            .Where(h => !OfOneHop.Contains(h.Key.ToLowerInvariant()))
            .Select(h => KeyValuePair.Create(h.Key, h.Value.Select(v => v ?? "").ToList()))
            .Where(h => !h.Key.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase))
            .ToList();

        // The gateway appends the address that it saw to what a client claims; the rest it says itself.
        var claimed = http.Request.Headers["X-Forwarded-For"].ToString();
        var seen = http.Connection.RemoteIpAddress?.ToString() ?? "";
        headers.Add(new("X-Forwarded-For", [claimed.Length == 0 ? seen : $"{claimed}, {seen}"]));
        headers.Add(new("X-Forwarded-Port", ["443"]));
        headers.Add(new("X-Forwarded-Proto", ["https"]));
        return headers;
    }

    /// <summary>Decoded as a form is: <c>+</c> is a space. The order of different names is not kept.</summary>
    private static List<KeyValuePair<string, List<string>>> Query(string query)
    {
        var all = new List<KeyValuePair<string, List<string>>>();
        foreach (var pair in query.Split('&').Where(p => p.Length > 0))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = WebUtility.UrlDecode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : WebUtility.UrlDecode(pair[(equals + 1)..]);
            var known = all.Find(p => p.Key == name);
            if (known.Value is null)
            {
                all.Add(new(name, [value]));
            }
            else
            {
                known.Value.Add(value);
            }
        }

        return all;
    }

    private static JsonObject Last(IEnumerable<KeyValuePair<string, List<string>>> map) =>
        new(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value[^1])));

    private static JsonObject All(IEnumerable<KeyValuePair<string, List<string>>> map) =>
        new(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)new JsonArray([.. p.Value.Select(v => (JsonNode)v)]))));
}
