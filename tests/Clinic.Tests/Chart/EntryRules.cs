using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Chart;

/// <summary>What holds of findings of every kind.</summary>
public sealed class EntryRules
{
    private const string Pulse = """{"vitalSigns": {"pulse": {"value": 72, "unit": "/min"}}}""";
    private const string Sound = """{"dentalFinding": {"tooth": 11, "state": "found", "code": "sound"}}""";

    [Fact]
    public void It_is_exactly_one()
    {
        Recorded.Holds("{}", "body");
        Recorded.Holds(Pulse[..^1] + "," + Sound[1..], "dentalFinding");
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, "at")]
    [InlineData(-60, null)]
    public void It_happened_before_now_but_for_five_minutes(int minutes, string? broken) =>
        HappenedAt(Recorded.Now.AddMinutes(minutes), Recorded.Adult, broken);

    [Fact]
    public void It_happened_in_her_life()
    {
        HappenedAt(new DateTimeOffset(1986, 3, 9, 0, 10, 0, TimeSpan.FromHours(5.5)), Recorded.Adult, null);
        HappenedAt(new DateTimeOffset(1986, 3, 8, 9, 0, 0, TimeSpan.Zero), Recorded.Adult, "at");
        var told = new PatientBirth(null, 40, new DateOnly(2026, 11, 1));
        HappenedAt(Recorded.Now.AddYears(-125), told, null);
        HappenedAt(Recorded.Now.AddYears(-125).AddDays(-1), told, "at");
    }

    [Theory]
    [InlineData(PatientState.ConsentPending)]
    [InlineData(PatientState.Restricted)]
    [InlineData(PatientState.Erased)]
    public void Nothing_is_written_into_a_record_that_is_not_active(PatientState state)
    {
        Assert.False(Recorded.Decide(Pulse, state: state).Holds(out _, out var why));
        Assert.Equal((409, "patient-not-active"), (why.Status, why.Code));
    }

    [Fact]
    public void An_amendment_is_of_the_version_and_the_kind_and_keeps_when_it_happened()
    {
        var before = Recorded.Good(Pulse);
        var patient = Recorded.Patient(Recorded.Adult);
        AmendEntryRequest faster = new() { VitalSigns = before.Body.Finding.VitalSigns! with { Note = "Again." } };
        Assert.True(AmendEntry.Decide(faster, patient, before, 1, "other", Recorded.Now).Holds(out var after, out _));
        Assert.Equal((2, "other", before.Body.At, before.Row.Id),
            (after.Row.Version, after.Row.VersionBy, after.Body.At, after.Row.Id));
        Assert.Equal(["vitalSigns.note"], FindingEntry.Difference(before, after).Select(d => d.Key));

        Refused("stale-version", AmendEntry.Decide(faster, patient, before, 2, "other", Recorded.Now));
        AmendEntryRequest tooth = new() { DentalFinding = Recorded.Good(Sound).Body.Finding.DentalFinding };
        Refused("invalid-fields", AmendEntry.Decide(tooth, patient, before, 1, "other", Recorded.Now));
        var pending = Recorded.Patient(Recorded.Adult, PatientState.ConsentPending);
        Refused("patient-not-active", AmendEntry.Decide(faster, pending, before, 1, "other", Recorded.Now));
    }

    [Fact]
    public void A_retraction_has_a_reason_and_ends_all_change()
    {
        var before = Recorded.Good(Pulse);
        var patient = Recorded.Patient(Recorded.Adult);
        RetractEntryRequest request = new("Of another patient.");
        Assert.True(RetractEntry.Decide(request, patient, before, 1, "other", Recorded.Now).Holds(out var after, out _));
        Assert.Equal((2, "entered-in-error", "Of another patient."),
            (after.Row.Version, after.Row.Status, after.Body.Retraction));
        Assert.Equal(["status", "retractionReason"], FindingEntry.Difference(before, after).Select(d => d.Key));

        Refused("invalid-fields", RetractEntry.Decide(new(" "), patient, before, 1, "other", Recorded.Now));
        Refused("invalid-fields", RetractEntry.Decide(new(new string('a', 501)), patient, before, 1, "other", Recorded.Now));
        Refused("stale-version", RetractEntry.Decide(request, patient, before, 3, "other", Recorded.Now));
        Refused("entry-retracted", RetractEntry.Decide(request, patient, after, 2, "other", Recorded.Now));
        AmendEntryRequest amend = new() { VitalSigns = before.Body.Finding.VitalSigns };
        Refused("entry-retracted", AmendEntry.Decide(amend, patient, after, 2, "other", Recorded.Now));
    }

    [Fact]
    public void Ids_sort_as_things_happened_and_what_is_older_than_they_know_sorts_first()
    {
        DateTimeOffset[] instants =
        [
            new(1912, 5, 1, 0, 0, 0, TimeSpan.Zero), new(1970, 1, 1, 0, 0, 1, TimeSpan.Zero), Recorded.At, Recorded.Now,
        ];
        var sorts = instants.Select(i => "CHT#x#" + EntryIds.New(i).Value.ToString("N")).ToList();
        Assert.Equal(sorts.Order(StringComparer.Ordinal), sorts);
        var (low, high) = EntryIds.Sorts("CHT#x#", instants[1], instants[2]);
        Assert.Equal([false, true, true, false], sorts.Select(s => string.CompareOrdinal(s, low) >= 0
            && string.CompareOrdinal(s, high) <= 0));
        var (first, last) = EntryIds.Sorts("CHT#x#", null, null);
        Assert.All(sorts, s => Assert.True(string.CompareOrdinal(s, first) >= 0 && string.CompareOrdinal(s, last) <= 0));
        Assert.Equal(sorts[3], "CHT#x#" + EntryIds.OfSort(sorts[3]).Value.ToString("N"));
    }

    [Theory]
    [InlineData("vital-signs", true)]
    [InlineData("dental-finding", true)]
    [InlineData("visit", false)]
    [InlineData("document", false)]
    [InlineData("VitalSigns", false)]
    [InlineData("2", false)]
    [InlineData("", false)]
    public void A_path_names_a_kind_of_finding(string text, bool holds)
    {
        Assert.Equal(holds, FindingKind.TryParse(text, null, out var kind));
        Assert.True(!holds || kind.ToString() == text);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("allergy", null)]
    [InlineData("allergy,vital-signs", null)]
    [InlineData("allergy,", "kind")]
    [InlineData("Allergy", "kind")]
    [InlineData("", "kind")]
    public void A_list_names_kinds(string? kinds, string? broken)
    {
        var decided = ChartQuery.Decide(
            Id.New<PatientId>(Recorded.Now), kinds, null, null, null, null, [ChartKind.Allergy, ChartKind.VitalSigns]);
        Assert.Equal(broken is null, decided.Holds(out var query, out var why));
        Assert.Equal(broken, why?.Errors.Single().Field);
        Assert.Equal(broken is null ? 20 : null, query?.Size);
    }

    [Fact]
    public void A_kind_that_the_caller_does_not_see_is_as_empty()
    {
        Assert.True(ChartQuery.Decide(Id.New<PatientId>(Recorded.Now), "note", null, null, null, null, [ChartKind.Allergy])
            .Holds(out var query, out _));
        Assert.True(query.IsOfNothing);
    }

    private static void HappenedAt(DateTimeOffset at, PatientBirth birth, string? broken)
    {
        Assert.Equal(broken is null, Recorded.Decide(Pulse, birth, at).Holds(out _, out var why));
        Assert.Equal(broken, why?.Errors.Single().Field);
    }

    private static void Refused(string code, Outcome<FindingEntry> outcome)
    {
        Assert.False(outcome.Holds(out _, out var why));
        Assert.Equal(code, why.Code);
    }
}
