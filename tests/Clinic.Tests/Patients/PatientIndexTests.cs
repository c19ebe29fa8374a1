using Clinic.Patients;
using Clinic.Platform.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Clinic.Tests.Patients;

public sealed class PatientIndexTests
{
    private static PatientRecord Record(string given, string? family, string? phone = "+919812300077",
        string? email = "a@b.example") =>
        new(new PatientName(given, family), new PatientBirth(new DateOnly(1990, 2, 14)), Gender.Female, null, phone, email, null,
            null, null, [], "91-1234-5678-9012", "asha.m@abdm");

    [Theory]
    [InlineData("Asha", "Menon")]
    [InlineData("Venkata Subramanian Narayanan", "Krishnamurthy Iyer")]
    [InlineData("Om", null)]
    [InlineData("लक्ष्मी", "अय्यर")]
    public void A_patient_has_at_most_twenty_index_items(string given, string? family) =>
        Assert.InRange(PatientIndex.Of(Record(given, family)).Count, 4, PatientIndex.ItemsMax);

    /// <summary>Names as long as the form takes, in any letters, with every field filled.</summary>
    [Fact]
    [Trait("Promise", "ENC-3")]
    public void No_name_however_long_has_more_than_twenty_index_items()
    {
        var names = Gen.Elements([.. "abcdefghiklmnoprstuvy aeiou éñलक्ष्मीఅம  "]).ListOf(120).Select(l => string.Concat(l));
        Check.QuickThrowOnFailure(Prop.ForAll(names.Two().ToArbitrary(), n =>
            ContactText.NameWords(n.Item1).Count == 0
            || PatientIndex.Of(Record(n.Item1, n.Item2)).Count <= PatientIndex.ItemsMax));
        Assert.Equal(18, PatientIndex.Of(Record("Venkata Subramanian Narayanan", "Krishnamurthy Iyer")).Count);
    }

    [Fact]
    public void An_index_item_too_many_is_a_bug_that_shows()
    {
        var values = Enumerable.Range(0, PatientIndex.ItemsMax).Select(i => new IndexValue("X", $"{i}", 2)).ToList();
        Assert.Same(values, PatientIndex.Bounded(values));
        Assert.Throws<InvalidOperationException>(() => PatientIndex.Bounded([.. values, new IndexValue("X", "more", 2)]));
    }

    [Fact]
    public void Names_are_indexed_by_three_to_five_letters_of_each_word() => Assert.Equal(
        ["ash", "asha", "men", "meno", "menon"],
        PatientIndex.Of(Record("Asha", "Menon")).Where(v => v.Kind == PatientIndex.NameKind).Select(v => v.Normalised));

    [Theory]
    [InlineData("Asha Menon", "ash", HitMatch.Prefix)]
    [InlineData("Asha Menon", "men ash", HitMatch.Prefix)]
    [InlineData("Asha Menon", "sha", null)]
    [InlineData("Asha Menon", "asha nair", null)]
    [InlineData("Asha Menon", "aasha", HitMatch.SoundsLike)]
    [InlineData("Asha Menon", "aasha men", HitMatch.SoundsLike)]
    [InlineData("Asha Menon", "aasha mem", null)]
    [InlineData("लक्ष्मी अय्यर", "laxmi", HitMatch.SoundsLike)]
    public void A_match_begins_words_of_the_name_or_sounds_like_them(string name, string asked, HitMatch? match) =>
        Assert.Equal(match, PatientIndex.NameMatch(name, asked.Split(' ')));

    [Fact]
    public void A_family_with_one_phone_is_not_a_duplicate_and_the_same_person_written_otherwise_is()
    {
        var one = PatientIndex.Duplicates(Record("Asha", "Menon")).ToHashSet();
        Assert.Empty(one.Intersect(PatientIndex.Duplicates(Record("Ravi", "Menon") with { AbhaNumber = null })));
        Assert.NotEmpty(one.Intersect(PatientIndex.Duplicates(Record("Ashaa", "Nair") with { AbhaNumber = null })));
        Assert.NotEmpty(one.Intersect(PatientIndex.Duplicates(Record("MENON", "asha", phone: null) with { AbhaNumber = null })));
        Assert.NotEmpty(one.Intersect(PatientIndex.Duplicates(Record("Aasha", "Menen", phone: null) with { AbhaNumber = null })));
        Assert.NotEmpty(one.Intersect(PatientIndex.Duplicates(Record("Kala", "Sen", phone: null))));
        Assert.Empty(one.Intersect(PatientIndex.Duplicates(Record("Asha", "Memon", phone: null) with { AbhaNumber = null })));
    }

    public static TheoryData<SearchPatientsRequest, string> Wrong => new()
    {
        { new(), "phone" },
        { new(Phone: "98123 00077", Name: "asha"), "phone" },
        { new(AbhaNumber: "91-1234-5678-9012", AbhaAddress: "asha.m@abdm"), "phone" },
        { new(Phone: "123"), "phone" },
        { new(Email: "asha"), "email" },
        { new(Name: "as"), "name" },
        { new(Name: "12 34"), "name" },
        { new(Name: "asha\0"), "name" },
        { new(Name: "asha\u007f"), "name" },
        { new(AbhaNumber: "91-1234-5678"), "abhaNumber" },
        { new(AbhaAddress: "asha.m"), "abhaAddress" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_search_asks_exactly_one_thing_that_can_be_found(SearchPatientsRequest request, string field)
    {
        Assert.False(SearchPatients.Decide(request).Holds(out _, out var why));
        Assert.Contains(why.Errors, e => e.Field == field);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void The_size_of_a_part_is_bounded(int size, bool taken) => Assert.Equal(
        taken, SearchPatients.Decide(new SearchPatientsRequest(Name: "asha", Size: size)).Holds(out _, out _));
}
