using System.Web;
using Amazon.Runtime;
using Amazon.S3;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Imports;

public sealed class UploadTicketTests
{
    [Fact]
    public async Task A_ticket_signs_checksum_type_length_key_and_precondition_as_headers()
    {
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials("key", "secret"), new AmazonS3Config { RegionEndpoint = Amazon.RegionEndpoint.APSouth1 });
        var key = new UploadKey([.. Enumerable.Range(200, UploadKey.LengthBytes).Select(n => (byte)n)]);
        var ticket = await IntakeObjects.Sign(
            s3, "incoming", "T/aaaaaaaa/up/x", key, "application/fhir+json", 12, "hash=",
            TimeProvider.System.GetUtcNow() + IntakeObjects.TicketLife);

        var query = HttpUtility.ParseQueryString(ticket.Url.Query);
        Assert.Equal("https", ticket.Url.Scheme);
        Assert.Equal(
            ["content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256",
                "x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key",
                "x-amz-server-side-encryption-customer-key-md5"],
            query["X-Amz-SignedHeaders"]!.Split(';').Order(StringComparer.Ordinal));
        Assert.InRange(int.Parse(query["X-Amz-Expires"]!, System.Globalization.CultureInfo.InvariantCulture), 890, 900);
        Assert.DoesNotContain(query.AllKeys, k => k!.Contains("checksum", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            ["Content-Length", "Content-Type", "If-None-Match", "x-amz-checksum-sha256",
                "x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key",
                "x-amz-server-side-encryption-customer-key-MD5"],
            ticket.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("AES256", ticket.Headers[UploadKey.AlgorithmHeader]);
        Assert.Equal(key.Bytes, Convert.FromBase64String(ticket.Headers[UploadKey.KeyHeader]));

        // An address is logged where headers are not.
        Assert.DoesNotContain("customer-key=", ticket.Url.Query, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            Convert.ToBase64String(key.Bytes), HttpUtility.UrlDecode(ticket.Url.Query), StringComparison.Ordinal);
    }
}
