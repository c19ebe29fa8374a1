using Amazon.CDK;
using Clinic.Infra;
using Environment = System.Environment;

// Without the CDK's command line there is no output folder given; "cdk.out" is what that command line would have said.
var output = Environment.GetEnvironmentVariable("CDK_OUTDIR") ?? "cdk.out";
var app = new App(new AppProps { Outdir = output, AnalyticsReporting = false });
var packages = new CodePackages(".publish", Environment.GetEnvironmentVariable("CLINIC_DEPLOY") == "1");
InfraApp.Synth(app, Stages.All(Environment.GetEnvironmentVariable), packages);
return 0;
