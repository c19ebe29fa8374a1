using System.Text.Json.Nodes;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Platform.Http;

public sealed class RefusalTests
{
    [Fact]
    public void Nothing_broken_is_no_refusal() =>
        Assert.Null(new FieldRules().Text("Asha", "name", 4).OptionalText(null, "note", 1).Need(true, "x", "y").Refusal);

    [Fact]
    public void All_broken_rules_are_told_at_once_without_the_values()
    {
        var refusal = new FieldRules().Text("secret-value", "name", 3).Need(false, "age", "0 to 150").Refusal!;
        Assert.Equal((422, "invalid-fields"), (refusal.Status, refusal.Code));
        Assert.Equal(["name", "age"], refusal.Errors.Select(e => e.Field));
        Assert.DoesNotContain("secret-value", refusal.ToString() + string.Concat(refusal.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_thousands_of_broken_rules_the_first_are_told()
    {
        var rules = new FieldRules();
        for (var i = 0; i < 5_000; i++)
        {
            rules.Need(false, $"list[{i}]", "some rule");
        }

        Assert.Equal(FieldRules.ErrorsMax, rules.Refusal!.Errors.Count);
        Assert.Equal("list[0]", rules.Refusal.Errors[0].Field);
    }

    [Theory]
    [InlineData("a", 1, 1, true)]
    [InlineData("अनिता", 5, 1, true)]
    [InlineData("", 5, 1, false)]
    [InlineData("   ", 5, 1, false)]
    [InlineData(" a ", 5, 2, false)]
    [InlineData("abcdef", 5, 1, false)]
    [InlineData("a\nb", 5, 1, false)]
    [InlineData("a\u0000b", 5, 1, false)]
    [InlineData(null, 5, 1, false)]
    public void Text_has_bounds_and_no_control_characters(string? text, int max, int min, bool holds) =>
        Assert.Equal(holds, new FieldRules().Text(text, "f", max, min).Refusal is null);

    [Fact]
    public void A_problem_has_the_refusal_and_its_fields()
    {
        var refusal = Refusal.Invalid([new FieldError("a.b", "1 to 3")]) with { More =
            new JsonObject { ["clinic"] = "abcdefgh" } };
        var problem = Problems.Details(refusal);
        Assert.Equal((422, "urn:clinic:problem:invalid-fields"), (problem.Status, problem.Type));
        Assert.Equal("""[{"field":"a.b","rule":"1 to 3"}]""", ((JsonNode)problem.Extensions["errors"]!).ToJsonString());
        Assert.Equal("abcdefgh", problem.Extensions["clinic"]!.ToString());
    }

    [Fact]
    public void An_outcome_is_a_value_or_a_refusal()
    {
        Outcome<string> value = "here";
        Outcome<string> refused = Problems.NotFound;
        Assert.True(value.Holds(out var held, out var why) && held == "here" && why is null);
        Assert.True(!refused.Holds(out held, out why) && held is null && why == Problems.NotFound);
        Assert.True(Done.Yes.Holds(out _));
        Assert.False(((Done)Problems.NotFound).Holds(out _));
    }
}
