using Clinic.Api;
using Clinic.Lambda;
using Clinic.Platform.Cloud;

await using var app = await LambdaInit.RunAsync(async () =>
{
    var api = ApiHost.Build(args, AwsAccess.FromEnvironment());
    await api.StartAsync();
    return api;
});
await app.WaitForShutdownAsync();
