using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clinic.Local;

/// <summary>A stand-in refused a call; Code is the short name of its error.</summary>
public sealed class AwsJsonException(string code, string message) : Exception($"{code}: {message}")
{
    public string Code { get; } = code;
}

/// <summary>AWS's JSON protocol, unsigned, for the services whose SDK package is not served: SQS and DynamoDB Streams.</summary>
internal sealed class AwsJson(Uri endpoint, string targetPrefix) : IDisposable
{
    // Above the longest long poll of SQS, which is 20 s.
    private readonly HttpClient _http = new() { BaseAddress = endpoint, Timeout = TimeSpan.FromSeconds(60) };

    public async Task<JsonDocument> CallAsync(string action, JsonObject body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Headers.Add("X-Amz-Target", $"{targetPrefix}.{action}");
        request.Headers.TryAddWithoutValidation("Authorization", StandInKinds.Authorization);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        using var response = await _http.SendAsync(request, ct);
        var bytes = await response.Content.ReadAsByteArrayAsync(ct);
        var answer = JsonDocument.Parse(bytes.Length == 0 ? "{}"u8.ToArray() : bytes);
        if (response.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            // SQS writes message, DynamoDB writes Message.
            var message = Member(answer, "message") ?? Member(answer, "Message") ?? "";
            throw new AwsJsonException((Member(answer, "__type") ?? "Unknown").Split('#')[^1], message);
        }
    }

    public void Dispose() => _http.Dispose();

    public static JsonObject Object(params (string Name, JsonNode Value)[] members)
    {
        var made = new JsonObject();
        foreach (var (name, value) in members)
        {
            made[name] = value;
        }

        return made;
    }

    public static JsonArray List(string only) => [(JsonNode)only];

    private static string? Member(JsonDocument answer, string name) =>
        answer.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
}
