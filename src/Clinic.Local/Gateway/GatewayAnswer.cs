using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Clinic.Local;

/// <summary>A function's answer, read as strictly as a REST API reads it: whatever is not of this form is 502.</summary>
internal sealed class GatewayAnswer
{
    private static readonly string[] Members = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

    /// <summary>Headers that the gateway takes for its own; a function's go out under another name.</summary>
    private static readonly string[] Remapped = ["connection", "content-length", "date", "server", "www-authenticate"];

    private readonly List<(string Name, string Value)> _headers = [];
    private int _status;
    private byte[] _body = [];

    private GatewayAnswer()
    {
    }

    /// <summary>Null when the answer is malformed.</summary>
    public static GatewayAnswer? Read(ReadOnlyMemory<byte> json, RestGatewayOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var answer = new GatewayAnswer();
            return answer.TryRead(document.RootElement, options) ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (FormatException)
        {
            // Not base64, although it says so.
            return null;
        }
    }

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = _status;
        foreach (var (name, value) in _headers)
        {
            http.Response.Headers.Append(name, value);
        }

        if (_status is >= 200 and not (204 or 205 or 304) && !HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.ContentType ??= "application/json";
            http.Response.ContentLength = _body.Length;
            await http.Response.Body.WriteAsync(_body);
        }
    }

    private bool TryRead(JsonElement json, RestGatewayOptions options)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(m => !Members.Contains(m.Name))
            || !json.TryGetProperty("statusCode", out var status) || status.ValueKind != JsonValueKind.Number
            || !status.TryGetInt32(out _status) || _status is < 100 or > 599
            || !TryReadHeaders(json, "headers") || !TryReadHeaders(json, "multiValueHeaders"))
        {
            return false;
        }

        var isBase64 = json.TryGetProperty("isBase64Encoded", out var encoded) && encoded.ValueKind == JsonValueKind.True;
        if (!json.TryGetProperty("body", out var body) || body.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (body.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        var type = _headers.Find(h => h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        _body = isBase64 && options.IsBinary(type) ? body.GetBytesFromBase64() : Encoding.UTF8.GetBytes(body.GetString()!);
        return true;
    }

    private bool TryReadHeaders(JsonElement json, string member)
    {
        if (!json.TryGetProperty(member, out var headers) || headers.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        return headers.ValueKind == JsonValueKind.Object && headers.EnumerateObject().All(h => h.Value.ValueKind switch
        {
            JsonValueKind.Array => h.Value.EnumerateArray().All(v => TryAdd(h.Name, v)),
            _ => TryAdd(h.Name, h.Value),
        });
    }

    private bool TryAdd(string name, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            || value.ToString().Any(char.IsControl))
        {
            return false;
        }

        _headers.Add((Remapped.Contains(name.ToLowerInvariant()) ? "x-amzn-Remapped-" + name : name, value.ToString()));
        return true;
    }
}
