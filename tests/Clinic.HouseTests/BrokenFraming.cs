using System.Text;
using Clinic.Testing;
using Clinic.Testing.Hostile;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>What only Kestrel meets: behind the gateway a body comes whole or not at all.</summary>
public sealed class BrokenFraming
{
    /// <summary>
    /// Routes that read bytes, and the idempotency key's reading of a body, meet a body that is no HTTP themselves.
    /// </summary>
    [Theory]
    [InlineData("/v1/imports", null)]
    [InlineData("/v1/patients", "some-key-1")]
    public async Task A_body_that_breaks_off_in_its_framing_is_malformed(string path, string? key)
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        List<(string, string)> headers =
        [
            ("Host", app.Url.Authority), ("Cookie", clinic.Owner.Cookies.GetCookieHeader(app.Url)),
            ("X-CSRF-Token", clinic.Owner.CsrfToken!), ("Content-Type", "application/json"),
        ];
        if (key is not null)
        {
            headers.Add(("Idempotency-Key", key));
        }

        var request = new RawRequest("POST", path, headers, Encoding.ASCII.GetBytes("ffffffffffffffff\r\n{"))
        {
            Framing = "Transfer-Encoding: chunked\r\n",
        };
        var answer = await RawHttp.Send(app.Url, request, RawHttp.PatienceDefault);
        Assert.Equal((400, "urn:clinic:problem:malformed-request"), (answer!.Status, answer.Json!["type"]!.ToString()));
    }
}
