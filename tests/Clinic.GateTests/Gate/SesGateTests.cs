using System.Net;
using System.Security.Cryptography;
using System.Text;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Xunit;

namespace Clinic.GateTests.Gate;

public sealed class SesGateTests
{
    private const string Mail = """
        {"FromEmailAddress":"Clinic <no-reply@mail.example>","ConfigurationSetName":"clinic",
         "EmailTags":[{"Name":"tenant","Value":"aaaaaaaa"}]}
        """;

    [Fact]
    public async Task An_accepted_mail_is_reported_with_its_tags_and_id()
    {
        var reported = new List<string>();
        await using var harness = await GateHarness.StartAsync(options => options with
        {
            OnMailAccepted = (mail, id) =>
            {
                reported.Add(id + " " + mail.GetProperty("EmailTags")[0].GetProperty("Value").GetString());
                return Task.CompletedTask;
            },
        });

        var answer = await SendAsync(harness, RoleNames.Worker("notifications"), "/v2/email/outbound-emails");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["mail-1 aaaaaaaa"], reported);
        Assert.Equal(Mail, harness.Upstream.Arrivals.Single().Text);
        Assert.Equal(
            [
                "arn:aws:ses:ap-south-1:000000000000:identity/mail.example",
                "arn:aws:ses:ap-south-1:000000000000:configuration-set/clinic",
            ],
            harness.Decisions.Single().Call.Requests.Select(request => request.Resource));
    }

    [Theory]
    [InlineData("ApiBase", "/v2/email/outbound-emails")]
    [InlineData("Worker-imports", "/v2/email/outbound-emails")]
    [InlineData("Worker-notifications", "/v2/email/identities")]
    [InlineData("Worker-notifications", "/store")]
    public async Task Only_who_tells_people_may_send_and_nobody_may_do_more(string role, string path)
    {
        await using var harness = await GateHarness.StartAsync();

        var answer = await SendAsync(harness, role, path);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(harness.Upstream.Arrivals);
    }

    /// <summary>Signs by hand, since no SES client is at hand: an independent second reading of the signature's rules.</summary>
    private static async Task<HttpResponseMessage> SendAsync(GateHarness harness, string role, string path)
    {
        const string date = "20260101", stamp = "20260101T000000Z";
        var host = harness.Gate.Url.Authority;
        var hash = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Mail)));
        var canonical = $"POST\n{path}\n\nhost:{host}\nx-amz-date:{stamp}\n\nhost;x-amz-date\n{hash}";
        var scope = $"{date}/ap-south-1/ses/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + LocalPrincipals.SecretKey(role));
        foreach (var part in scope.Split('/')) { key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)); }
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(harness.Gate.Url, path));
        request.Content = new StringContent(Mail, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", stamp);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={LocalPrincipals.AccessKey(role)}/{scope}, SignedHeaders=host;x-amz-date, "
                + $"Signature={signature}");
        return await http.SendAsync(request);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
