using Clinic.Incidents;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Incidents;

public sealed class IncidentRules
{
    private static readonly DateTimeOffset Now = new(2027, 6, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly OpenIncidentRequest Good = new(
        Now - TimeSpan.FromHours(1), "data-breach", "A title", ["abcd1234"], "First line.\nSecond line.", Drill: false);

    public static TheoryData<string, OpenIncidentRequest> Bad => new()
    {
        { "awareAt", Good with { AwareAt = Now + TimeSpan.FromSeconds(1) } },
        { "kind", Good with { Kind = "data breach" } },
        { "kind", Good with { Kind = "" } },
        { "title", Good with { Title = " " } },
        { "title", Good with { Title = "two\nlines" } },
        { "title", Good with { Title = new string('x', OpenIncident.TitleLengthMax + 1) } },
        { "affectedClinics", Good with { AffectedClinics = [] } },
        { "affectedClinics", Good with { AffectedClinics = Clinics(OpenIncident.ClinicsMax + 1) } },
        { "affectedClinics", Good with { AffectedClinics = ["platform"] } },
        { "affectedClinics", Good with { AffectedClinics = ["ABCD1234"] } },
        { "affectedClinics", Good with { AffectedClinics = ["abcd123#"] } },
        { "affectedClinics", Good with { AffectedClinics = ["abcd1234", "abcd1234"] } },
        { "description", Good with { Description = "" } },
        { "description", Good with { Description = "bell \a" } },
        { "description", Good with { Description = new string('x', OpenIncident.DescriptionLengthMax + 1) } },
        { "advice", Good with { Advice = new string('x', OpenIncident.AdviceLengthMax + 1) } },
        { "dataKinds", Good with { DataKinds = [IncidentDataKind.Clinical, IncidentDataKind.Clinical] } },
    };

    [Fact]
    public void A_good_request_becomes_an_incident()
    {
        var outcome = OpenIncident.Decide(Good with { AffectedClinics = Clinics(OpenIncident.ClinicsMax) },
            Id.New<IncidentId>(Now), Now);

        Assert.True(outcome.Holds(out var opened, out _));
        Assert.Equal(OpenIncident.ClinicsMax, opened.Clinics.Count);
        Assert.Equal(Good.AwareAt, opened.Incident.AwareAt);
        Assert.Equal(Good.Description, opened.Incident.Facts.Description);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_request_names_the_field(string field, OpenIncidentRequest request)
    {
        Assert.False(OpenIncident.Decide(request, Id.New<IncidentId>(Now), Now).Holds(out _, out var why));
        Assert.Equal(422, why.Status);
        Assert.Equal(field, Assert.Single(why.Errors).Field);
    }

    [Fact]
    public void Too_many_clinics_are_told_the_limit()
    {
        OpenIncident.Decide(Good with { AffectedClinics = Clinics(51) }, Id.New<IncidentId>(Now), Now).Holds(out _, out var why);
        Assert.Equal(new FieldError("affectedClinics", "1 to 50 clinics"), Assert.Single(why!.Errors));
    }

    [Fact]
    [Trait("Promise", "INC-3")]
    public void Kinds_are_the_twenty_of_the_annexure()
    {
        Assert.Equal(Enumerable.Range(1, 20), IncidentKinds.All.Select(k => k.Number));
        Assert.Equal(20, IncidentKinds.All.Select(k => k.Code).Distinct().Count());
        Assert.All(IncidentKinds.All, k => Assert.Matches("^[a-z]+(-[a-z]+)*$", k.Code));
        Assert.Equal(new DateOnly(2022, 4, 28), IncidentKinds.IssuedOn);
        Assert.Contains("Annexure I", IncidentKinds.Source, StringComparison.Ordinal);
    }

    private static string[] Clinics(int count) => [.. Enumerable.Range(0, count).Select(i => $"clinic{i:D2}")];
}

public sealed class IncidentClockStates
{
    private static readonly DateTimeOffset Aware = new(2027, 6, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [Trait("Promise", "INC-3")]
    [InlineData(5 * 60 + 59, IncidentClockState.Running)]
    [InlineData(6 * 60, IncidentClockState.Running)]
    [InlineData(6 * 60 + 1, IncidentClockState.Overdue)]
    public void Cert_in_has_six_hours(int minutes, IncidentClockState state) =>
        Assert.Equal(state, View("cert-in-report", Aware, Aware + TimeSpan.FromMinutes(minutes)).State);

    [Theory]
    [Trait("Promise", "INC-1")]
    [InlineData(24 * 60, IncidentClockState.Met)]
    [InlineData(24 * 60 + 1, IncidentClockState.Late)]
    public void Clinics_have_a_day(int toldAfterMinutes, IncidentClockState state)
    {
        var told = new AffectedClinic("clinic01", ClinicNotice.Told, Aware + TimeSpan.FromMinutes(toldAfterMinutes), null);
        Assert.Equal(state, Told([told]).State);
    }

    [Fact]
    [Trait("Promise", "INC-1")]
    public void One_clinic_that_waits_keeps_the_clock_running()
    {
        var told = new AffectedClinic("clinic01", ClinicNotice.Told, Aware, true);
        Assert.Equal(IncidentClockState.Running, Told([told, new("clinic02", ClinicNotice.Pending, null, null)]).State);
        Assert.Equal(IncidentClockState.Running, Told([told, new("clinic02", ClinicNotice.Unreachable, Aware, null)]).State);
        Assert.Equal(IncidentClockState.Met, Told([told, new("clinic02", ClinicNotice.Unknown, Aware, null)]).State);
        Assert.Equal(IncidentClockState.Running, Told([new("clinic02", ClinicNotice.Unknown, Aware, null)]).State);
    }

    [Theory]
    [Trait("Promise", "INC-2")]
    [InlineData("2027-05-12T18:29:59Z", IncidentClockState.NotInForce)]
    [InlineData("2027-05-12T18:30:00Z", IncidentClockState.WithoutDelay)]
    public void The_board_is_told_without_delay_from_the_day_that_begins_in_india(string aware, IncidentClockState state)
    {
        var at = DateTimeOffset.Parse(aware, System.Globalization.CultureInfo.InvariantCulture);
        var clock = View("board-intimation", at, at + TimeSpan.FromHours(1));
        Assert.Equal(state, clock.State);
        Assert.Equal(state == IncidentClockState.NotInForce ? new DateOnly(2027, 5, 13) : null, clock.EffectiveFrom);
    }

    [Fact]
    public void Every_clock_of_the_table_is_shown_with_its_source()
    {
        var clocks = IncidentClocks.OfPlatform(Aware, [], Aware);
        Assert.Equal(Durations.Incident.Select(d => d.Name), clocks.Select(c => c.Name));
        Assert.All(clocks, c => Assert.NotEmpty(c.Source));
        Assert.DoesNotContain(IncidentClocks.OfClinic(Aware, Aware), c => c.Name == Durations.ClinicTold.Name);
    }

    private static IncidentClock View(string name, DateTimeOffset aware, DateTimeOffset now) =>
        IncidentClocks.View(Durations.Incident.Single(d => d.Name == name), aware, null, now);

    private static IncidentClock Told(IReadOnlyList<AffectedClinic> clinics) =>
        IncidentClocks.OfPlatform(Aware, clinics, Aware + TimeSpan.FromHours(1)).Single(c => c.Name == Durations.ClinicTold.Name);
}
