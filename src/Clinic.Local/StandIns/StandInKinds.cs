using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>The command lines of the three stand-ins, and the calls that prove that they work.</summary>
internal static class StandInKinds
{
    /// <summary>
    /// No stand-in verifies signatures, but all read the region (and aws-ses-v2-local wants any) from this header.
    /// </summary>
    public const string Authorization =
        $"AWS4-HMAC-SHA256 Credential=local/20260101/{CloudNames.Region}/any/aws4_request, SignedHeaders=host, Signature=0";

    // fauxqs and its Fastify listen on every interface and have no option against it.
    private const string FauxqsScript = """
        import net from 'node:net';
        import { startFauxqs } from 'fauxqs';
        const listen = net.Server.prototype.listen;
        net.Server.prototype.listen = function (options, ...rest) {
          return listen.call(this, options && typeof options === 'object' ? { ...options, host: '127.0.0.1' } : options, ...rest);
        };
        const { CLINIC_PORT: port, CLINIC_DATA: dataDir, CLINIC_REGION: defaultRegion } = process.env;
        await startFauxqs({ port: Number(port), defaultRegion, logger: false, ...(dataDir ? { dataDir } : {}) });
        """;

    public static StandInKind DynamoDb(Packages packages, StandInOptions options)
    {
        List<string> storage = ["-inMemory"];
        if (options.DataFolder is { } folder)
        {
            var data = Path.Combine(Path.GetFullPath(folder), "dynamodb");
            Directory.CreateDirectory(data);
            storage = ["-dbPath", data];
        }

        // Start-up counts more than peak speed: the two compiler and collector flags take a third off it.
        ChildCommand Command(int port) => new(
            Tooling.Java,
            [
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx768m",
                $"-Djava.library.path={packages.DynamoDbLibraries}", "-jar", packages.DynamoDbJar,
                "-sharedDb", "-disableTelemetry", "-port", Text(port), .. storage,
            ],
            Path.GetTempPath(),
            new Dictionary<string, string>());

        return new StandInKind("DynamoDB Local", Command, DynamoDbAnswersAsync) { Diagnose = Tooling.RequireJavaAsync };
    }

    public static StandInKind Storage(Packages packages, StandInOptions options)
    {
        var environment = new Dictionary<string, string> { ["CLINIC_REGION"] = CloudNames.Region };
        if (options.DataFolder is { } folder)
        {
            environment["CLINIC_DATA"] = Path.Combine(Path.GetFullPath(folder), "fauxqs");
            Directory.CreateDirectory(environment["CLINIC_DATA"]);
        }

        ChildCommand Command(int port) => new(
            packages.Node,
            ["--no-warnings", "--input-type=module", "--eval", FauxqsScript],
            packages.Folder,
            new Dictionary<string, string>(environment) { ["CLINIC_PORT"] = Text(port) });

        return new StandInKind("fauxqs", Command, StorageAnswersAsync);
    }

    public static StandInKind Mail(Packages packages)
    {
        ChildCommand Command(int port) => new(
            packages.Node,
            [packages.SesScript, "--host", "127.0.0.1", "--port", Text(port)],
            packages.Folder,
            new Dictionary<string, string>());

        return new StandInKind("aws-ses-v2-local", Command, MailAnswersAsync);
    }

    private static Task<bool> DynamoDbAnswersAsync(HttpClient http, CancellationToken ct) =>
        CallAsync(http, HttpMethod.Post, "/", "DynamoDB_20120810.ListTables", "TableNames", ct);

    private static async Task<bool> StorageAnswersAsync(HttpClient http, CancellationToken ct) =>
        await CallAsync(http, HttpMethod.Post, "/", "AmazonSQS.ListQueues", "{", ct)
        && await CallAsync(http, HttpMethod.Get, "/", target: null, "ListAllMyBucketsResult", ct);

    private static Task<bool> MailAnswersAsync(HttpClient http, CancellationToken ct) =>
        CallAsync(http, HttpMethod.Get, "/v2/email/templates", target: null, "TemplatesMetadata", ct);

    private static async Task<bool> CallAsync(
        HttpClient http, HttpMethod method, string path, string? target, string expected, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        if (target is not null)
        {
            request.Headers.Add("X-Amz-Target", target);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        }

        using var response = await http.SendAsync(request, ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode && body.Contains(expected, StringComparison.Ordinal);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
