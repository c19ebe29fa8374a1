using System.Text.Json;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>SES v2, sending only. An accepted mail is reported to whoever stands in for SES event publishing.</summary>
internal sealed class SesService(Authorizer authorizer, HttpClient http, GateOptions options) : IGateService
{
    private const string SendPath = "/v2/email/outbound-emails";

    // The stand-in looks whether there is a signature, not whether it holds.
    private const string AnyCredential =
        "AWS4-HMAC-SHA256 Credential=local/20000101/ap-south-1/ses/aws4_request, SignedHeaders=host, Signature=0";

    public GateCall Understand(GateRequest request)
    {
        if (request.Wire.Method != "POST" || request.Path != SendPath)
        {
            throw GateErrors.Denied(GateErrors.Ses, $"Nobody is authorized to {request.Wire.Method} {request.Path}");
        }

        using var json = Parse(request.Body);
        var from = Text(json.RootElement, "FromEmailAddress") ?? "";
        var context = request.Principal.Context(authorizer.Names).Set("ses:FromAddress", from);
        var place = $"arn:aws:ses:{CloudNames.Region}:{authorizer.Names.Account}";
        List<PolicyRequest> requests = [new("ses:SendEmail", $"{place}:identity/{Domain(from)}", context)];
        if (Text(json.RootElement, "ConfigurationSetName") is { } set)
        {
            requests.Add(new("ses:SendEmail", $"{place}:configuration-set/{set}", context));
        }

        return request.Call("SendEmail", requests);
    }

    public string? Refusal(GateRequest request, GateCall call) => authorizer.Refusal(request.Principal, call.Requests);

    public async Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Ses, SendPath))
        {
            Content = new ReadOnlyMemoryContent(request.Body),
        };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        message.Headers.TryAddWithoutValidation("Authorization", AnyCredential);
        var answer = await GateAnswer.HeldAsync(await http.SendAsync(message, ct), ct);
        if (answer.Status == 200 && options.OnMailAccepted is { } accepted)
        {
            using var sent = JsonDocument.Parse(request.Body);
            using var said = JsonDocument.Parse(answer.Body);
            await accepted(sent.RootElement, Text(said.RootElement, "MessageId") ?? "");
        }

        return answer;
    }

    /// <summary>"Clinic &lt;no-reply@mail.example&gt;" is sent by the identity mail.example.</summary>
    private static string Domain(string from) => from[(from.LastIndexOf('@') + 1)..].TrimEnd('>', ' ');

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new GateFaultException(400, "BadRequestException", "The request is no JSON.");
        }
    }
}
