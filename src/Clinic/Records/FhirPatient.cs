using System.Globalization;
using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Http;
using Clinic.Platform.Text;
using Clinic.Tenancy;

namespace Clinic.Records;

/// <summary>
/// Reads who she is from a foreign Patient resource. What has no place in our record stays in the resource, which is kept as it
/// came.
/// </summary>
internal static class FhirPatient
{
    public static readonly Refusal NoName = new(
        422, "patient-name", "A patient needs a name with a letter in it, of at most 120 characters a part.");
    public static readonly Refusal NoBirth = new(422, "patient-birth", "A patient needs a birth date that can be one.");

    /// <summary>
    /// How many numbers of other bodies stand in the head, and how long each may be: the head is to be one small row.
    /// </summary>
    private const int IdentifiersMax = 20;
    private const int DateLength = 10;
    private const int IdentifierLengthMax = 120;
    private const int NameLengthMax = 120;
    private const int AddressLengthMax = 200;

    /// <param name="today">For an age, when only the year of birth is known.</param>
    public static Outcome<PatientRecord> Read(JsonElement patient, DateOnly today)
    {
        if (Name(patient) is not { } name)
        {
            return NoName;
        }

        if (Birth(Text(patient, "birthDate", 10), today) is not { } birth)
        {
            return NoBirth;
        }

        var address = Address(patient);
        var telecoms = patient.Each("telecom").Select(t => Telecom.Read(t, isIndian: address?.Country is null or "" or "IN"))
            .ToList();
        var phone = telecoms.FirstOrDefault(t => t.Phone is not null)?.Phone;
        var email = telecoms.FirstOrDefault(t => t.Email is not null)?.Email;
        var (abha, account, others) = Accounts(patient);
        var identifiers = others.Select(Identifier).OfType<PatientIdentifier>()
            .Concat(telecoms.Where(t => (t.Phone ?? t.Email) is not { } used || (used != phone && used != email))
                .Select(t => t.AsGiven).OfType<PatientIdentifier>());
        return new PatientRecord(
            name, birth, Sex(patient), null, phone, email, address, null, null, [.. identifiers.Take(IdentifiersMax)], abha,
            account, Deceased: Death(patient, birth, today));
    }

