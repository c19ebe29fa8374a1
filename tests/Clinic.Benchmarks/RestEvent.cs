using System.Text.Json.Nodes;
using Clinic.Testing;

namespace Clinic.Benchmarks;

/// <summary>Proxy events of API Gateway (REST API, payload 1.0), as bytes that are made before the clock runs.</summary>
internal static class RestEvent
{
    public static ReadOnlyMemory<byte> Of(string method, string path, ClinicClient? client, Uri origin, JsonNode? body = null)
    {
        var headers = new JsonObject { ["Host"] = origin.Authority };
        if (client is not null)
        {
            // Behind the gateway all is TLS, where the cookie has its prefix; the client signed in over plain HTTP.
            var cookie = client.Cookies.GetCookieHeader(origin);
            headers["Cookie"] = cookie.StartsWith("session=", StringComparison.Ordinal) ? "__Host-" + cookie : cookie;
            headers["X-CSRF-Token"] = client.CsrfToken;
        }

        if (body is not null) { headers["Content-Type"] = "application/json"; }
        var text = new JsonObject
        {
            ["resource"] = path,
            ["path"] = path,
            ["httpMethod"] = method,
            ["headers"] = headers.DeepClone(),
            ["multiValueHeaders"] =
                new JsonObject(headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)new JsonArray(h.Value!.DeepClone())))),
            ["queryStringParameters"] = null,
            ["multiValueQueryStringParameters"] = null,
            ["requestContext"] = new JsonObject
            {
                ["requestId"] = "3f1e9a52-7c1d-4a51-9f0b-6a1d2c3b4e5f",
                ["stage"] = "live",
                ["path"] = path,
                ["httpMethod"] = method,
                ["identity"] = new JsonObject { ["sourceIp"] = "203.0.113.7" },
            },
            ["body"] = body?.ToJsonString(),
            ["isBase64Encoded"] = false,
        };
        return System.Text.Encoding.UTF8.GetBytes(text.ToJsonString());
    }

    /// <summary>The status of a proxy answer; anything but the one expected ends the measurement.</summary>
    public static void Expect(int status, ReadOnlyMemory<byte> answer)
    {
        var text = JsonNode.Parse(answer.Span)!;
        if ((int?)text["statusCode"] != status)
        {
            throw new InvalidOperationException($"Expected {status}, got {text["statusCode"]}: {text["body"]}");
        }
    }
}
