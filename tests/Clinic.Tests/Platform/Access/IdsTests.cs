using System.Text.Json;
using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Platform.Access;

public sealed class IdsTests
{
    private const string Text = "018f2d5c-7b1a-7000-8000-000000000001";

    [Theory]
    [InlineData(Text, true)]
    [InlineData("018F2D5C-7B1A-7000-8000-000000000001", true)]
    [InlineData("018f2d5c7b1a70008000000000000001", false)]
    [InlineData("{018f2d5c-7b1a-7000-8000-000000000001}", false)]
    [InlineData("018f2d5c-7b1a-7000-8000-00000000000", false)]
    [InlineData("018f2d5c-7b1a-7000-8000-000000000001#", false)]
    [InlineData(Text + " ", false)]
    [InlineData(" " + Text, false)]
    [InlineData(Text + "\n", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_the_hyphenated_form_is_read(string? text, bool isOne)
    {
        Assert.Equal(isOne, Id.TryParse<PatientId>(text, out var id));
        Assert.Equal(isOne ? Guid.Parse(text!) : Guid.Empty, id.Value);
    }

    [Fact]
    public void A_new_id_carries_its_instant_and_sorts_by_it()
    {
        var now = new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero);
        var (early, late) = (Id.New<MemberId>(now).ToString(), Id.New<MemberId>(now.AddMilliseconds(1)).ToString());
        Assert.True(string.CompareOrdinal(early, late) < 0);
    }

    [Fact]
    public void Ids_of_two_nouns_differ_in_type_though_not_in_value() =>
        Assert.NotEqual<object>(new PatientId(Guid.Parse(Text)), new MemberId(Guid.Parse(Text)));

    [Fact]
    public void Json_is_the_hyphenated_string()
    {
        var id = new PatientId(Guid.Parse(Text));
        var json = JsonSerializer.Serialize(id, TestJson.Default.PatientId);
        Assert.Equal($"\"{Text}\"", json);
        Assert.Equal(id, JsonSerializer.Deserialize(json, TestJson.Default.PatientId));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"018f2d5c7b1a70008000000000000001\"")]
    [InlineData("\"\"")]
    public void Json_of_anything_else_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, TestJson.Default.PatientId));
}
