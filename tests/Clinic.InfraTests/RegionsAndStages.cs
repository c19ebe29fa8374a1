using Amazon.CDK;
using Clinic.Infra;
using Clinic.InfraTests.Reading;
using Constructs;

namespace Clinic.InfraTests;

/// <summary>Nothing outside India, and no two stages in one account.</summary>
public class RegionsAndStages
{
    [Theory]
    [InlineData("us-east-1", false)]
    [InlineData("us-east-1", true)]
    [InlineData("ap-south-2", false)]
    [InlineData("ap-southeast-1", false)]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [Trait("Promise", "OPS-1")]
    [Trait("Promise", "TRU-4")]
    public void Another_region_is_refused(string? region, bool isBackup)
    {
        lock (Synthesis.Kernel)
        {
            var app = new App(new AppProps { Outdir = Path.GetTempPath(), AnalyticsReporting = false });
            Add(app, region, isBackup);
            var refusal = Assert.Throws<InvalidOperationException>(() => InfraApp.Synth(app, [], Synthesis.Placeholders));
            Assert.Contains("Odd", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ap-south-1", false)]
    [InlineData("ap-south-1", true)]
    [InlineData("ap-south-2", true)]
    [Trait("Promise", "OPS-1")]
    public void Mumbai_is_allowed_and_Hyderabad_for_backups(string region, bool isBackup)
    {
        lock (Synthesis.Kernel)
        {
            var app = new App(new AppProps { AnalyticsReporting = false });
            Add(new Stage(app, "nested"), region, isBackup);
            RegionGuard.Check(app);
        }
    }

    [Theory]
    [InlineData("dev", "111111111111", false)]
    [InlineData("staging", "222222222222", true)]
    [InlineData("prod", "333333333333", true)]
    [Trait("Promise", "OPS-1")]
    [Trait("Promise", "OPS-3")]
    public void A_stage_is_in_its_account_in_Mumbai_and_protected(string stage, string account, bool isProtected)
    {
        var stacks = Synthesis.Stage(stage).Stacks;
        Assert.Equal(9, stacks.Count);
        foreach (var stack in stacks)
        {
            Assert.Equal($"aws://{account}/ap-south-1", stack.Artifact["environment"]!.ToString());
            Assert.Equal(isProtected, stack.Artifact["properties"]!["terminationProtection"]?.GetValue<bool>() ?? false);
        }
    }

    [Theory]
    [InlineData("CLINIC_ACCOUNT_PROD", "111111111111")]
    [InlineData("CLINIC_ACCOUNT_DEV", "12345")]
    [InlineData("CLINIC_ACCOUNT_STAGING", "12345678901x")]
    [InlineData("CLINIC_DOMAIN_PROD", "api.clinic.example")]
    [InlineData("CLINIC_CERTIFICATE_DEV", "arn:aws:acm:ap-south-1:111111111111:certificate/x")]
    [InlineData("CLINIC_ORIGINS_PROD", "http://app.clinic.example")]
    [InlineData("CLINIC_ORIGINS_PROD", "https://app.clinic.example/path")]
    [Trait("Promise", "OPS-3")]
    public void What_an_operator_says_wrongly_is_refused(string variable, string value) =>
        Assert.Throws<ArgumentException>(() => Stages.All(name => name == variable ? value : null));

    [Fact]
    public void An_account_is_taken_from_the_environment() =>
        Assert.Equal("444444444444", Stages.All(name => name == "CLINIC_ACCOUNT_PROD" ? "444444444444" : null)[2].Account);

    [Theory]
    [InlineData("api.clinic.example", "arn:aws:acm:us-east-1:333333333333:certificate/x")]
    [InlineData("api.clinic.example", "arn:aws:acm:ap-south-1:111111111111:certificate/x")]
    [InlineData("api.clinic.example/v1", "arn:aws:acm:ap-south-1:333333333333:certificate/x")]
    public void A_certificate_of_elsewhere_or_a_host_with_a_path_is_refused(string domain, string certificate) =>
        Assert.Throws<ArgumentException>(() => WithDomain(domain, certificate));

    [Fact]
    public void A_domain_is_taken_with_its_certificate()
    {
        const string Certificate = "arn:aws:acm:ap-south-1:333333333333:certificate/x";
        Assert.Equal(new ApiDomain("api.clinic.example", Certificate), WithDomain("api.clinic.example", Certificate));
    }

    private static ApiDomain? WithDomain(string domain, string certificate) => Stages.All(name => name switch
    {
        "CLINIC_DOMAIN_PROD" => domain,
        "CLINIC_CERTIFICATE_PROD" => certificate,
        _ => null,
    })[2].Api.Domain;

    private static void Add(Construct scope, string? region, bool isBackup)
    {
        var props = new StackProps { StackName = "Odd" };
        if (region is not null)
        {
            props.Env = new Amazon.CDK.Environment { Account = "111111111111", Region = region };
        }

        _ = isBackup ? new OddBackup(scope, props) : new Stack(scope, "Odd", props);
    }

    private sealed class OddBackup(Construct scope, IStackProps props) : Stack(scope, "Odd", props), IBackupStack;
}
