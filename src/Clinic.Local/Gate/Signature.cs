using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Clinic.Local.Gate;

/// <summary>What a request says of its own signature, in the header or (presigned) in the query.</summary>
internal sealed record Signature(
    string AccessKey, string Date, string Region, string Service, IReadOnlyList<string> SignedHeaders, string Value)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";
    private const string HashHeader = "x-amz-content-sha256";

    public required string Timestamp { get; init; }

    public string? Token { get; init; }

    /// <summary>How long a presigned request holds; null for one signed in its headers.</summary>
    public TimeSpan? Expires { get; init; }

    public bool Presigned => Expires is not null;

    /// <summary>Null when the request has no signature that can be read: AWS calls it a missing token.</summary>
    public static Signature? Read(HttpRequest request, AwsQuery query)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Algorithm + " ", StringComparison.Ordinal)
            ? FromHeader(header[(Algorithm.Length + 1)..], request)
            : FromQuery(query);
    }

    /// <summary>True when the signature is that of this very request by the holder of the secret.</summary>
    public bool IsBy(string secret, HttpRequest request, AwsQuery query, string path, string payloadHash)
    {
        var canonical = Canonical(request, query, path, payloadHash);
        var scope = $"{Date}/{Region}/{Service}/aws4_request";
        var toSign = $"{Algorithm}\n{Timestamp}\n{scope}\n{AwsText.Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (ReadOnlySpan<string>)[Date, Region, Service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var expected = AwsText.Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(Value));
    }

    /// <summary>The hash that the client signed: declared, or for lack of a declaration the body's own.</summary>
    public string PayloadHash(HttpRequest request, ReadOnlySpan<byte> body)
    {
        if (Presigned && Service == "s3") { return UnsignedPayload; }
        return request.Headers[HashHeader] is [{ Length: > 0 } declared] ? declared : AwsText.Hex(SHA256.HashData(body));
    }

    /// <summary>A declared hash that is a hash must be the body's; streams declare a word instead.</summary>
    public static bool BodyIsAsDeclared(HttpRequest request, ReadOnlySpan<byte> body) =>
        request.Headers[HashHeader] is not [{ Length: 64 } declared]
        || string.Equals(declared, AwsText.Hex(SHA256.HashData(body)), StringComparison.OrdinalIgnoreCase);

    public DateTimeOffset? SignedAt() => DateTimeOffset.TryParseExact(
        Timestamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private string Canonical(HttpRequest request, AwsQuery query, string path, string payloadHash)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append('\n').Append(path).Append('\n').Append(query.Canonical()).Append('\n');
        foreach (var name in SignedHeaders)
        {
            var values = request.Headers[name].Select(value => AwsText.Squeeze(value ?? ""));
            text.Append(name).Append(':').AppendJoin(',', values).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', SignedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    private static Signature? FromHeader(string fields, HttpRequest request)
    {
        var parts = fields.Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2))
            .Where(field => field.Length == 2)
            .ToLookup(field => field[0], field => field[1]);
        if (parts["Credential"].SingleOrDefault() is not { } credential
            || parts["SignedHeaders"].SingleOrDefault() is not { } signed
            || parts["Signature"].SingleOrDefault() is not { } value)
        {
            return null;
        }

        var token = request.Headers["x-amz-security-token"].ToString();
        return Make(credential, signed, value, request.Headers["x-amz-date"].ToString(), token, null);
    }

    private static Signature? FromQuery(AwsQuery query)
    {
        if (query["X-Amz-Algorithm"] != Algorithm
            || query["X-Amz-Credential"] is not { } credential
            || query["X-Amz-SignedHeaders"] is not { } signed
            || query["X-Amz-Signature"] is not { } value
            || query["X-Amz-Date"] is not { } at
            || !int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return null;
        }

        return Make(credential, signed, value, at, query["X-Amz-Security-Token"], TimeSpan.FromSeconds(seconds));
    }

    private static Signature? Make(
        string credential, string signed, string value, string timestamp, string? token, TimeSpan? expires)
    {
        var headers = signed.Split(';');

        // Without the host a signature would hold on any endpoint.
        if (credential.Split('/') is not [var key, var date, var region, var service, "aws4_request"]
            || !headers.Contains("host")
            || !timestamp.StartsWith(date + "T", StringComparison.Ordinal))
        {
            return null;
        }

        return new Signature(key, date, region, service, headers, value)
        {
            Timestamp = timestamp,
            Token = string.IsNullOrEmpty(token) ? null : token,
            Expires = expires,
        };
    }
}
