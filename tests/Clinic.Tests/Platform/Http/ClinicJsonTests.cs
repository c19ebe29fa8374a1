using System.Text.Json;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Platform.Http;

public sealed class ClinicJsonTests
{
    private const string Part = "\"part\":{\"patient\":\"018f2d5c-7b1a-7000-8000-000000000001\"}";

    [Theory]
    [InlineData("\"name\":\"a\",\"count\":1,\"note\":\"n\"")]
    [InlineData("\"name\":\"a\",\"count\":1,\"note\":null")]
    [InlineData("\"count\":1,\"note\":\"n\",\"name\":\"अ\"")]
    public void What_has_its_shape_is_read(string members) => Assert.Equal(1, Read($"{{{members},{Part}}}")!.Count);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"name\":\"a\",\"count\":1,\"note\":null}")]
    [InlineData("{\"name\":null,\"count\":1,\"note\":null," + Part + "}")]
    [InlineData("{\"name\":\"a\",\"count\":null,\"note\":null," + Part + "}")]
    [InlineData("{\"name\":\"a\",\"count\":\"1\",\"note\":null," + Part + "}")]
    [InlineData("{\"name\":7,\"count\":1,\"note\":null," + Part + "}")]
    [InlineData("{\"name\":\"a\",\"count\":1,\"note\":null,\"more\":1," + Part + "}")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\",\"count\":1,\"note\":null," + Part + "}")]
    [InlineData("{\"Name\":\"a\",\"count\":1,\"note\":null," + Part + "}")]
    [InlineData("{\"name\":\"a\",\"count\":1,\"note\":null,\"part\":{}}")]
    [InlineData("{\"name\":\"a\",\"count\":1,\"note\":null," + Part + ",}")]
    [InlineData("{\"name\":\"a\",\"count\":1,\"note\":null," + Part + "} // why")]
    [InlineData("[]")]
    public void What_has_not_is_refused(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void Depth_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"part\":", 40)) + "1" + new string('}', 40);
        Assert.Throws<JsonException>(() => Read(deep));
    }

    private static Strict? Read(string json)
    {
        var options = new JsonSerializerOptions();
        ClinicJson.Apply(options, [TestJson.Default]);
        return (Strict?)JsonSerializer.Deserialize(json, options.GetTypeInfo(typeof(Strict)));
    }
}
