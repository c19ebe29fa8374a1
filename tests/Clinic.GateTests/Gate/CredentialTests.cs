using System.Net;
using System.Net.Http.Headers;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Xunit;
using Tag = Amazon.SecurityToken.Model.Tag;

namespace Clinic.GateTests.Gate;

public sealed class CredentialTests
{
    private static readonly string Records = CloudNames.Local.Table(CloudParts.Records);

    [Fact]
    public async Task A_wrong_secret_is_a_wrong_signature()
    {
        await using var harness = await GateHarness.StartAsync();
        var key = LocalPrincipals.AccessKey(RoleNames.ApiBase);

        Assert.Equal("InvalidSignatureException", await CodeOf(harness, new BasicAWSCredentials(key, "guessed")));
        Assert.Equal("UnrecognizedClientException", await CodeOf(harness, new BasicAWSCredentials("AKIALOCALNOBODY", "guessed")));
        Assert.Empty(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task A_forged_token_and_a_token_under_another_key_are_nobodys()
    {
        await using var harness = await GateHarness.StartAsync();
        var mine = await (await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa")).GetCredentialsAsync();
        var other = await (await harness.AssumeAsync(RoleNames.TenantData, "bbbbbbbb")).GetCredentialsAsync();
        var token = Convert.FromBase64String(mine.Token);
        token[20] ^= 1;
        string[] forged = [Convert.ToBase64String(token), other.Token, "x", Convert.ToBase64String(new byte[64])];

        foreach (var one in forged)
        {
            Assert.Equal(
                "UnrecognizedClientException",
                await CodeOf(harness, new SessionAWSCredentials(mine.AccessKey, mine.SecretKey, one)));
        }

        Assert.Null(await CodeOf(harness, new SessionAWSCredentials(mine.AccessKey, mine.SecretKey, mine.Token)));
    }

    [Fact]
    public async Task A_session_without_its_token_is_nobodys()
    {
        await using var harness = await GateHarness.StartAsync();
        var mine = await (await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa")).GetCredentialsAsync();

        var without = new BasicAWSCredentials(mine.AccessKey, mine.SecretKey);
        Assert.Equal("UnrecognizedClientException", await CodeOf(harness, without));
    }

    [Fact]
    public async Task An_expired_session_is_told_so()
    {
        await using var harness = await GateHarness.StartAsync();
        var credentials = await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa");

        harness.Clock.Ahead = TimeSpan.FromMinutes(59);
        Assert.Null(await CodeOf(harness, credentials));
        harness.Clock.Ahead = TimeSpan.FromMinutes(61);

        Assert.Equal("ExpiredTokenException", await CodeOf(harness, credentials));
    }

    [Fact]
    public async Task Sessions_outlive_a_restart_of_the_gate_with_its_folder_only()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("gate").FullName;
        AWSCredentials credentials;
        await using (var first = await GateHarness.StartAsync(options => options with { DataFolder = folder }))
        {
            credentials = await first.AssumeAsync(RoleNames.TenantData, "aaaaaaaa");
        }

        await using var second = await GateHarness.StartAsync(options => options with { DataFolder = folder });
        Assert.Null(await CodeOf(second, credentials));
        await using var stranger = await GateHarness.StartAsync();
        Assert.Equal("UnrecognizedClientException", await CodeOf(stranger, credentials));
        System.IO.Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("body")]
    [InlineData("header")]
    [InlineData("date")]
    [InlineData("region")]
    [InlineData("nothing")]
    public async Task Any_signed_thing_that_was_changed_breaks_the_signature(string tampered)
    {
        await using var harness = await GateHarness.StartAsync();
        var tampering = new Tampering(tampered);
        using var dynamo = new AmazonDynamoDBClient(
            await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"),
            new AmazonDynamoDBConfig
            {
                ServiceURL = harness.Gate.Url.ToString(),
                AuthenticationRegion = CloudNames.Region,
                MaxErrorRetry = 0,
                HttpClientFactory = tampering,
            });
        var get = () => dynamo.GetItemAsync(Records, Key());

        if (tampered == "nothing")
        {
            await get();
            return;
        }

        var error = await Assert.ThrowsAsync<AmazonDynamoDBException>(get);
        Assert.Contains(error.ErrorCode, (string[])["InvalidSignatureException", "AccessDeniedException"]);
        Assert.Empty(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task Without_a_signature_nothing_is_answered()
    {
        await using var harness = await GateHarness.StartAsync();
        using var http = new HttpClient();

        var answer = await http.GetAsync(new Uri(harness.Gate.Url, "/clinic-local-documents-000000000000/T/aaaaaaaa/1"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task STS_refuses_missing_foreign_and_additional_tags_and_long_sessions()
    {
        await using var harness = await GateHarness.StartAsync();
        var sts = harness.Sts(GateHarness.Function(RoleNames.ApiBase));
        var good = new Tag { Key = RoleNames.TenantTag, Value = "aaaaaaaa" };
        List<Tag>[] refused =
        [
            [], [new Tag { Key = "clinic", Value = "aaaaaaaa" }], [good, new Tag { Key = "clinic", Value = "x" }],
            [new Tag { Key = RoleNames.TenantTag, Value = "aaa" }],
        ];
        foreach (var tags in refused)
        {
            var error = await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(
                () => sts.AssumeRoleAsync(Assume(RoleNames.TenantData, tags)));
            Assert.Equal("AccessDenied", error.ErrorCode);
        }

        await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(
            () => sts.AssumeRoleAsync(Assume(RoleNames.TenantShred, [good])));
        var longer = Assume(RoleNames.TenantData, [good]);
        longer.DurationSeconds = 7200;
        await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => sts.AssumeRoleAsync(longer));

        var made = await sts.AssumeRoleAsync(Assume(RoleNames.TenantData, [good]));
        Assert.StartsWith("ASIA", made.Credentials.AccessKeyId, StringComparison.Ordinal);
        Assert.EndsWith("assumed-role/clinic-local-TenantData/test", made.AssumedRoleUser.Arn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_session_cannot_assume_its_way_to_another_tenant()
    {
        await using var harness = await GateHarness.StartAsync();
        var sts = harness.Sts(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => sts.AssumeRoleAsync(
            Assume(RoleNames.TenantData, [new Tag { Key = RoleNames.TenantTag, Value = "bbbbbbbb" }])));
    }

    private static AssumeRoleRequest Assume(string role, List<Tag> tags) =>
        new() { RoleArn = CloudNames.Local.RoleArn(role), RoleSessionName = "test", Tags = tags };

    private static Dictionary<string, AttributeValue> Key() =>
        new() { ["pk"] = new AttributeValue("T#aaaaaaaa#1"), ["sk"] = new AttributeValue("1") };

    /// <summary>The error code of a read of the own tenant, or null when it passed.</summary>
    private static async Task<string?> CodeOf(GateHarness harness, AWSCredentials credentials)
    {
        try
        {
            await harness.Dynamo(credentials).GetItemAsync(Records, Key());
            return null;
        }
        catch (AmazonDynamoDBException error)
        {
            return error.ErrorCode;
        }
    }

    /// <summary>Changes one thing of a request after the SDK signed it.</summary>
    private sealed class Tampering(string what) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(what));

        private sealed class Handler(string what) : DelegatingHandler(new SocketsHttpHandler())
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
            {
                var authorization = request.Headers.GetValues("Authorization").Single();
                switch (what)
                {
                    case "signature":
                        Replace(request, "Authorization", authorization[..^1] + (authorization[^1] == '0' ? '1' : '0'));
                        break;
                    case "header":
                        Replace(request, "X-Amz-Target", "DynamoDB_20120810.DeleteItem");
                        break;
                    case "date":
                        var date = request.Headers.GetValues("X-Amz-Date").Single();
                        Replace(request, "X-Amz-Date", date[..^2] + (date[^2] == '0' ? "1Z" : "0Z"));
                        break;
                    case "region":
                        var moved = authorization.Replace("ap-south-1", "eu-west-1", StringComparison.Ordinal);
                        Replace(request, "Authorization", moved);
                        break;
                    case "body":
                        var text = await request.Content!.ReadAsStringAsync(ct);
                        request.Content = new StringContent(text.Replace("\"1\"", "\"2\"", StringComparison.Ordinal));
                        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
                        break;
                    default:
                        break;
                }

                return await base.SendAsync(request, ct);
            }

            private static void Replace(HttpRequestMessage request, string name, string value)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
