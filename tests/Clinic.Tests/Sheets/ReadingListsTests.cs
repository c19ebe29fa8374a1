using System.IO.Compression;
using System.Text;
using Clinic.Patients;
using Clinic.Sheets;
using Clinic.Testing;
using Xunit;
using Lists = Clinic.Testing.PatientLists;

namespace Clinic.Tests.Sheets;

public sealed class ReadingListsTests
{
    private static readonly DateOnly Today = new(2027, 6, 1);

    [Fact]
    public void A_clinics_list_is_read_as_the_table_says()
    {
        var plan = Plan(Lists.Clinic, SheetType.Csv);

        Assert.Equal((68, 2, 69, 3), (plan.Read, plan.FirstRow, plan.LastRow, plan.Masked));
        Assert.Equal(
            [(16, "Shoe size"), (17, "Remarks")], plan.Unknown.Select(u => (u.Column, u.Header!)));
        Assert.Equal(
            [
                "54 2 Name needed", "55 3 BirthDate not-understood", "56 4 AgeYears rule", "57 5 Gender not-understood",
                "58 6 Phone rule", "59 14 GuardianName guardian-required", "61 3 BirthDate needed", "63 2 Name too-long",
                "64 2 Name control-character", "65   too-many-cells", "66 3 BirthDate rule",
            ],
            plan.Refused.Select(r => $"{r.Row} {r.Column} {r.Field} {r.Reason}"));
        Assert.Equal(11, plan.Turned);
        Assert.Equal(57, plan.Rows.Count);
        Assert.Equal(["51: 2", "52: 3", "53: 4"], plan.Rows.Where(r => r.Alike.Count > 0).Select(r => $"{r.Row}: {r.Alike[0]}"));
    }

    [Theory]
    [InlineData(2, "Sunita Devi Yadav", "1941-01-01", Gender.Female, "+919823011234", "B+")]
    [InlineData(3, "रामेश्वर प्रसाद तिवारी", "1954-06-08", Gender.Male, "+919422111751", "O+")]
    [InlineData(4, "कमला बाई चौहान", "1967-11-15", Gender.Female, "+917020412268", "AB-")]
    [InlineData(5, "Mohammed Irfan Qureshi", "55", Gender.Male, "+918830112785", null)]
    [InlineData(6, "Lakshmi Venkataraman", "1993-09-02", Gender.Female, null, "A+")]
    [InlineData(50, "=HYPERLINK(\"http://evil.example\",\"Open\")", "1970-06-05", Gender.Male, "+919822055501", null)]
    [InlineData(67, "Snehal Kadam", "1984-02-29", Gender.Female, "+919822055517", null)]
    [InlineData(68, "पद्मा अय्यर", "1947-08-15", Gender.Female, "+919822055518", null)]
    [InlineData(69, "Ravi Teja Konduru", "51", Gender.Male, "+919822055519", null)]
    public void A_row_becomes_this_patient(int row, string name, string birth, Gender gender, string? phone, string? group)
    {
        var record = Assert.Single(Plan(Lists.Clinic, SheetType.Csv).Rows, r => r.Row == row).Record;

        var told = record.Birth.Date?.ToString("yyyy-MM-dd", null) ?? record.Birth.AgeYears!.Value.ToString("0", null);
        Assert.Equal(
            (name, birth, gender, phone, group), (record.Name.Display, told, record.Gender, record.Phone, record.BloodGroup));
    }

    [Fact]
    public void No_cell_keeps_more_of_an_Aadhaar_number_than_its_last_four()
    {
        var plan = Plan(Lists.Clinic, SheetType.Csv);
        var written = string.Concat(plan.Rows.Select(r => System.Text.Json.JsonSerializer.Serialize(
            r.Record, SheetsJson.Default.PatientRecord)));

        Assert.DoesNotContain("2916", written, StringComparison.Ordinal);
        Assert.DoesNotContain("70291834", written, StringComparison.Ordinal);
        Assert.Equal("XXXX XXXX 5045", plan.Rows.Single(r => r.Row == 12).Record.Identifiers.Single(i =>
            i.Type == "Aadhaar").Value);
        Assert.Null(plan.Rows.Single(r => r.Row == 67).ClinicNumber);
        Assert.Equal("91-4417-2206-1205", plan.Rows.Single(r => r.Row == 7).Record.AbhaNumber);
    }

    [Theory]
    [InlineData("702918347566", "XXXX XXXX 7566", 1)]
    [InlineData("card 7029-1834-7566.", "card XXXX XXXX 7566.", 1)]
    [InlineData("७०२९ १८३४ ७५६६", "XXXX XXXX 7566", 1)]
    [InlineData("702918347567", "702918347567", 0)]
    [InlineData("91-7029-1834-7566", "91-7029-1834-7566", 0)]
    [InlineData("7029183475661", "7029183475661", 0)]
    [InlineData("", "", 0)]
    public void Aadhaar_numbers_are_found_by_their_check_digit(string cell, string masked, int count) =>
        Assert.Equal((masked, count), AadhaarCells.Mask(cell));

