using Clinic.Api;
using Clinic.Platform.Cloud;

await ApiHost.Build(args, AwsAccess.FromEnvironment()).RunAsync();
