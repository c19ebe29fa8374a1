using System.Text.Json.Serialization;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Sheets;

/// <summary>A column by its header, and what it holds. Headers are compared by letters and digits alone.</summary>
public sealed record SheetColumn(string Header, SheetField Field);

/// <summary>A word that the clinic writes for a gender.</summary>
public sealed record GenderWord(string Word, Gender Gender);

/// <summary>What comes first in a date of two or three numbers. Four digits at the beginning are a year in any case.</summary>
[JsonConverter(typeof(CodeConverter<DateOrder>))]
public enum DateOrder
{
    DayFirst,
    MonthFirst,
}

/// <summary>
/// How a clinic's lists are to be read; beside it stand common headers and words, which need not be named.
/// </summary>
/// <param name="CountryCode">Of phones that bring none: + and one to three digits.</param>
public sealed record SheetMappingForm(
    IReadOnlyList<SheetColumn> Columns, DateOrder Dates = DateOrder.DayFirst, IReadOnlyList<GenderWord>? Genders = null,
    string CountryCode = SheetMappingForm.India)
{
    public const string India = "+91";
    private const int HeaderLengthMax = 120;
    private const int WordLengthMax = 40;
    private const int WordsMax = 50;

    internal static SheetMappingForm Default { get; } = new([]);

    internal SheetField? FieldOf(string header) =>
        Columns.FirstOrDefault(c => SheetHeaders.Fold(c.Header) == SheetHeaders.Fold(header))?.Field
            ?? SheetHeaders.Guess(header);

    internal Refusal? Check()
    {
        var words = Genders ?? [];
        var rules = new FieldRules()
            .Need(Columns.Count <= SheetLimits.ColumnsMax, "columns", $"at most {SheetLimits.ColumnsMax}")
            .Need(Columns.Select(c => SheetHeaders.Fold(c.Header)).Distinct().Count() == Columns.Count, "columns",
                "each header once")
            .Need(words.Count <= WordsMax, "genders", $"at most {WordsMax}")
            .Need(IsCountryCode(CountryCode), "countryCode", "+ and 1 to 3 digits");
        foreach (var (column, i) in Columns.Take(SheetLimits.ColumnsMax).Select((c, i) => (c, i)))
        {
            rules.Text(column.Header, $"columns[{i}].header", HeaderLengthMax)
                .Need(SheetHeaders.Fold(column.Header).Length > 0, $"columns[{i}].header", "at least one letter or digit");
        }

        foreach (var (word, i) in words.Take(WordsMax).Select((w, i) => (w, i)))
        {
            rules.Text(word.Word, $"genders[{i}].word", WordLengthMax);
        }

        return rules.Refusal;
    }

    private static bool IsCountryCode(string code) =>
        code.Length is >= 2 and <= 4 && code[0] == '+' && code[1] != '0' && code.Skip(1).All(char.IsAsciiDigit);
}

internal static class SheetMappingItem
{
    private const string Body = "b";

    /// <summary>Intake, as what it is read with: a worker that imports needs no other key of the clinic.</summary>
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Intake);

    public static Item Write(SheetMappingForm mapping, long version) =>
        new Item(Keys.SheetMapping).SetVersion(version).Seal(Body, mapping, SheetsJson.Default.SheetMappingForm, Key);

    /// <summary>Version 0 is what holds for a clinic that said nothing.</summary>
    public static async Task<(SheetMappingForm Mapping, long Version)> Read(TenantStore store, CancellationToken ct) =>
        await store.Get(Keys.SheetMapping, ct) is { } row
            ? ((await store.Open(row, Body, Key, SheetsJson.Default.SheetMappingForm, ct))!, row.Version)
            : (SheetMappingForm.Default, 0);
}