    /// <summary>
    /// The day as it stands there. One that cannot be, or a month or a year alone, leaves that she has died.
    /// </summary>
    private static Deceased? Death(JsonElement patient, PatientBirth birth, DateOnly today)
    {
        if (patient.Text("deceasedDateTime") is not { } at)
        {
            return patient.TryGetProperty("deceasedBoolean", out var died) && died.ValueKind == JsonValueKind.True
                ? new Deceased() : null;
        }

        return at.Length >= DateLength && DateOnly.TryParseExact(
            at.AsSpan(0, DateLength), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day <= today && (birth.Date is not { } born || day >= born) ? new Deceased(day) : new Deceased();
    }

    /// <summary>Number and address of her health account, the first of each, and all other identifiers.</summary>
    private static (string? Number, string? Address, IReadOnlyList<JsonElement> Others) Accounts(JsonElement patient)
    {
        var (number, address, others) = ((string?)null, (string?)null, new List<JsonElement>());
        foreach (var identifier in patient.Each("identifier"))
        {
            switch (AbhaFhir.Read(identifier))
            {
                case ({ } found, _) when number is null:
                    number = found;
                    break;
                case (_, { } found) when address is null:
                    address = found;
                    break;
                default:
                    others.Add(identifier);
                    break;
            }
        }

        return (number, address, others);
    }

    private static PatientName? Name(JsonElement patient)
    {
        var best = patient.Each("name").OrderBy(n => n.Text("use") switch { "official" => 0, "usual" => 1, null => 2, _ => 3 })
            .Select(NameOf).OfType<PatientName>().FirstOrDefault();
        return best is not null && best.Given.Length <= NameLengthMax && (best.Family?.Length ?? 0) <= NameLengthMax
            && ContactText.NameWords(best.Display).Count > 0
            ? best
            : null;
    }

    /// <summary>Many names have one part: it is the given one then.</summary>
    private static PatientName? NameOf(JsonElement name)
    {
        var given = Plain(string.Join(' ', name.Each("given").Select(FhirText.Text).OfType<string>()));
        var family = Plain(name.Text("family"));
        return (given, family) switch
        {
            (null, null) => Plain(name.Text("text")) is { } text ? new PatientName(text) : null,
            (null, _) => new PatientName(family),
            _ => new PatientName(given, family),
        };
    }

    /// <summary>
    /// FHIR dates may be a year or a month only: then the latest day is taken, so that nobody is called older than she is.
    /// </summary>
    private static PatientBirth? Birth(string? text, DateOnly today)
    {
        if (text is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date <= today && date >= today.AddYears(-PatientForm.AgeYearsMax) ? new PatientBirth(date) : null;
        }

        var month = DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first);
        if (!month && !DateOnly.TryParseExact(text, "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out first))
        {
            return null;
        }

        var latest = (month ? first.AddMonths(1) : first.AddYears(1)).AddDays(-1);
        var years = Math.Max(0, new PatientBirth(latest).YearsOn(today));
        return first <= today && years <= PatientForm.AgeYearsMax ? new PatientBirth(null, years, today) : null;
    }

    private static Gender Sex(JsonElement patient) => patient.Text("gender") switch
    {
        "male" => Gender.Male,
        "female" => Gender.Female,
        "other" => Gender.Other,
        _ => Gender.Unknown,
    };

    /// <summary>As it stands in the file: a foreign address has its own forms, and what is missing is not invented.</summary>
    private static PostalAddress? Address(JsonElement patient)
    {
        var address = patient.Each("address")
            .FirstOrDefault(a => a.ValueKind == JsonValueKind.Object && a.Text("use") is not "old");
        return address.ValueKind != JsonValueKind.Object
            ? null
            : new PostalAddress(
                Cut(string.Join(", ", address.Each("line").Select(FhirText.Text).OfType<string>())), Cut(address.Text("city")),
                Cut(address.Text("state")), Cut(address.Text("postalCode")), Cut(address.Text("country")));
    }

    private static PatientIdentifier? Identifier(JsonElement identifier)
    {
        if (Text(identifier, "value", IdentifierLengthMax) is not { } value)
        {
            return null;
        }

        var type = identifier.ValueKind == JsonValueKind.Object && identifier.TryGetProperty("type", out var coded)
            ? coded.Each("coding").Select(c => Text(c, "code", IdentifierLengthMax)).OfType<string>().FirstOrDefault()
            : null;
        return new PatientIdentifier(type ?? "identifier", Text(identifier, "system", IdentifierLengthMax), value);
    }

    private static string? Text(JsonElement element, string member, int lengthMax) =>
        element.Text(member) is { } text && Plain(text) is { } plain && plain.Length <= lengthMax ? plain : null;

    private static string Cut(string? text) => Plain(text) is not { } plain ? "" : plain.Length <= AddressLengthMax ? plain
        : plain[..AddressLengthMax];

    /// <summary>Trimmed and without control characters; null when nothing is left.</summary>
    private static string? Plain(string? text)
    {
        var plain = text is null ? "" : string.Concat(text.Where(c => !char.IsControl(c))).Trim();
        return plain.Length == 0 ? null : plain;
    }

    /// <summary>A way to reach her: ours when it is one that we can use, else as it was given, so that nothing is lost.</summary>
    private sealed record Telecom(string? Phone, string? Email, PatientIdentifier? AsGiven)
    {
        /// <param name="isIndian">Ten digits are an Indian mobile only where nothing says that she lives elsewhere.</param>
        public static Telecom Read(JsonElement telecom, bool isIndian)
        {
            if (Text(telecom, "value", IdentifierLengthMax) is not { } value || telecom.Text("system") is not { } system)
            {
                return new Telecom(null, null, null);
            }

            var phone = system == "phone" && (isIndian || value.StartsWith('+')) ? ContactText.Phone(value) : null;
            var email = system == "email" ? ContactText.Email(value) : null;
            var kind = system is "phone" or "email" or "fax" or "pager" or "url" or "sms" ? system : "contact";
            return new Telecom(
                phone, email, new PatientIdentifier(kind + "-as-imported", Text(telecom, "use", IdentifierLengthMax), value));
        }
    }
}
