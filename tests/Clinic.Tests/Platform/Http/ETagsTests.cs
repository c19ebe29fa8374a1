using Clinic.Platform.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Clinic.Tests.Platform.Http;

public sealed class ETagsTests
{
    [Theory]
    [InlineData("\"3\"", 3)]
    [InlineData("\"0\"", 0)]
    [InlineData("\"9223372036854775807\"", long.MaxValue)]
    public void A_strong_tag_names_a_version(string header, long version)
    {
        Assert.True(Read(header).Holds(out var read, out _));
        Assert.Equal(version, read);
        Assert.Equal(header, ETags.Of(version));
    }

    [Theory]
    [InlineData("", 428)]
    [InlineData("3", 412)]
    [InlineData("W/\"3\"", 412)]
    [InlineData("*", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("\"-1\"", 412)]
    [InlineData("\" 3\"", 412)]
    [InlineData("\"3\", \"4\"", 412)]
    [InlineData("\"99999999999999999999\"", 412)]
    [InlineData("\"", 412)]
    public void Anything_else_never_matches(string header, int status)
    {
        Assert.False(Read(header).Holds(out _, out var why));
        Assert.Equal(status, why!.Status);
    }

    private static Outcome<long> Read(string header)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.IfMatch = header;
        return ETags.Required(http);
    }
}
