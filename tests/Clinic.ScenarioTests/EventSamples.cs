using System.Text.Json.Nodes;
using Clinic.Notifications;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Clinic.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class EventSamples
{
    public static TheoryData<string> AllTopics => [.. CloudParts.Queues.SelectMany(q => q.Topics)];

    [Fact]
    public void Each_topic_goes_to_one_queue()
    {
        string[] declared = [.. typeof(Topics).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];
        Assert.Equal(declared.Order(), CloudParts.Queues.SelectMany(q => q.Topics).Order());
        Assert.Equal(declared.Order(), Directory.GetFiles(Folder(), "*.json").Select(f => Path.GetFileNameWithoutExtension(f))
            .Order());
    }

    /// <summary>
    /// Read by the real worker: a signal is done, a message that no outbox holds is refused as such and not for its form.
    /// </summary>
    [Theory]
    [MemberData(nameof(AllTopics))]
    public async Task Each_sample_is_read_by_its_worker(string topic)
    {
        var app = await ClinicApp.Get();
        var queue = CloudParts.Queues.Single(q => q.Topics.Contains(topic));
        var sample = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder(), topic + ".json")))!;
        var record = Assert.Single(sample["Records"]!.AsArray())!;
        Assert.EndsWith(CloudNames.Local.Queue(queue), record["eventSourceARN"]!.GetValue<string>(), StringComparison.Ordinal);
        var messageId = Guid.CreateVersion7().ToString();
        record["messageId"] = messageId;
        await using var worker = WorkerHost.Build(
            ClinicApp.Access(RoleNames.Worker(queue.Name), app.Cloud), new MailSettings("hello@clinic.example", app.Url),
            s => s.AddSingleton<TimeProvider>(app.Clock));

        var answer = JsonNode.Parse((await worker.QueueFunction(queue)(
            System.Text.Encoding.UTF8.GetBytes(sample.ToJsonString()), CancellationToken.None)).Span)!;

        var failed = answer["batchItemFailures"]!.AsArray().Select(f => f!["itemIdentifier"]!.GetValue<string>());
        var refusals = (await app.Raw.Trail("platform", nameof(AuditAction.MessageRefused))).Where(l => l.Cause == messageId)
            .Select(l => l.Note);
        var isSignal = topic is Topics.ClockTick or Topics.MailSent;
        Assert.Equal(isSignal ? [] : [messageId], failed);
        var handled = worker.GetRequiredService<Consumers>().Topics.Contains(topic);
        Assert.Equal(isSignal ? [] : [handled ? "is not in the clinic's outbox" : "no consumer for the topic"], refusals);
    }

    private static string Folder() => Repository.Path("events", "sqs");
}
