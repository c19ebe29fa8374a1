using Clinic.Platform.Text;
using Xunit;

namespace Clinic.Tests.Platform.Text;

/// <summary>Only with the numbers that UIDAI made for tests: any other valid one may be a person's.</summary>
public sealed class AadhaarTextTests
{
    private const string One = "999941057058";
    private const string Other = "999971658847";

    [Theory]
    [InlineData(One, One)]
    [InlineData(Other, Other)]
    [InlineData("9999 4105 7058", One)]
    [InlineData("9999-4105-7058", One)]
    [InlineData("९९९९ ४१०५ ७०५८", One)]
    [InlineData("999941057059", null)]
    [InlineData("999914057058", null)]
    [InlineData("99994105705", null)]
    [InlineData("9999410570580", null)]
    [InlineData("XXXX XXXX 7058", null)]
    [InlineData("9999\t4105\t7058", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_number_has_twelve_digits_of_which_the_last_checks_the_others(string? text, string? number) =>
        Assert.Equal(number, AadhaarText.Number(text));

    [Theory]
    [InlineData(One)]
    [InlineData(Other)]
    [Trait("Promise", "ENC-6")]
    public void Every_wrong_digit_and_every_swap_of_unlike_neighbours_is_noticed(string number)
    {
        var wrong = (from place in Enumerable.Range(0, number.Length)
                     from digit in "0123456789"
                     where digit != number[place]
                     select number[..place] + digit + number[(place + 1)..]).ToList();
        var swapped = Enumerable.Range(0, number.Length - 1).Where(i => number[i] != number[i + 1])
            .Select(i => number[..i] + number[i + 1] + number[i] + number[(i + 2)..]).ToList();
        Assert.Equal(108, wrong.Count);
        Assert.NotEmpty(swapped);
        Assert.All(wrong.Concat(swapped), n => Assert.Null(AadhaarText.Number(n)));
    }

    [Fact]
    public void No_number_begins_with_zero_or_one()
    {
        // With the check digit that the scheme gives to such digits: it is the first that is refused.
        foreach (var first in "01")
        {
            var bodies = Enumerable.Range(0, 10).Select(check => $"{first}9994105705{check}");
            Assert.All(bodies, n => Assert.Null(AadhaarText.Number(n)));
        }
    }

    [Theory]
    [InlineData(One, "XXXX XXXX 7058")]
    [InlineData("9999 4105 7058", "XXXX XXXX 7058")]
    [InlineData("९९९९ ४१०५ ७०५८", "XXXX XXXX 7058")]
    [InlineData("7058", "XXXX XXXX XXXX")]
    [Trait("Promise", "ENC-6")]
    public void Only_the_last_four_are_shown(string number, string masked) => Assert.Equal(masked, AadhaarText.Masked(number));

    [Fact]
    public void The_whole_is_shown_in_groups_of_four() => Assert.Equal("9999 4105 7058", AadhaarText.Grouped(One));
}
