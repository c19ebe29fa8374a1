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

    [Theory]
    [InlineData("{ \"a\" :\n\t1 ,\r\n \"b\": [ 1.50 , true ] }", """{"a":1.50,"b":[1]}""", false)]
    [InlineData("{ \"a\" :\n\t1.50 ,\r\n \"b\": [ 1 , true ] }", """{"a":1.50,"b":[1,true]}""", true)]
    [InlineData("""{ "a b" : "x  y" }""", """{"a b":"x  y"}""", true)]
    [InlineData("""{ "a" : "say \" no \\" , "b" : " \\\" " }""", """{"a":"say \" no \\","b":" \\\" "}""", true)]
    public void A_line_leaves_out_white_space_between_values_and_none_within(string json, string line, bool same) =>
        Assert.Equal(same, line == Encoding.UTF8.GetString(FhirText.Compact(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void A_real_bundle_on_one_line_says_the_same_and_has_no_line_break()
    {
        var line = FhirText.Compact(Bundles.BrettGottlieb);
        Assert.DoesNotContain((byte)'\n', line);
        Assert.Equal(Hash(Encoding.UTF8.GetString(Bundles.BrettGottlieb)), Hash(Encoding.UTF8.GetString(line)));
    }

    private static string Hash(string json) => Convert.ToHexString(FhirText.Hash(Encoding.UTF8.GetBytes(json)));
}
