using System.Runtime.InteropServices;
using Clinic;
using Clinic.Lambda;
using Clinic.Notifications;
using Clinic.Platform.Cloud;
using Clinic.Worker;

// One executable, deployed once per queue with a role of its own.
var name = Environment.GetEnvironmentVariable("QUEUE");
var queue = CloudParts.Queues.SingleOrDefault(q => q.Name == name)
    ?? throw new InvalidOperationException("QUEUE names no queue.");
await using var services = WorkerHost.Build(AwsAccess.FromEnvironment(), MailSettings.FromEnvironment());
var function = services.QueueFunction(queue);

using var stop = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => stop.Cancel());
await LambdaLoop.RunAsync((payload, _, ct) => function(payload, ct), stop.Token);
