using System.Text;
using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Sheets;

/// <summary>What a column of a clinic's list may hold of a patient.</summary>
[JsonConverter(typeof(CodeConverter<SheetField>))]
public enum SheetField
{
    /// <summary>The clinic's own number: of two rows with one number the first is registered.</summary>
    ClinicNumber,
    Name,
    GivenName,
    FamilyName,
    BirthDate,
    AgeYears,
    Gender,
    BloodGroup,
    Phone,
    Email,
    AddressLine,
    City,
    State,
    PostalCode,
    AbhaNumber,
    AbhaAddress,

    /// <summary>Only its last four are ever kept.</summary>
    Aadhaar,
    GuardianName,
    GuardianRelationship,
    GuardianPhone,

    /// <summary>Named by the clinic as not to be imported.</summary>
    Ignored,
}

/// <summary>
/// Common headers of lists in English and Hindi. A clinic's own mapping goes before them; a header that neither knows is named
/// in the report, and its column is not imported.
/// </summary>
internal static class SheetHeaders
{
    private static readonly Dictionary<SheetField, string[]> Words = new()
    {
        [SheetField.ClinicNumber] =
        [
            "patient id", "patient no", "patient number", "reg no", "registration no", "registration number", "uhid", "mrn",
            "mrd no",
            "opd no", "op no", "file no", "case no", "card no", "क्रमांक", "पंजीकरण संख्या", "पंजीयन संख्या", "रजिस्ट्रेशन नंबर",
        ],
        [SheetField.Name] = ["name", "patient name", "full name", "name of patient", "patient", "नाम", "मरीज का नाम",
            "रोगी का नाम"],
        [SheetField.GivenName] = ["first name", "given name", "पहला नाम"],
        [SheetField.FamilyName] = ["last name", "surname", "family name", "उपनाम", "कुलनाम"],
        [SheetField.BirthDate] = ["dob", "date of birth", "birth date", "birthdate", "जन्म तिथि", "जन्मतिथि", "जन्म तारीख"],
        [SheetField.AgeYears] = ["age", "age years", "age in years", "age yrs", "आयु", "उम्र"],
        [SheetField.Gender] = ["gender", "sex", "m/f", "लिंग"],
        [SheetField.BloodGroup] = ["blood group", "blood type", "bg", "रक्त समूह", "ब्लड ग्रुप"],
        [SheetField.Phone] =
        [
            "phone", "phone no", "phone number", "mobile", "mobile no", "mobile number", "contact", "contact no",
            "contact number",
            "whatsapp", "whatsapp no", "मोबाइल", "मोबाइल नंबर", "मोबाइल नं", "फोन", "फ़ोन", "फोन नंबर", "संपर्क",
        ],
        [SheetField.Email] = ["email", "e-mail", "email id", "email address", "mail", "ईमेल"],
        [SheetField.AddressLine] = ["address", "address line", "street", "postal address", "पता"],
        [SheetField.City] = ["city", "town", "village", "city/town", "शहर", "गाँव", "गांव", "नगर"],
        [SheetField.State] = ["state", "राज्य"],
        [SheetField.PostalCode] = ["pin", "pincode", "pin code", "postal code", "zip", "पिन", "पिन कोड", "पिनकोड"],
        [SheetField.AbhaNumber] = ["abha", "abha no", "abha number", "abha id", "health id", "आभा", "आभा नंबर"],
        [SheetField.AbhaAddress] = ["abha address", "phr address"],
        [SheetField.Aadhaar] = ["aadhaar", "aadhar", "aadhaar no", "aadhar no", "aadhaar number", "aadhar number", "uid",
            "आधार", "आधार नंबर"],
        [SheetField.GuardianName] =
            ["guardian", "guardian name", "father name", "parent name", "father/guardian", "अभिभावक", "पिता का नाम"],
        [SheetField.GuardianRelationship] = ["relation", "relationship", "guardian relation", "guardian relationship", "संबंध"],
        [SheetField.GuardianPhone] = ["guardian phone", "guardian mobile", "parent phone", "parent mobile", "अभिभावक मोबाइल"],
    };

    private static readonly Dictionary<string, SheetField> Known =
        Words.SelectMany(w => w.Value.Select(h => (Header: Fold(h), Field: w.Key))).Distinct()
            .ToDictionary(w => w.Header, w => w.Field);

    public static SheetField? Guess(string header) => Known.TryGetValue(Fold(header), out var field) ? field : null;

    /// <summary>Letters, marks and digits of a header, lower case: how it is compared.</summary>
    public static string Fold(string header)
    {
        var folded = new StringBuilder(header.Length);
        foreach (var rune in header.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var isMark = Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;
            if (isMark || Rune.IsLetterOrDigit(rune))
            {
                folded.Append(Rune.ToLowerInvariant(rune));
            }
        }

        return folded.ToString();
    }
}
