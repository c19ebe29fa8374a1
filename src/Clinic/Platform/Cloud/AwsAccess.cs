using Amazon;
using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;

namespace Clinic.Platform.Cloud;

/// <summary>
/// How to reach AWS: with the function's own credentials, or where a stand-in listens. The only place that makes AWS clients.
/// </summary>
/// <param name="Names">Stage and account.</param>
/// <param name="Endpoint">Null on AWS; the policy gate when running locally.</param>
/// <param name="FunctionCredentials">Null: those of the environment.</param>
public sealed record AwsAccess(CloudNames Names, Uri? Endpoint, AWSCredentials? FunctionCredentials)
{
    static AwsAccess() => ChooseRetries();

    /// <summary>How long each call, request and batch may take; tests shrink it.</summary>
    public CallBudget Budget { get; init; } = new();

    public static AwsAccess FromEnvironment() => new(
        CloudNames.FromEnvironment(),
        Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is { Length: > 0 } url ? new Uri(url) : null,
        null);

    /// <summary>
    /// The SDK's newer retries, which it will make its default: DynamoDB is tried again after some 25 ms instead of a second. It
    /// reads this switch from the environment alone, and once, before it makes its first client.
    /// </summary>
    internal static void ChooseRetries() => Environment.SetEnvironmentVariable("AWS_NEW_RETRIES_2026", "true");

    internal AWSCredentials FunctionOrEnvironment => FunctionCredentials ?? new EnvironmentVariablesAWSCredentials();

    internal IAmazonDynamoDB DynamoDb(AWSCredentials credentials) =>
        new AmazonDynamoDBClient(credentials, Reach(new AmazonDynamoDBConfig(), Budget.Try));

    internal IAmazonKeyManagementService Kms(AWSCredentials credentials) =>
        new AmazonKeyManagementServiceClient(credentials, Reach(new AmazonKeyManagementServiceConfig(), Budget.Try));

    internal IAmazonSecurityTokenService Sts() =>
        new AmazonSecurityTokenServiceClient(FunctionOrEnvironment, Reach(new AmazonSecurityTokenServiceConfig(), Budget.Try));

    internal IAmazonS3 S3(AWSCredentials credentials) =>
        new AmazonS3Client(credentials, Reach(new AmazonS3Config { ForcePathStyle = Endpoint is not null }, Budget.ObjectTry));

    /// <summary>Signs a request to a service that has no client package here (SES v2).</summary>
    internal Uri ServiceUri(string service) => Endpoint ?? new Uri($"https://{service}.{CloudNames.Region}.amazonaws.com");

    private T Reach<T>(T config, TimeSpan tryMax)
        where T : ClientConfig
    {
        if (Endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(CloudNames.Region);
        }
        else
        {
            config.ServiceURL = Endpoint.ToString();
            config.AuthenticationRegion = CloudNames.Region;
        }

        config.RetryMode = RequestRetryMode.Standard;
        config.ConnectTimeout = Budget.Connect;
        config.Timeout = tryMax;
        config.ThrottleRetries = Budget.RetriesRunDry;
        config.MaxErrorRetry = Budget.RetriesMax;
        config.MaxStaleConnectionRetries = Budget.BrokenConnectionRetriesMax;
        return config;
    }
}
