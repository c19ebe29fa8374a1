using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>An event as EventBridge carries it. Detail is JSON; the topic is the detail-type.</summary>
public sealed record BusEvent(string Id, string Topic, string Source, DateTimeOffset Time, ReadOnlyMemory<byte> Detail);

/// <summary>
/// The event bus with its rules: an event goes to every queue that takes its topic, and the message body is the whole envelope,
/// as a rule with an SQS target delivers it.
/// </summary>
public sealed class LocalBus : IDisposable
{
    private readonly CloudNames _names;
    private readonly SqsHttp _sqs;
    private readonly Action<string> _unrouted;
    private readonly Dictionary<string, string> _queueUrls = [];
    private readonly ILookup<string, string> _queuesByTopic;

    private LocalBus(CloudNames names, SqsHttp sqs, Action<string> unrouted)
    {
        _names = names;
        _sqs = sqs;
        _unrouted = unrouted;
        _queuesByTopic = CloudParts.Queues
            .SelectMany(queue => queue.Topics.Select(topic => (topic, queue: names.Queue(queue))))
            .ToLookup(t => t.topic, t => t.queue);
    }

    /// <param name="unrouted">Gets the topic of an event that no queue takes: on AWS it would be lost in silence.</param>
    public static async Task<LocalBus> ConnectAsync(
        Uri sqs, CloudNames names, Action<string> unrouted, CancellationToken ct = default)
    {
        var bus = new LocalBus(names, new SqsHttp(sqs), unrouted);
        foreach (var name in CloudParts.Queues.Select(names.Queue))
        {
            bus._queueUrls[name] = await bus._sqs.GetQueueUrlAsync(name, ct);
        }

        return bus;
    }

    /// <summary>
    /// Returns when every queue has the events; throws, with possibly some of them sent, when one could not be told.
    /// </summary>
    public async Task PublishAsync(IReadOnlyList<BusEvent> events, CancellationToken ct = default)
    {
        foreach (var lost in events.Where(e => !_queuesByTopic.Contains(e.Topic)))
        {
            _unrouted(lost.Topic);
        }

        var routed = events.SelectMany(e => _queuesByTopic[e.Topic].Select(queue => (queue, body: Envelope(e))));
        foreach (var perQueue in routed.GroupBy(r => r.queue, r => r.body))
        {
            await _sqs.SendMessageBatchAsync(_queueUrls[perQueue.Key], perQueue, ct);
        }
    }

    public void Dispose() => _sqs.Dispose();

    internal string Envelope(BusEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", "0");
            json.WriteString("id", e.Id);
            json.WriteString("detail-type", e.Topic);
            json.WriteString("source", e.Source);
            json.WriteString("account", _names.Account);
            json.WriteString("time", e.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("region", CloudNames.Region);
            json.WriteStartArray("resources");
            json.WriteEndArray();
            json.WritePropertyName("detail");
            json.WriteRawValue(e.Detail.Span);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
