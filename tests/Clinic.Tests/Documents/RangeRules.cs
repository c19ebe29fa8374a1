using Clinic.Documents;
using Xunit;

namespace Clinic.Tests.Documents;

/// <summary>Which bytes of a file an answer holds (RFC 9110, 14).</summary>
[Trait("Promise", "CLN-8")]
public sealed class RangeRules
{
    private const int Max = ReadDocumentContent.AnswerBytesMax;

    [Theory]
    [InlineData("bytes=0-", 100, 0, 99)]
    [InlineData("bytes=0-0", 100, 0, 0)]
    [InlineData("bytes=99-99", 100, 99, 99)]
    [InlineData("bytes=5-1000", 100, 5, 99)]
    [InlineData("bytes=-1", 100, 99, 99)]
    [InlineData("bytes=-1000", 100, 0, 99)]
    [InlineData("bytes=0-", Max + 1L, 0, Max - 1)]
    [InlineData("bytes=1-", Max + 1L, 1, Max)]
    [InlineData("bytes=0-9223372036854775807", 10L * Max, 0, Max - 1)]
    [InlineData("bytes=-9223372036854775807", 10L * Max, 0, Max - 1)]
    [InlineData("bytes=268435455-", 268435456, 268435455, 268435455)]
    public void An_answer_begins_where_the_range_does_and_holds_as_much_as_one_may(
        string header, long sizeBytes, long from, long last)
    {
        Assert.True(ReadDocumentContent.Cut(sizeBytes, AskedRange.Of(header)).Holds(out var stretch, out _));
        Assert.Equal((from, last), (stretch.From, stretch.Last));
    }

    [Theory]
    [InlineData("bytes=100-", 100)]
    [InlineData("bytes=100-200", 100)]
    [InlineData("bytes=-0", 100)]
    public void What_begins_after_the_end_is_not_there(string header, long sizeBytes)
    {
        Assert.False(ReadDocumentContent.Cut(sizeBytes, AskedRange.Of(header)).Holds(out _, out var why));
        Assert.Equal((416, "range-not-satisfiable"), (why!.Status, why.Code));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=2-1")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=0x0-9")]
    [InlineData("bytes=0-99999999999999999999")]
    [InlineData("pages=0-1")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes=0-1, bytes=3-4")]
    public void What_is_no_single_range_is_ignored(string? header)
    {
        Assert.Null(AskedRange.Of(header));
        Assert.True(ReadDocumentContent.Cut(Max, null).Holds(out var whole, out _));
        Assert.Equal((0, Max), (whole.From, whole.Length));
        Assert.False(ReadDocumentContent.Cut(Max + 1, null).Holds(out _, out var why));
        Assert.Equal((400, "range-required"), (why!.Status, why.Code));
    }

    [Theory]
    [InlineData("bytes=0-9", "bytes 0-9")]
    [InlineData("BYTES=7-", "bytes 7-")]
    [InlineData("bytes=-5", "bytes -5")]
    public void The_trail_has_its_numbers(string header, string note) => Assert.Equal(note, $"{AskedRange.Of(header)}");
}
