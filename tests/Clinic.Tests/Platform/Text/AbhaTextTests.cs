using Clinic.Platform.Text;
using Xunit;

namespace Clinic.Tests.Platform.Text;

public sealed class AbhaTextTests
{
    [Theory]
    [InlineData("91-1234-5678-9012", "91-1234-5678-9012")]
    [InlineData("91123456789012", "91-1234-5678-9012")]
    [InlineData(" 91 1234 5678 9012 ", "91-1234-5678-9012")]
    [InlineData("91-1234-5678-901", null)]
    [InlineData("91-1234-5678-90123", null)]
    [InlineData("91-1234-5678-901x", null)]
    [InlineData("९१-1234-5678-9012", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_number_is_fourteen_digits_and_has_one_form(string? text, string? number) =>
        Assert.Equal(number, AbhaText.Number(text));

    [Theory]
    [InlineData("asha.menon@abdm", "asha.menon@abdm")]
    [InlineData(" Asha_99@SBX ", "asha_99@sbx")]
    [InlineData("asha@ndhm", "asha@ndhm")]
    [InlineData("91123456789012@abdm", "91123456789012@abdm")]
    [InlineData("ash@abdm", null)]
    [InlineData("9asha@abdm", null)]
    [InlineData(".asha@abdm", null)]
    [InlineData("asha.@abdm", null)]
    [InlineData("9812300077@abdm", null)]
    [InlineData("asha menon@abdm", null)]
    [InlineData("आशा.म@abdm", null)]
    [InlineData("asha@mail", null)]
    [InlineData("asha@abdm@abdm", null)]
    [InlineData("asha", null)]
    [InlineData(null, null)]
    public void An_address_is_a_name_at_the_network(string? text, string? address) =>
        Assert.Equal(address, AbhaText.Address(text));
}
