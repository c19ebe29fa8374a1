using System.Runtime.InteropServices;
using Clinic.Lambda;
using Clinic.Notifications;
using Clinic.Platform.Cloud;
using Clinic.Worker;
using Microsoft.Extensions.DependencyInjection;

// One executable, deployed once per queue, once for the trail's stream and once for restores, each with a role of its own.
var (services, function) = await LambdaInit.RunAsync(() =>
{
    var sendsMail = Environment.GetEnvironmentVariable("QUEUE") is { Length: > 0 };
    var provider = WorkerHost.Build(AwsAccess.FromEnvironment(), sendsMail ? MailSettings.FromEnvironment() : null);
    return Task.FromResult((provider, provider.FunctionOf(Environment.GetEnvironmentVariable)));
});
await using ServiceProvider owned = services;

using var stop = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => stop.Cancel());
await LambdaLoop.RunAsync((payload, _, ct) => function(payload, ct), stop.Token);
