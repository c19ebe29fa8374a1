using Clinic.Patients;
using Clinic.Platform.Http;
using Clinic.Platform.Text;
using Clinic.Tenancy;

namespace Clinic.Sheets;

/// <summary>Why a row registers nobody: row, column and rule, never a value.</summary>
/// <param name="Row">As a spreadsheet numbers them.</param>
/// <param name="Column">From 1; null when it is of the row as a whole, or the field has no column.</param>
public sealed record SheetRefusal(int Row, int? Column, SheetField? Field, string Reason);

/// <summary>Reasons of refusals.</summary>
internal static class SheetReasons
{
    public const string Needed = "needed";
    public const string NotUnderstood = "not-understood";
    public const string Rule = "rule";
    public const string TooLong = "too-long";
    public const string TooManyCells = "too-many-cells";
    public const string ControlCharacter = "control-character";
    public const string GuardianRequired = "guardian-required";
}

/// <summary>A row, read: who she is, or what stands against it.</summary>
/// <param name="Masked">In how many cells an Aadhaar number stood.</param>
internal sealed record SheetPatient(int Row, PatientRecord? Record, string? ClinicNumber, IReadOnlyList<SheetRefusal> Refused,
    int Masked);

/// <summary>Reads rows by the columns of the first one. Pure: the same row on the same day is the same patient.</summary>
internal sealed class SheetPatients(
    SheetMappingForm mapping, IReadOnlyDictionary<SheetField, int> columns, int width, DateOnly today)
{
    private const string NumberType = "Clinic number";
    private const string AadhaarType = "Aadhaar";
    private const int NumberLengthMax = 120;

    /// <summary>How a number of which only the last four are left begins.</summary>
    private const string Hidden = "XXXX XXXX ";

    /// <summary>Fields by the member of a form that breaks a rule.</summary>
    private static readonly Dictionary<string, SheetField> Members = new(StringComparer.Ordinal)
    {
        ["name.given"] = SheetField.Name, ["name.family"] = SheetField.FamilyName, ["birthDate"] = SheetField.BirthDate,
        ["ageYears"] = SheetField.AgeYears, ["bloodGroup"] = SheetField.BloodGroup, ["phone"] = SheetField.Phone,
        ["email"] = SheetField.Email, ["abhaNumber"] = SheetField.AbhaNumber, ["abhaAddress"] = SheetField.AbhaAddress,
        ["guardian"] = SheetField.GuardianName, ["guardian.name"] = SheetField.GuardianName,
        ["guardian.relationship"] = SheetField.GuardianRelationship, ["guardian.phone"] = SheetField.GuardianPhone,
        ["address.line"] = SheetField.AddressLine, ["address.city"] = SheetField.City, ["address.state"] = SheetField.State,
        ["address.postalCode"] = SheetField.PostalCode,
    };

    public SheetPatient Read(SheetLine line)
    {
        var refused = new List<SheetRefusal>();
        if (line.Cells.Skip(width).Any(c => c.Length > 0))
        {
            refused.Add(new SheetRefusal(line.Number, null, null, SheetReasons.TooManyCells));
        }

        var (cells, masked) = (new string[width], 0);
        for (var i = 0; i < width; i++)
        {
            var cell = i < line.Cells.Count ? line.Cells[i] : "";
            var isPhone = (columns.TryGetValue(SheetField.Phone, out var phone) && phone == i)
                || (columns.TryGetValue(SheetField.GuardianPhone, out phone) && phone == i);
            var (text, found) = isPhone && ContactText.Phone(cell) is not null ? (cell, 0) : AadhaarCells.Mask(cell);
            (cells[i], masked) = (text, masked + found);
        }

        foreach (var (field, column) in columns.Where(c => c.Key != SheetField.Ignored))
        {
            var why = cells[column].Length > SheetLimits.CellLengthMax ? SheetReasons.TooLong
                : cells[column].Any(char.IsControl) ? SheetReasons.ControlCharacter : null;
            if (why is not null)
            {
                refused.Add(new SheetRefusal(line.Number, column + 1, field, why));
            }
        }

        var record = refused.Count == 0 ? Record(line.Number, f => Cell(cells, f), refused) : null;
        return new SheetPatient(line.Number, record, record is null ? null : Number(Cell(cells, SheetField.ClinicNumber)),
            refused, masked);
    }

    private string Cell(string[] cells, SheetField field) => columns.TryGetValue(field, out var column) ? cells[column] : "";

    private PatientRecord? Record(int row, Func<SheetField, string> cell, List<SheetRefusal> refused)
    {
        void Refuse(SheetField field, string reason) => refused.Add(
            new SheetRefusal(row, columns.TryGetValue(field, out var column) ? column + 1 : null, field, reason));

        var gender = SheetWords.GenderOf(cell(SheetField.Gender), mapping);
        var birth = Birth(cell, Refuse);
        if (gender is null)
        {
            Refuse(SheetField.Gender, SheetReasons.NotUnderstood);
        }

        var (given, family) = Name(cell);
        if (given.Length == 0)
        {
            Refuse(SheetField.Name, SheetReasons.Needed);
        }

        if (refused.Count > 0)
        {
            return null;
        }

        var form = new PatientForm(
            new PatientName(given, family), gender!.Value, birth!.Date, birth.AgeYears,
            Filled(SheetWords.BloodGroup(cell(SheetField.BloodGroup))), Filled(SheetWords.Phone(cell(SheetField.Phone), mapping)),
            Filled(cell(SheetField.Email)), null, null, GuardianOf(cell), Filled(cell(SheetField.AbhaNumber)),
            Filled(cell(SheetField.AbhaAddress)));
        if (form.ToRecord(today, "", Identifiers(cell), Placement.Nowhere).Holds(out var record, out var why))
        {
            return record with { Address = AddressOf(cell) };
        }

        var reason = why == PatientRefusals.GuardianRequired || why.Code == PatientRefusals.GuardianRequired.Code
            ? SheetReasons.GuardianRequired : SheetReasons.Rule;
        foreach (var error in why.Errors)
        {
            Refuse(Members[error.Field.TrimStart('.')], reason);
        }

        return null;
    }

    /// <summary>The day of birth goes before an age: a list that has both has the age of some other day.</summary>
    private PatientBirth? Birth(Func<SheetField, string> cell, Action<SheetField, string> refuse)
    {
        var (date, age) = (cell(SheetField.BirthDate), cell(SheetField.AgeYears));
        if (date.Length > 0)
        {
            var birth = SheetWords.Birth(date, mapping.Dates, today);
            if (birth is null)
            {
                refuse(SheetField.BirthDate, SheetReasons.NotUnderstood);
            }

            return birth;
        }

        if (SheetWords.Age(age) is { } years)
        {
            return new PatientBirth(null, years, today);
        }

        refuse(
            age.Length == 0 && columns.ContainsKey(SheetField.BirthDate) ? SheetField.BirthDate : SheetField.AgeYears,
            age.Length == 0 ? SheetReasons.Needed : SheetReasons.NotUnderstood);
        return null;
    }

    /// <summary>Of a name in one cell nothing is cut: what is family and what is given, its letters do not say.</summary>
    private static (string Given, string? Family) Name(Func<SheetField, string> cell)
    {
        var (name, given, family) = (cell(SheetField.Name), cell(SheetField.GivenName), Filled(cell(SheetField.FamilyName)));
        return given.Length > 0 ? (given, family) : name.Length > 0 ? (name, null) : (family ?? "", null);
    }

    private Guardian? GuardianOf(Func<SheetField, string> cell)
    {
        var (name, relationship) = (cell(SheetField.GuardianName), cell(SheetField.GuardianRelationship));
        var phone = cell(SheetField.GuardianPhone) is { Length: > 0 } own ? own : cell(SheetField.Phone);
        return name.Length == 0 ? null
            : phone.Length == 0 ? null
            : new Guardian(name, relationship.Length == 0 ? "guardian" : relationship, SheetWords.Phone(phone, mapping));
    }

    /// <summary>As far as the list says it: what is missing is not invented, and no patient is refused for her address.</summary>
    private static PostalAddress? AddressOf(Func<SheetField, string> cell)
    {
        var (line, city, state, code) = (
            Cut(cell(SheetField.AddressLine)), Cut(cell(SheetField.City)), Cut(cell(SheetField.State)),
                Cut(cell(SheetField.PostalCode)));
        return (line + city + state + code).Length == 0 ? null : new PostalAddress(line, city, state, code);
    }

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200];

    private static PatientIdentifier[] Identifiers(Func<SheetField, string> cell)
    {
        var number = Number(cell(SheetField.ClinicNumber));
        var aadhaar = cell(SheetField.Aadhaar);
        var identifiers = new List<PatientIdentifier>();
        if (number is not null)
        {
            identifiers.Add(new PatientIdentifier(NumberType, null, number));
        }

        if (aadhaar.Any(char.IsDigit))
        {
            var masked = aadhaar.StartsWith(Hidden, StringComparison.Ordinal) && aadhaar.Length == Hidden.Length + 4
                ? aadhaar : AadhaarText.Masked(aadhaar);
            identifiers.Add(new PatientIdentifier(AadhaarType, null, masked));
        }

        return [.. identifiers];
    }

    /// <summary>Not what was an Aadhaar number: its last four tell nobody from another.</summary>
    private static string? Number(string text) =>
        text.Length is >= 1 and <= NumberLengthMax && !text.StartsWith(Hidden, StringComparison.Ordinal) ? text : null;

    private static string? Filled(string text) => text.Length == 0 ? null : text;
}
