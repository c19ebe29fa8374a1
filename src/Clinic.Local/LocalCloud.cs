using System.Collections.Concurrent;
using System.Text.Json;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;

namespace Clinic.Local;

/// <summary>What surrounds the functions, on one machine: stand-ins, gate, bus and pumps, wired as the stack wires AWS.</summary>
public sealed class LocalCloud : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> parts = [];
    private readonly ConcurrentDictionary<string, SandboxPool> functions;

    private LocalCloud(
        StandIns standIns, GateServer gate, LocalBus bus, StreamPump stream, TimeProvider clock,
        ConcurrentDictionary<string, SandboxPool> functions)
    {
        this.functions = functions;
        StandIns = standIns;
        Gate = gate;
        Bus = bus;
        Stream = stream;
        Clock = clock;
    }

    public StandIns StandIns { get; }

    public GateServer Gate { get; }

    public LocalBus Bus { get; }

    public StreamPump Stream { get; }

    private TimeProvider Clock { get; }

    public static async Task<LocalCloud> StartAsync(
        StandInOptions options, TimeProvider clock, Action<string> progress, Func<GateOptions, GateOptions>? adjust = null,
        CancellationToken ct = default)
    {
        var standIns = await StandIns.StartAsync(options, progress, ct);
        progress("Creating tables, buckets and queues");
        await Provision.RunAsync(standIns, CloudNames.Local, ct);
        var bus = await LocalBus.ConnectAsync(standIns.Sqs, CloudNames.Local, topic =>
            progress($"No queue takes the topic {topic}"), ct);
        var functions = new ConcurrentDictionary<string, SandboxPool>();
        var gateOptions = new GateOptions
        {
            DynamoDb = standIns.DynamoDb,
            S3 = standIns.S3,
            Ses = standIns.Ses,
            Clock = clock,
            DataFolder = options.DataFolder,
            Functions = (name, payload) => functions.TryGetValue(name, out var pool) ? pool.InvokeAsync(payload) : null,
            OnMailAccepted = (request, id) => bus.PublishAsync([MailEvent(request, id, clock.GetUtcNow())], ct),
        };
        var gate = await GateServer.StartAsync(adjust is null ? gateOptions : adjust(gateOptions), ct);
        var stream = await StreamPump.StartAsync(standIns, CloudNames.Local, bus, progress, ct);
        return new LocalCloud(standIns, gate, bus, stream, clock, functions);
    }

    /// <summary>Connects a function that others invoke; it is started when somebody does.</summary>
    /// <param name="function">One of <see cref="FunctionNames"/>.</param>
    /// <param name="start">Starts a sandbox of it.</param>
    public void Serve(string function, Func<CancellationToken, Task<ISandbox>> start, int sandboxesMax = 1)
    {
        var pool = new SandboxPool(start, sandboxesMax);
        functions[CloudNames.Local.Function(function)] = pool;
        parts.Add(pool);
    }

    /// <summary>Connects a queue to its function.</summary>
    public async Task ServeAsync(QueueSpec queue, InvokeFunction function, Action<string> trouble,
        CancellationToken ct = default) =>
        parts.Add(await QueuePump.StartAsync(StandIns.Sqs, CloudNames.Local, queue, function, trouble, ct));

    /// <summary>Starts the minute schedule; tests tick by hand instead.</summary>
    public void StartSchedule(Action<string> trouble) => parts.Add(new SchedulePump(Bus, SchedulePump.Minute, Clock, trouble));

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(parts))
        {
            await part.DisposeAsync();
        }

        await Stream.DisposeAsync();
        await Gate.DisposeAsync();
        Bus.Dispose();
        await StandIns.DisposeAsync();
    }

    /// <summary>The event that SES publishes of an accepted mail, as far as the product reads it.</summary>
    private static BusEvent MailEvent(JsonElement request, string messageId, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventType", "Send");
            json.WriteStartObject("mail");
            json.WriteString("messageId", messageId);
            json.WriteStartObject("tags");
            foreach (var tag in request.TryGetProperty("EmailTags", out var tags) ? tags.EnumerateArray() : default)
            {
                json.WriteStartArray(tag.GetProperty("Name").GetString()!);
                json.WriteStringValue(tag.GetProperty("Value").GetString());
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new BusEvent(messageId, Topics.MailSent, "aws.ses", now, buffer.ToArray());
    }
}
