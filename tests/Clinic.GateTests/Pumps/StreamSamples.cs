using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Local;
using Clinic.Platform.Messaging;
using Xunit;
using Repository = Clinic.Testing.Repository;

namespace Clinic.GateTests.Pumps;

/// <summary>The samples of events/stream, as the local pump reads them in the Pipe's stead.</summary>
public sealed class StreamSamples
{
    [Fact]
    public void Of_all_samples_one_is_a_message()
    {
        var passing = Directory.GetFiles(Repository.Path("events", "stream"), "*.json")
            .Where(f => OutboxRecord.Event(Read(Path.GetFileName(f))) is not null).Select(Path.GetFileName);
        Assert.Equal(["outbox-insert.json"], passing);
    }

    [Fact]
    public void An_inserted_outbox_item_is_an_event_of_its_topic_with_ids_only()
    {
        var record = Read("outbox-insert.json");
        var made = OutboxRecord.Event(record)!;
        Assert.Equal((Topics.ImportReceived, "clinic.outbox"), (made.Topic, made.Source));
        Assert.Equal("""{"tenant":"a1b2c3d4","message":"018f3a6b7c017a2b9c3d4e5f60718293"}""",
            Encoding.UTF8.GetString(made.Detail.Span));
        Assert.Equal(new DateTimeOffset(2027, 6, 1, 10, 0, 0, TimeSpan.Zero), made.Time);
        Assert.Equal("1405400000000002063282832", OutboxRecord.Sequence(record));
    }

    /// <summary>Each of these alone keeps a record back.</summary>
    [Theory]
    [InlineData("eventName", "MODIFY")]
    [InlineData("eventName", "REMOVE")]
    [InlineData("dynamodb.NewImage.sk.S", "HEAD")]
    public void What_is_no_insertion_of_a_message_is_none(string place, string value)
    {
        var record = JsonNode.Parse(Text("outbox-insert.json"))!;
        var steps = place.Split('.');
        steps.SkipLast(1).Aggregate(record, (at, step) => at[step]!)[steps[^1]] = value;
        Assert.Null(OutboxRecord.Event(JsonDocument.Parse(record.ToJsonString()).RootElement));
    }

    private static JsonElement Read(string name) => JsonDocument.Parse(Text(name)).RootElement;

    private static string Text(string name) => Repository.Read("events", "stream", name);
}
