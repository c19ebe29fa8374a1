using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>
/// SDK clients that speak to the stand-ins as administrator, past the policy gate: for provisioning, pumps and tests of them.
/// </summary>
public static class AdminClients
{
    private static readonly BasicAWSCredentials Local = new("local", "local");

    /// <summary>
    /// Often the first clients of a process: what they do not choose, the product's clients could not any more.
    /// </summary>
    static AdminClients() => AwsAccess.ChooseRetries();

    public static AmazonDynamoDBClient DynamoDb(Uri endpoint) => new(
        Local, new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = CloudNames.Region });

    public static AmazonS3Client S3(Uri endpoint) => new(
        Local,
        new AmazonS3Config { ServiceURL = endpoint.ToString(), AuthenticationRegion = CloudNames.Region, ForcePathStyle = true });
}
