using System.Text.Json;
using Clinic.Platform.Messaging;
using Xunit;

namespace Clinic.Tests.Platform.Messaging;

public sealed class EnvelopeTests
{
    [Fact]
    public void An_event_is_read()
    {
        var envelope = Read("""{"detail-type":"clinic.signed-up","detail":{"tenant":"abcd1234","message":"x"}}""");
        Assert.Equal("clinic.signed-up", envelope.Topic);
        Assert.Equal("abcd1234", envelope.Tenant?.Value);
        Assert.Equal("x", envelope.Text("message"));
    }

    [Theory]
    [InlineData("""{"tenant":7}""")]
    [InlineData("""{"tenant":"abc"}""")]
    [InlineData("""{"tenant":"ABCD1234"}""")]
    [InlineData("""{}""")]
    public void A_detail_without_a_clinic_names_none(string detail) =>
        Assert.Null(Read($$"""{"detail-type":"clinic.signed-up","detail":{{detail}}}""").Tenant);

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"detail-type":"a"}""")]
    [InlineData("""{"detail-type":7,"detail":{}}""")]
    [InlineData("""{"detail-type":"a","detail":[]}""")]
    public void What_is_no_event_is_refused(string body) => Assert.Throws<MessageRefusedException>(() => Read(body));

    private static Envelope Read(string body)
    {
        using var json = JsonDocument.Parse(body);
        return Envelope.Read("notifications", "m", json.RootElement.Clone());
    }
}
