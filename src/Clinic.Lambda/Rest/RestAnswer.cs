using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Clinic.Lambda;

/// <summary>Writes a response as the answer of a REST proxy integration. Pure: response in, bytes out.</summary>
internal static class RestAnswer
{
    // The answer is read by a JSON parser, never pasted into a page: only what JSON itself needs is escaped.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <exception cref="InvalidOperationException">The body does not have the length that its header says.</exception>
    public static void Write(RestResponse response, string method, IBufferWriter<byte> answer)
    {
        var body = MayHaveBody(response.StatusCode, method) ? response.Written : [];
        if (!body.IsEmpty && response.Headers.ContentLength is { } length && length != body.Length)
        {
            throw new InvalidOperationException("The response has another length than its Content-Length.");
        }

        using var json = new Utf8JsonWriter(answer, Options);
        json.WriteStartObject();
        json.WriteNumber("statusCode"u8, response.StatusCode);
        WriteHeaders(json, response.Headers);
        var isText = IsText(response.Headers.ContentType, response.Headers.ContentEncoding) && Utf8.IsValid(body);
        json.WriteBoolean("isBase64Encoded"u8, !isText && !body.IsEmpty);
        if (isText)
        {
            json.WriteString("body"u8, body);
        }
        else
        {
            json.WriteBase64String("body"u8, body);
        }

        json.WriteEndObject();
    }

    private static bool MayHaveBody(int status, string method) =>
        !HttpMethods.IsHead(method) && status is not (>= 100 and < 200 or 204 or 205 or 304);

    private static void WriteHeaders(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        var connection = headers.Connection;
        json.WriteStartObject("multiValueHeaders"u8);
        foreach (var (name, values) in headers)
        {
            // The gateway counts the bytes itself.
            if (RestHeaders.IsOfOneHop(name) || RestHeaders.IsNamedBy(connection, name)
                || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            json.WriteStartArray(name);
            foreach (var value in values)
            {
                if (value is not null)
                {
                    json.WriteStringValue(value);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>What may stand in JSON as it is. Anything else, and anything compressed, is base64.</summary>
    private static bool IsText(string? contentType, string? contentEncoding)
    {
        if (!string.IsNullOrEmpty(contentEncoding) || contentType is null)
        {
            return false;
        }

        var type = contentType.AsSpan();
        var parameters = type.IndexOf(';');
        if (parameters >= 0)
        {
            if (type[parameters..].Contains("charset", StringComparison.OrdinalIgnoreCase)
                && !type[parameters..].Contains("utf-8", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            type = type[..parameters].TrimEnd();
        }

        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/javascript", StringComparison.OrdinalIgnoreCase);
    }
}
