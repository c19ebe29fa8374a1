using System.Text;
using Clinic.Records;
using Clinic.Testing;
using Xunit;

namespace Clinic.Tests.Records;

public sealed class FhirTextTests
{
    [Theory]
    [InlineData("""{"a":1}""", "{ \"a\" :\n\t1 }", true)]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""", true)]
    [InlineData("""{"a":"<"}""", """{"a":"\u003C"}""", true)]
    [InlineData("""{"a":"x y"}""", """{"a":"xy"}""", false)]
    [InlineData("""{"a":1}""", """{"a":1.0}""", false)]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", false)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false)]
    [InlineData("""["a","b"]""", """["ab",""]""", false)]
    [InlineData("""{"a":{},"b":1}""", """{"a":{"b":1}}""", false)]
    [InlineData("""{"a":"\ud800"}""", """{"a":"\udc00"}""", false)]
    public void Two_texts_have_one_hash_when_they_say_the_same(string one, string other, bool same) =>
        Assert.Equal(same, Hash(one) == Hash(other));

    [Fact]
    public void A_real_bundle_written_anew_has_the_same_hash() => Assert.Equal(
        Hash(Encoding.UTF8.GetString(Bundles.LuigiWiegand)),
        Hash(System.Text.Json.Nodes.JsonNode.Parse(Bundles.LuigiWiegand)!.ToJsonString()));

    private static string Hash(string json) => Convert.ToHexString(FhirText.Hash(Encoding.UTF8.GetBytes(json)));
}
