using System.IO.Compression;
using System.Text;
using Amazon.CDK;
using Amazon.CDK.AWS.S3.Assets;
using Constructs;

namespace Clinic.Infra;

/// <summary>Where the code of a function lies for CloudFormation, and what it is.</summary>
internal sealed record CodePackage(string Bucket, string Key, string Hash);

/// <summary>
/// The zips that the publish script leaves, with an executable <c>bootstrap</c> in each. Without them the templates can still
/// be synthesised and read, with a package in their place that only says what it is; staging and prod cannot be deployed so.
/// </summary>
/// <param name="folder">Such as ".publish"; null: placeholders throughout, whatever lies about.</param>
/// <param name="deploying">A missing package of a lasting stage is an error at once (CLINIC_DEPLOY=1).</param>
public sealed class CodePackages(string? folder, bool deploying)
{
    public const string Api = "api.zip";
    public const string Worker = "worker.zip";
    public const string Thumbnails = "thumbnails.zip";

    internal const string PlaceholderRule = "PackageIsPublished";

    private const string Bootstrap = "bootstrap";

    /// <summary>Read and run for all, in the form that zip keeps Unix permissions.</summary>
    private const int Executable = 0x81ED << 16;

    private const string Script =
        "#!/bin/sh\necho '{\"LogLevel\":\"Critical\",\"Message\":\"Placeholder: the package was not published.\"}'\nexit 1\n";

    internal CodePackage Of(Construct scope, ClinicStage stage, string name)
    {
        var published = folder is null ? null : Path.Combine(folder, name);
        if (published is not null && File.Exists(published))
        {
            Check(published);
            return Asset(scope, name, published);
        }

        return Placeholder(scope, stage, name);
    }

    private CodePackage Placeholder(Construct scope, ClinicStage stage, string name)
    {
        if (deploying && stage.IsLasting)
        {
            throw new InvalidOperationException($"{name} is not published, and {stage.Name} is not deployed without it.");
        }

        Annotations.Of(scope).AddWarningV2(
            $"clinic:placeholder:{name}", $"{name} is not published: the functions would only say so.");
        if (stage.IsLasting)
        {
            // Asked by CloudFormation itself before it changes anything, so no switch of the shell is needed for it to hold.
            _ = new CfnRule(scope, PlaceholderRule, new CfnRuleProps
            {
                Assertions =
                [
                    new CfnRuleAssertion
                    {
                        Assert = Fn.ConditionEquals("placeholder", "package"),
                        AssertDescription = $"{name} was not published when this template was made.",
                    },
                ],
            });
        }

        var made = Directory.CreateTempSubdirectory("clinic-placeholder-");
        try
        {
            var path = Path.Combine(made.FullName, name);
            Write(path);
            return Asset(scope, name, path);
        }
        finally
        {
            made.Delete(recursive: true);
        }
    }

    /// <summary>The same bytes each time: another hash would be another version of every function.</summary>
    private static void Write(string path)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        var entry = zip.CreateEntry(Bootstrap, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        entry.ExternalAttributes = Executable;
        using var content = entry.Open();
        content.Write(Encoding.ASCII.GetBytes(Script));
    }

    private static CodePackage Asset(Construct scope, string name, string path)
    {
        var asset = new Asset(scope, $"Package-{name}", new AssetProps { Path = path });
        return new CodePackage(asset.S3BucketName, asset.S3ObjectKey, asset.AssetHash);
    }

    private static void Check(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        var entry = zip.GetEntry(Bootstrap);
        if (entry is null || (entry.ExternalAttributes >> 16 & 0x49) == 0)
        {
            throw new InvalidOperationException($"{path} holds no executable named {Bootstrap}.");
        }
    }
}
