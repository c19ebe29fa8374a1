using System.Reflection;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.Tests.Platform.Messaging;

public sealed class TopicsTests
{
    private static readonly IReadOnlyList<string> Declared =
    [
        .. typeof(Topics).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral)
            .Select(f => (string)f.GetValue(null)!),
    ];

    public static TheoryData<string> All => [.. Declared];

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Promise", "MSG-7")]
    public void Each_topic_goes_to_exactly_one_queue(string topic) =>
        Assert.Single(CloudParts.Queues, q => q.Topics.Contains(topic));

    [Fact]
    public void No_queue_takes_a_topic_that_is_not_declared() =>
        Assert.Empty(CloudParts.Queues.SelectMany(q => q.Topics).Except(Declared));

    [Fact]
    public void Each_consumer_is_of_a_topic_that_a_queue_takes()
    {
        using var services = new ServiceCollection().AddClinic(new AwsAccess(CloudNames.Local, null, null))
            .BuildServiceProvider();
        var consumed = services.GetRequiredService<Consumers>().Topics.ToList();
        Assert.NotEmpty(consumed);
        Assert.Empty(consumed.Except(CloudParts.Queues.SelectMany(q => q.Topics)));
    }
}
