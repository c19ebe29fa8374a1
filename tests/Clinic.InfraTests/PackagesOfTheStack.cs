using System.IO.Compression;
using System.Text.Json.Nodes;
using Amazon.CDK;
using Clinic.Infra;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests;

/// <summary>What has no code in it is never mistaken for the product.</summary>
public sealed class PackagesOfTheStack : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clinic-packages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("dev", false)]
    [InlineData("staging", true)]
    [InlineData("prod", true)]
    [Trait("Promise", "OPS-4")]
    public void CloudFormation_refuses_a_placeholder_where_people_rely_on_it(string stage, bool isRefused)
    {
        var refusals = Synthesis.Stage(stage).Stacks
            .Select(stack => stack.Template["Rules"]?[CodePackages.PlaceholderRule])
            .OfType<JsonObject>()
            .ToArray();
        Assert.Equal(isRefused ? 3 : 0, refusals.Length);
        Assert.All(refusals, refusal => Assert.Equal(
            """{"Fn::Equals":["placeholder","package"]}""", refusal["Assertions"]![0]!["Assert"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("prod")]
    [Trait("Promise", "OPS-4")]
    public void A_deployment_without_packages_does_not_synthesise(string stage) => InAStack(stack =>
        Assert.Throws<InvalidOperationException>(() =>
            new CodePackages(_folder.FullName, deploying: true).Of(stack, Stage(stage), CodePackages.Api)));

    [Fact]
    public void A_placeholder_has_the_same_bytes_each_time_and_says_what_it_is()
    {
        var packages = new CodePackages(_folder.FullName, deploying: true);
        var hashes = new List<string>();
        foreach (var name in new[] { CodePackages.Api, CodePackages.Worker, CodePackages.Thumbnails })
        {
            InAStack(stack =>
            {
                hashes.Add(packages.Of(stack, Stage("dev"), name).Hash);
                Assert.Contains(
                    stack.Node.Metadata,
                    entry => entry.Type == "aws:cdk:warning"
                        && entry.Data.ToString()!.Contains("not published", StringComparison.Ordinal));
            });
        }

        Assert.Single(hashes.Distinct());
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void A_published_package_is_taken_as_it_is(string stage)
    {
        Publish("bootstrap", executable: true);
        InAStack(stack =>
        {
            var package = new CodePackages(_folder.FullName, deploying: true).Of(stack, Stage(stage), CodePackages.Api);
            Assert.StartsWith(package.Hash, package.Key, StringComparison.Ordinal);
            Assert.Empty(stack.Node.Metadata);
            Assert.Null(stack.Node.TryFindChild(CodePackages.PlaceholderRule));
        });
    }

    [Theory]
    [InlineData("bootstrap", false)]
    [InlineData("publish/bootstrap", true)]
    public void A_package_that_Lambda_could_not_start_is_refused(string entry, bool executable)
    {
        Publish(entry, executable);
        InAStack(stack => Assert.Throws<InvalidOperationException>(() =>
            new CodePackages(_folder.FullName, deploying: false).Of(stack, Stage("dev"), CodePackages.Api)));
    }

    private static ClinicStage Stage(string name) => Stages.All(_ => null).Single(stage => stage.Name == name);

    private void Publish(string name, bool executable)
    {
        using var zip = ZipFile.Open(Path.Combine(_folder.FullName, CodePackages.Api), ZipArchiveMode.Create);
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = (executable ? 0x81ED : 0x81A4) << 16;
        using var content = entry.Open();
        content.Write("#!/bin/sh\n"u8);
    }

    private static void InAStack(Action<Stack> act)
    {
        lock (Synthesis.Kernel)
        {
            var output = Directory.CreateTempSubdirectory("clinic-infra-");
            try
            {
                var app = new App(new AppProps { Outdir = output.FullName, AnalyticsReporting = false });
                act(new Stack(app, "Odd", new StackProps
                {
                    Env = new Amazon.CDK.Environment { Account = "111111111111", Region = "ap-south-1" },
                }));
            }
            finally
            {
                output.Delete(recursive: true);
            }
        }
    }
}
