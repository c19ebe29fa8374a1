using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Observe;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Clinic.Tests.Platform.Observe;

public sealed class JsonLinesTests
{
    [Fact]
    public void A_line_has_the_names_of_powertools_and_its_parameters()
    {
        var line = Assert.Single(Lines(logger => Log.Answered(logger, "ReadPatient", 200, 12, "1rg53iw8", "req-1")));

        Assert.Equal("Information", (string?)line["level"]);
        Assert.Equal("ReadPatient answered 200 in 12 ms, tenant 1rg53iw8, request req-1", (string?)line["message"]);
        Assert.Equal("clinic-test", (string?)line["service"]);
        Assert.Equal("Road", (string?)line["name"]);
        Assert.Equal("clinic-test-ApiBase", (string?)line["function_name"]);
        Assert.Equal("ReadPatient", (string?)line["operation"]);
        Assert.Equal(200, (int?)line["status"]);
        Assert.Equal(12, (int?)line["elapsed_ms"]);
        Assert.Equal("req-1", (string?)line["request_id"]);
        Assert.True(DateTimeOffset.TryParse((string?)line["timestamp"], out _));
    }

    [Fact]
    [Trait("Promise", "AIX-10")]
    public void Of_an_exception_the_type_alone_is_written()
    {
        var line = Assert.Single(Lines(logger =>
            logger.LogError(new InvalidOperationException("Asha Menon, +919812300077"), "Something failed")));

        Assert.Equal("InvalidOperationException", (string?)line["exception_type"]);
        Assert.DoesNotContain("Asha", line.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>A line is one line, whatever stands in a parameter: nobody forges an entry by a line break.</summary>
    [Fact]
    public void A_line_break_in_a_parameter_stays_inside_its_line() =>
        Assert.Equal(2, Lines(logger =>
        {
            Log.Answered(logger, "Read\n{\"level\":\"Error\"}", 200, 1, "a\u2028b\r\n", "req");
            Log.Answered(logger, "Read", 200, 1, "-", "req");
        }).Count);

    [Fact]
    public void No_parameter_of_a_log_line_takes_a_name_of_the_line_itself()
    {
        var taken = typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .SelectMany(m => m.GetParameters().Skip(1).Select(p => JsonLines.NameOf(p.Name!)))
            .Intersect(JsonLines.OwnNames);
        Assert.Empty(taken);
    }

    private static List<JsonNode> Lines(Action<ILogger> act)
    {
        using var output = new MemoryStream();
        using (var lines = new JsonLines(output, TimeProvider.System, "clinic-test", "clinic-test-ApiBase"))
        {
            act(lines.CreateLogger("Road"));
        }

        return [.. Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!)];
    }
}
