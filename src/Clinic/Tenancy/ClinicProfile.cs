using System.Text.Json.Serialization;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Text;

namespace Clinic.Tenancy;

/// <summary>Postal address; state and postal code as India Post writes them.</summary>
public sealed record PostalAddress(string Line, string City, string State, string PostalCode, string Country = "IN");

[JsonConverter(typeof(CodeConverter<ClinicPlan>))]
public enum ClinicPlan
{
    Solo,
    Clinic,
    Group,
}

/// <summary>The clinic's account (ISO-5). Sealed whole under the clinic's contacts key.</summary>
public sealed record ClinicProfile(
    string Name, PostalAddress Address, string Phone, string Email, ClinicPlan Plan, string TimeZone);

internal static class ClinicProfileItem
{
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item Write(ClinicProfile profile, long version) =>
        new Item(Keys.ClinicProfile).SetVersion(version).Seal(Body, profile, TenancyJson.Default.ClinicProfile, Key);

    public static async Task<ClinicProfile?> Read(TenantStore store, CancellationToken ct) =>
        await store.Get(Keys.ClinicProfile, ct) is { } item
            ? await store.Open(item, Body, Key, TenancyJson.Default.ClinicProfile, ct)
            : null;
}

internal static class AddressRules
{
    public static FieldRules Address(this FieldRules rules, PostalAddress address, string field) => rules
        .Text(address.Line, field + ".line", 200)
        .Text(address.City, field + ".city", 80)
        .Text(address.State, field + ".state", 80)
        .Need(address.PostalCode is { Length: >= 3 and <= 12 } code && code.All(c => char.IsAsciiLetterOrDigit(c)
            || c is ' ' or '-') && char.IsAsciiLetterOrDigit(code[0]) && char.IsAsciiLetterOrDigit(code[^1]),
            field + ".postalCode", "3 to 12 letters or digits")
        .Need(address.Country is { Length: 2 } country && country.All(char.IsAsciiLetterUpper), field + ".country",
            "ISO 3166 code of two letters");

    public static FieldRules Phone(this FieldRules rules, string? phone, string field) =>
        rules.Need(ContactText.Phone(phone) is not null, field, "an Indian mobile number, or + and country code");

    public static FieldRules Email(this FieldRules rules, string? email, string field) =>
        rules.Need(ContactText.Email(email) is not null, field, "an e-mail address");
}
