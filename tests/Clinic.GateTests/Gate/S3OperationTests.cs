using Clinic.Local.Gate;
using Xunit;

namespace Clinic.GateTests.Gate;

public sealed class S3OperationTests
{
    [Theory]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/../bbbbbbbb/1")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/%2e%2e/bbbbbbbb/1")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/%2E./bbbbbbbb/1")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa%2F..%2Fbbbbbbbb/1")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/./1")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/%00")]
    [InlineData("GET", "/clinic-local-documents%2Fx/T/aaaaaaaa/1")]
    [InlineData("GET", "/../T/aaaaaaaa/1")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/1?acl")]
    [InlineData("GET", "/clinic-local-documents/T/aaaaaaaa/1?versionId=x")]
    [InlineData("PUT", "/clinic-local-documents/T/aaaaaaaa/1?tagging")]
    [InlineData("DELETE", "/clinic-local-incoming/T/aaaaaaaa/1?tagging")]
    [InlineData("GET", "/clinic-local-incoming/T/aaaaaaaa/1?tagging&uploadId=x")]
    [InlineData("PUT", "/clinic-local-documents/T/aaaaaaaa/1?partNumber=1")]
    [InlineData("PUT", "/clinic-local-documents/T/aaaaaaaa/1?partNumber=1&partNumber=2&uploadId=x")]
    [InlineData("POST", "/clinic-local-documents/T/aaaaaaaa/1")]
    [InlineData("POST", "/clinic-local-documents?delete")]
    [InlineData("PUT", "/clinic-local-documents")]
    [InlineData("DELETE", "/clinic-local-documents")]
    [InlineData("GET", "/clinic-local-documents")]
    [InlineData("GET", "/")]
    [InlineData("PATCH", "/clinic-local-documents/T/aaaaaaaa/1")]
    public void Is_not_understood_and_so_denied(string method, string target) => Assert.Null(Of(method, target));

    [Theory]
    [InlineData("x-amz-copy-source")]
    [InlineData("x-amz-acl")]
    [InlineData("x-amz-tagging")]
    [InlineData("x-amz-grant-read")]
    [InlineData("x-amz-grant-write-acp")]
    [InlineData("x-amz-server-side-encryption")]
    [InlineData("x-amz-server-side-encryption-aws-kms-key-id")]
    [InlineData("x-amz-server-side-encryption-context")]
    [InlineData("x-amz-meta-gate-customer-key")]
    public void A_header_that_does_more_is_denied(string header) => Assert.Null(S3Operation.Of(
        "PUT", "/clinic-local-documents/T/aaaaaaaa/1", new AwsQuery(""), name => name == header));

    /// <summary>With a key that comes along S3 asks KMS nothing; where nobody here brings one, it is refused.</summary>
    [Theory]
    [InlineData("PUT", "", "PutObject")]
    [InlineData("GET", "", "GetObject")]
    [InlineData("HEAD", "", "HeadObject")]
    [InlineData("GET", "tagging", null)]
    [InlineData("DELETE", "", null)]
    [InlineData("POST", "uploads", null)]
    [InlineData("PUT", "partNumber=1&uploadId=x", null)]
    public void A_clients_key_goes_with_whole_objects_only(string method, string query, string? name)
    {
        foreach (var header in CustomerKey.Headers)
        {
            var operation = S3Operation.Of(
                method, "/clinic-local-incoming/T/aaaaaaaa/up/1", new AwsQuery(query), one => one == header);
            Assert.Equal(name, operation?.Name);
            Assert.Empty(operation?.KmsActions ?? []);
            Assert.True(operation?.UnderCustomerKey ?? true);
        }
    }

    [Theory]
    [InlineData("GET", "", "GetObject s3:GetObject kms:Decrypt")]
    [InlineData("HEAD", "", "HeadObject s3:GetObject kms:Decrypt")]
    [InlineData("PUT", "", "PutObject s3:PutObject kms:GenerateDataKey")]
    [InlineData("DELETE", "", "DeleteObject s3:DeleteObject")]
    [InlineData("POST", "?uploads", "CreateMultipartUpload s3:PutObject kms:GenerateDataKey")]
    [InlineData("PUT", "?partNumber=1&uploadId=x", "UploadPart s3:PutObject kms:GenerateDataKey kms:Decrypt")]
    [InlineData("POST", "?uploadId=x", "CompleteMultipartUpload s3:PutObject kms:GenerateDataKey kms:Decrypt")]
    [InlineData("DELETE", "?uploadId=x", "AbortMultipartUpload s3:AbortMultipartUpload")]
    [InlineData("GET", "?tagging", "GetObjectTagging s3:GetObjectTagging")]
    [InlineData("GET", "?uploadId=x", "ListParts s3:ListMultipartUploadParts")]
    public void Says_what_AWS_would_ask(string method, string query, string expected)
    {
        var operation = Of(method, "/clinic-local-documents/T/aaaaaaaa/a%20b%2Bc" + query)!;

        Assert.Equal("T/aaaaaaaa/a b+c", operation.Key);
        Assert.Equal(expected, string.Join(' ', [operation.Name, operation.Action, .. operation.KmsActions]));
    }

    private static S3Operation? Of(string method, string target)
    {
        var parts = target.Split('?', 2);
        return S3Operation.Of(method, parts[0], new AwsQuery(parts.Length == 2 ? parts[1] : ""), _ => false);
    }
}
