using Clinic.Platform.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Clinic.Tests.Platform.Text;

public sealed class ContactTextTests
{
    [Theory]
    [InlineData("9876543210", "+919876543210")]
    [InlineData("09876543210", "+919876543210")]
    [InlineData("919876543210", "+919876543210")]
    [InlineData("+91 98765-43210", "+919876543210")]
    [InlineData("+91 (98765) 43210", "+919876543210")]
    [InlineData(" +44 20 7946 0958", "+442079460958")]
    [InlineData("6000000000", "+916000000000")]
    [InlineData("5876543210", null)]
    [InlineData("98765", null)]
    [InlineData("+0123456789", null)]
    [InlineData("+1234567", null)]
    [InlineData("+1234567890123456", null)]
    [InlineData("98765 4321a", null)]
    [InlineData("९८७६५४३२१०", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Phones_have_one_form(string? text, string? phone) => Assert.Equal(phone, ContactText.Phone(text));

    [Fact]
    public void A_phone_that_was_read_reads_as_itself() => Prop.ForAll<string>(text =>
        ContactText.Phone(text) is not { } phone || ContactText.Phone(phone) == phone).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Meera.K@Asha.Example", "meera.k@asha.example")]
    [InlineData("  a@b.in ", "a@b.in")]
    [InlineData("a+tag@b.co.in", "a+tag@b.co.in")]
    [InlineData("a@b", null)]
    [InlineData("a.b.in", null)]
    [InlineData("@b.in.x", null)]
    [InlineData("a@b@c.in", null)]
    [InlineData("a@.b.in", null)]
    [InlineData("a@b.in.", null)]
    [InlineData("a b@c.in", null)]
    [InlineData("a\nb@c.in", null)]
    [InlineData("<a@b.in>", null)]
    [InlineData("a@b.in,c@d.in", null)]
    [InlineData("\"a\"@b.in", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Mail_addresses_have_one_form_and_cannot_carry_a_header(string? text, string? email) =>
        Assert.Equal(email, ContactText.Email(text));

    [Fact]
    public void A_mail_address_is_bounded()
    {
        Assert.Null(ContactText.Email(new string('a', 65) + "@b.in"));
        Assert.Null(ContactText.Email("a@" + new string('b', 250) + ".in"));
    }

    [Theory]
    [InlineData("Sunita  Deshpande-Rao", "sunita|deshpande|rao")]
    [InlineData("D'Souza, José", "dsouza|jose")]
    [InlineData("Jose\u0301", "jose")]
    [InlineData("ŚĀNTĀ Ḍeśpāṇḍe", "santa|despande")]
    [InlineData("\u0915\u0921\u093c\u0941", "\u0915\u0921\u093c\u0941")]
    [InlineData("\u0915\u095c\u0941", "\u0915\u0921\u093c\u0941")]
    [InlineData("தமிழ் বাংলা", "தமிழ்|বাংলা")]
    [InlineData("ＡＮＩＴＡ", "anita")]
    [InlineData("अनिता देशपांडे", "अनिता|देशपांडे")]
    [InlineData("Anita 2", "anita")]
    [InlineData(" ", "")]
    public void Names_are_words_of_any_script(string name, string words) =>
        Assert.Equal(words.Split('|', StringSplitOptions.RemoveEmptyEntries), ContactText.NameWords(name));
}
