using System.Net.Http.Headers;
using System.Text.Json;
using Clinic.Platform.Cloud;

namespace Clinic.Notifications;

/// <summary>
/// Amazon SES v2 SendEmail over HTTP, signed by the SDK's own SigV4 signer. Stands where AWSSDK.SimpleEmailV2 would: delete
/// this file when that package can be had (docs/adr/0003).
/// </summary>
internal sealed class SesMailer(AwsAccess aws, MailSettings settings) : IMailer, IDisposable
{
    private const string Path = "/v2/email/outbound-emails";

    private readonly HttpClient http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = aws.Budget.Connect })
    {
        Timeout = aws.Budget.Mail,
    };

    public async Task<string> Send(Mail mail, MailTags tags, CancellationToken ct)
    {
        var endpoint = aws.ServiceUri("email");
        var body = Body(mail, tags);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, Path)) { Content =
            new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(SignedCall.Json);
        await SignedCall.Sign(request, aws, "ses", Path, "", body);
        using var answer = await http.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode)
        {
            throw new MailRefusedException((int)answer.StatusCode);
        }

        using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
        return document.RootElement.GetProperty("MessageId").GetString() ?? "";
    }

    public void Dispose() => http.Dispose();

    private byte[] Body(Mail mail, MailTags tags)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("FromEmailAddress", settings.From);
            json.WriteString("ConfigurationSetName", "clinic-" + aws.Names.Stage);
            json.WriteStartObject("Destination");
            json.WriteStartArray("ToAddresses");
            json.WriteStringValue(mail.To);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("Content");
            json.WriteStartObject("Simple");
            WriteText(json, "Subject", mail.Subject);
            json.WriteStartObject("Body");
            WriteText(json, "Text", mail.Text);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("EmailTags");
            WriteTag(json, "tenant", tags.Tenant);
            WriteTag(json, "delivery", tags.Delivery);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("Data", text);
        json.WriteString("Charset", "UTF-8");
        json.WriteEndObject();
    }

    private static void WriteTag(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("Name", name);
        json.WriteString("Value", value);
        json.WriteEndObject();
    }
}
