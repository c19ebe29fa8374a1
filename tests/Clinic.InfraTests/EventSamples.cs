using System.Text.Json.Nodes;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Access;
using Clinic.Platform.Messaging;
using Clinic.Testing;

namespace Clinic.InfraTests;

/// <summary>The samples of events/, held against what the stack says of the same events.</summary>
public class EventSamples
{
    [Fact]
    public void The_pipe_takes_the_inserted_message_and_no_other_sample()
    {
        var filter = JsonNode.Parse(Pipe().Text("SourceParameters.FilterCriteria.Filters.0.Pattern")!)!;
        var taken = Directory.GetFiles(Repository.Path("events", "stream"), "*.json")
            .Where(file => Matches(filter, JsonNode.Parse(File.ReadAllText(file)))).Select(Path.GetFileName);
        Assert.Equal(["outbox-insert.json"], taken);
    }

    [Fact]
    public void The_message_of_the_sample_has_the_attributes_that_the_outbox_writes()
    {
        var written = Outbox.Write(TenantId.Parse("a1b2c3d4"), Topics.ImportReceived, "subject", DateTimeOffset.UnixEpoch);
        var image = JsonNode.Parse(Repository.Read("events", "stream", "outbox-insert.json"))!["dynamodb"]!["NewImage"]!;
        string[] names = ["pk", "sk", .. written.Attributes.Keys];
        Assert.Equal(names.Distinct().Order(), image.AsObject().Select(member => member.Key).Order());
        Assert.All(written.Attributes, attribute =>
            Assert.Equal(attribute.Value.N is null ? "S" : "N", image[attribute.Key]!.AsObject().Single().Key));
    }

    [Fact]
    public void The_tick_of_the_schedule_is_the_sample()
    {
        var rule = Synthesis.Stage("prod").Of(MessagingChecks.Rule).Single(rule => rule.Text("ScheduleExpression") is not null);
        var sample = JsonNode.Parse(Repository.Read("events", "schedule", "clock.tick.json"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(rule.Text("Targets.0.Input")!), sample), sample!.ToJsonString());
        Assert.Equal(["clock.tick.json"], Directory.GetFiles(Repository.Path("events", "schedule")).Select(Path.GetFileName));
    }

    /// <summary>The matcher must be able to say no, or the samples above prove nothing.</summary>
    [Theory]
    [InlineData("""{"a":["x"]}""", """{"a":"x","b":1}""", true)]
    [InlineData("""{"a":["x","y"]}""", """{"a":"y"}""", true)]
    [InlineData("""{"a":["x"]}""", """{"a":"y"}""", false)]
    [InlineData("""{"a":{"b":["x"]}}""", """{"a":"x"}""", false)]
    [InlineData("""{"a":{"b":["x"]},"c":["z"]}""", """{"a":{"b":"x"}}""", false)]
    public void A_pattern_matches_when_each_of_its_members_does(string pattern, string value, bool matches) =>
        Assert.Equal(matches, Matches(JsonNode.Parse(pattern)!, JsonNode.Parse(value)));

    private static Resource Pipe() => Synthesis.Stage("prod").Of(MessagingChecks.Pipe).Single();

    /// <summary>As EventBridge matches: a list is a choice of values, what the pattern does not name may be anything.</summary>
    private static bool Matches(JsonNode pattern, JsonNode? value) => pattern switch
    {
        JsonObject members => members.All(member => Matches(member.Value!, (value as JsonObject)?[member.Key])),
        JsonArray choices => choices.Any(choice => JsonNode.DeepEquals(choice, value)),
        _ => false,
    };
}
