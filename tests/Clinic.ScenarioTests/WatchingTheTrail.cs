using System.Collections.Concurrent;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Clinic.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>The sealer's function on the real stream of the Audit table.</summary>
public sealed class WatchingTheTrail
{
    [Fact]
    [Trait("Promise", "AUD-2")]
    public async Task An_entry_that_is_overwritten_or_removed_is_seen_and_named()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var log = new LinesOf();
        await using var services = WorkerHost.Build(
            ClinicApp.Access(RoleNames.Sealer, app.Cloud), mail: null,
            s => s.AddLogging(l => l.ClearProviders().AddProvider(log)));
        var sealer = services.FunctionOf(name => name == "FUNCTION" ? WorkerFunctions.Sealer : null);
        var troubles = new ConcurrentQueue<string>();
        await using var pump = await StreamPump.StartAsync(
            app.Cloud.StandIns, CloudNames.Local, CloudParts.Audit,
            new StreamFunction((payload, ct) => sealer(payload, ct), troubles.Enqueue), troubles.Enqueue);
        await pump.DrainAsync();
        Assert.DoesNotContain(log.Lines, l => l.Contains($"T#{clinic.Id}#", StringComparison.Ordinal));
        var watch = services.GetRequiredService<AuditWatch>();
        Assert.True(watch.Inserted > 0);

        // What nobody's role allows and DynamoDB itself cannot forbid to whoever may Put.
        var rows = (await app.Raw.Of(clinic.Id, CloudParts.Audit)).Values.Take(2).ToList();
        using var admin = AdminClients.DynamoDb(app.Cloud.StandIns.DynamoDb);
        var table = CloudNames.Local.Table(CloudParts.Audit);
        await admin.PutItemAsync(table, new(rows[0]) { ["a"] = new("NothingHappened") });
        await admin.DeleteItemAsync(table, new() { ["pk"] = rows[1]["pk"], ["sk"] = rows[1]["sk"] });
        await pump.DrainAsync();

        Assert.Equal(
            [Line("MODIFY", rows[0]), Line("REMOVE", rows[1])],
            log.Lines.Where(l => l.Contains($"T#{clinic.Id}#", StringComparison.Ordinal)));
        Assert.Empty(troubles);
    }

    private static string Line(string kind, Dictionary<string, AttributeValue> row) =>
        $"Error {kind} of an entry of the trail: {row["pk"].S} / {row["sk"].S}";

    private sealed class LinesOf : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
