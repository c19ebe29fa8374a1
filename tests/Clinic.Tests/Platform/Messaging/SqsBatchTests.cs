using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Clinic.Tests.Platform.Messaging;

public sealed class SqsBatchTests
{
    private readonly List<string> seen = [];

    [Theory]
    [InlineData("fine fine", "")]
    [InlineData("fine throws fine", "1")]
    [InlineData("refuses fine done-before", "0")]
    [InlineData("throws throws", "0 1")]
    [InlineData("not-json fine", "0")]
    [Trait("Promise", "MSG-7")]
    public async Task Only_what_is_proven_done_is_done(string messages, string failed)
    {
        var answer = await Run(messages, CancellationToken.None);
        Assert.Equal(failed.Split(' ', StringSplitOptions.RemoveEmptyEntries), answer);
    }

    [Fact]
    public async Task A_bad_message_does_not_keep_its_neighbours_from_being_handled()
    {
        await Run("throws fine", CancellationToken.None);
        Assert.Equal(["throws", "fine"], seen);
    }

    [Fact]
    public async Task When_time_is_up_the_rest_has_failed_untouched()
    {
        Assert.Equal(["0", "1"], await Run("fine fine", new CancellationToken(canceled: true)));
        Assert.Empty(seen);
    }

    [Fact]
    public async Task A_batch_that_hangs_ends_before_its_messages_show_again()
    {
        var soon = CloudParts.Retention with { Visibility = TimeSpan.FromMilliseconds(300) };
        Assert.Equal(["1", "2"], await Run("fine hangs fine", CancellationToken.None, soon));
        Assert.Equal(["fine", "hangs"], seen);
    }

    [Fact]
    public void An_outbox_message_that_goes_out_again_keeps_its_origin()
    {
        var now = new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero);
        var tenant = TenantId.Parse("abcdefgh");
        var first = Outbox.Write(tenant, Topics.ClinicSignedUp, "subject", now);
        var again = Outbox.Write(tenant, Topics.ClinicSignedUp, "subject", now, 2, first.Need("origin"));
        Assert.Equal(first.Need("id"), first.Need("origin"));
        Assert.Equal(first.Need("id"), again.Need("origin"));
        Assert.NotEqual(first.Need("id"), again.Need("id"));
        Assert.Equal((1L, 2L), (first.Number("attempt"), again.Number("attempt")));
        Assert.Equal(now + Outbox.RedriveAfter, first.Instant(CloudParts.DueIndex.SortKey));
    }

    private async Task<IEnumerable<string>> Run(string messages, CancellationToken ct, QueueSpec? spec = null)
    {
        var consumers = new Consumers();
        consumers.OnSignal(Topics.ClockTick, (_, envelope, token) =>
        {
            var what = envelope.Detail.GetProperty("what").GetString()!;
            seen.Add(what);
            return what switch
            {
                "hangs" => Hang(token),
                "throws" => throw new InvalidOperationException("planted"),
                "refuses" => Task.FromResult<Done>(DeliveryRefusals.Later),
                "done-before" => Task.FromResult<Done>(InboxRefusals.AlreadyDone),
                _ => Task.FromResult(Done.Yes),
            };
        });
        using var services = new ServiceCollection().BuildServiceProvider();
        var queue = new QueueMessages(services, consumers, new TenantStores(null!), spec ?? CloudParts.Retention,
            NullLogger<QueueMessages>.Instance);
        var records = new JsonArray([.. messages.Split(' ').Select((what, i) => (JsonNode)new JsonObject
        {
            ["messageId"] = $"{i}",
            ["body"] = what == "not-json"
                ? "{"
                : $$$"""{"detail-type":"{{{Topics.ClockTick}}}","detail":{"what":"{{{what}}}"}}""",
        })]);
        var batch = Encoding.UTF8.GetBytes(new JsonObject { ["Records"] = records }.ToJsonString());
        var answer = await WorkerFunctions.Run(queue, batch, ct);
        return JsonNode.Parse(answer.Span)!["batchItemFailures"]!.AsArray().Select(f => f!["itemIdentifier"]!.GetValue<string>());
    }

    private static async Task<Done> Hang(CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        return Done.Yes;
    }
}