    [Theory]
    [InlineData("05/06/1970", DateOrder.DayFirst, "1970-06-05")]
    [InlineData("05/06/1970", DateOrder.MonthFirst, "1970-05-06")]
    [InlineData("5-6-70", DateOrder.DayFirst, "1970-06-05")]
    [InlineData("5.6.26", DateOrder.DayFirst, "2026-06-05")]
    [InlineData("5.6.27", DateOrder.DayFirst, "1927-06-05")]
    [InlineData("1970-06-05", DateOrder.MonthFirst, "1970-06-05")]
    [InlineData("5 Jun 1970", DateOrder.DayFirst, "1970-06-05")]
    [InlineData("05-June-1970", DateOrder.MonthFirst, "1970-06-05")]
    [InlineData("1970-06-05 00:00:00", DateOrder.DayFirst, "1970-06-05")]
    [InlineData("25724", DateOrder.DayFirst, "1970-06-05")]
    [InlineData("1970", DateOrder.DayFirst, "56")]
    [InlineData("31/02/1980", DateOrder.DayFirst, null)]
    [InlineData("13/13/1980", DateOrder.DayFirst, null)]
    [InlineData("0/1/1980", DateOrder.DayFirst, null)]
    [InlineData("1/1/980", DateOrder.DayFirst, null)]
    [InlineData("29-02-99", DateOrder.DayFirst, null)]
    [InlineData("99999", DateOrder.DayFirst, null)]
    [InlineData("soon", DateOrder.DayFirst, null)]
    public void Dates_are_read_as_people_write_them(string text, DateOrder order, string? expected)
    {
        var birth = SheetWords.Birth(text, order, Today);
        Assert.Equal(expected, birth?.Date?.ToString("yyyy-MM-dd", null) ?? birth?.AgeYears?.ToString("0", null));
    }

    [Theory]
    [InlineData("34", 34)]
    [InlineData("34 yrs", 34)]
    [InlineData("३४ वर्ष", 34)]
    [InlineData("18 months", 1)]
    [InlineData("10 days", 0)]
    [InlineData("1234", null)]
    [InlineData("about 30", null)]
    public void Ages_are_whole_years(string text, int? expected) => Assert.Equal(expected, SheetWords.Age(text));

    [Fact]
    public void A_workbook_is_read_like_the_list_it_was_made_of()
    {
        Assert.True(SheetFile.Read(Lists.Clinic, SheetType.Csv, null).Holds(out var lines, out _));
        var rows = lines.Where(l => !l.Cells.Any(c => c.Length > 2000 || c.Any(char.IsControl))).Select(l => l.Cells).ToList();

        Assert.True(SheetFile.Read(Lists.Workbook(rows), SheetType.Xlsx, "Patients").Holds(out var book, out var why), why?.Code);

        Assert.Equal(rows.Select(r => string.Join('|', r).TrimEnd('|')), book.Select(l => string.Join('|',
            l.Cells).TrimEnd('|')));
    }

    [Fact]
    public void Formulas_count_by_their_value_and_numbers_as_they_are_shown()
    {
        const string cells = "<c r=\"A1\" t=\"str\"><f>CONCAT(\"Na\",\"me\")</f><v>Name</v></c><c r=\"B1\"><f>1+1</f></c>"
            + "<c r=\"C1\" s=\"1\"><v>25724</v></c>"
            + "<c r=\"D1\"><v>9.8230112340000000E9</v></c><c r=\"E1\" t=\"e\"><v>#REF!</v></c>"
            + "<c r=\"F1\" t=\"b\"><v>1</v></c><c r=\"H1\" s=\"0\"><v>25724</v></c>";
        var bytes = Lists.Package(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
            + $"<row r=\"3\">{cells}</row>"
            + "</sheetData></worksheet>");

        Assert.True(SheetFile.Read(bytes, SheetType.Xlsx, null).Holds(out var lines, out var why), why?.Code);

        Assert.Equal(["Name", "", "1970-06-05", "9823011234", "", "1", "", "25724"], Assert.Single(lines).Cells);
        Assert.Equal(3, lines[0].Number);
    }

    [Theory]
    [InlineData("utf-8", ",")]
    [InlineData("utf-16", ";")]
    [InlineData("utf-16BE", "\t")]
    public void Encodings_with_their_mark_and_three_separators_are_read_alike(string encoding, string separator)
    {
        var text = $"नाम{separator}उम्र{separator}लिंग\r\n\"कमला\r\n; , बाई\"{separator}44{separator}महिला\r\n";
        var code = Encoding.GetEncoding(encoding);

        Assert.True(SheetFile.Read([.. code.GetPreamble(), .. code.GetBytes(text)], SheetType.Csv, null).Holds(out var lines,
            out _));

        Assert.Equal(["कमला\r\n; , बाई", "44", "महिला"], lines[1].Cells);
    }

    [Fact]
    public void A_mapping_of_the_clinic_goes_before_common_headers()
    {
        var mapping = new SheetMappingForm(
            [new SheetColumn("Client", SheetField.Name), new SheetColumn("Name", SheetField.Ignored), new SheetColumn("born",
                SheetField.BirthDate)],
            DateOrder.MonthFirst, [new GenderWord("stri", Gender.Female)], "+977");
        var bytes = Encoding.UTF8.GetBytes("Name,CLIENT ,Born,Sex,Mobile\nclinic name,Maya Gurung,12/31/1980,Stri,9841234567\n");

        var row = Assert.Single(Plan(bytes, SheetType.Csv, mapping).Rows).Record;

        Assert.Equal(
            ("Maya Gurung", new DateOnly(1980, 12, 31), Gender.Female, "+9779841234567"),
            (row.Name.Given, row.Birth.Date!.Value, row.Gender, row.Phone));
    }

    private static SheetPlan Plan(byte[] bytes, SheetType type, SheetMappingForm? mapping = null)
    {
        Assert.True(SheetFile.Read(bytes, type, null).Holds(out var lines, out var why), why?.Code);
        Assert.True(SheetPlan.Make(lines, mapping ?? SheetMappingForm.Default, Today).Holds(out var plan, out why), why?.Code);
        return plan;
    }
}
