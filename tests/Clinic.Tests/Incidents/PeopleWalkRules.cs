using Clinic.Incidents;
using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Incidents;

[Trait("Promise", "INC-4")]
public sealed class PeopleWalkRules
{
    private static readonly DateTimeOffset Now = new(2027, 6, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly NoticeWords Good = new("May follow.", "Was done.", "Do this.", "Ask her.");

    public static TheoryData<string, NoticeWords> Bad => new()
    {
        { "words.consequences", Good with { Consequences = " " } },
        { "words.consequences", Good with { Consequences = new string('x', NoticeWords.LengthMax + 1) } },
        { "words.measures", Good with { Measures = "bell \a" } },
        { "words.advice", Good with { Advice = "" } },
        { "words.contact", Good with { Contact = new string('x', NoticeWords.ContactLengthMax + 1) } },
    };

    [Fact]
    public void Fifty_thousand_people_are_walked_in_pages_and_the_last_page_ends_it()
    {
        const int people = 50_000;
        var walk = PeopleWalk.AtItsBeginning;
        var pages = 0;
        for (var part = 0; part < Keys.PatientRosters; part++)
        {
            for (var left = people / Keys.PatientRosters; left > 0; left -= WalkPeople.PageSize)
            {
                Assert.Null(walk.EndedAt);
                Assert.Equal(part, walk.Part);
                var size = Math.Min(left, WalkPeople.PageSize);
                walk = walk.Step(size - 1, 1, left > WalkPeople.PageSize ? $"{part}-{left}" : null, Now);
                pages++;
            }
        }

        Assert.Equal(Now, walk.EndedAt);
        Assert.Equal((people - pages, pages), ((int)walk.Total, (int)walk.Skipped));
        Assert.Equal(1256, pages);
        Assert.Equal(pages + 1, walk.Version);
    }

    [Fact]
    public void A_page_with_its_walk_its_entry_and_its_message_fits_one_transaction() =>
        Assert.InRange(WalkPeople.PageSize + 6, 1, Committer.OperationsMax);

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void Who_was_registered_later_than_it_was_noticed_is_not_concerned(int registeredMs, bool concerned) => Assert.Equal(
        concerned, WalkPeople.Concerns(Id.New<PatientId>(Now + TimeSpan.FromMilliseconds(registeredMs)), Now));

    [Fact]
    public void Good_words_go_out() => Assert.Null((Good with { Advice = "First this.\nThen that." }).Check());

    [Theory]
    [MemberData(nameof(Bad))]
    public void Bad_words_name_the_field(string field, NoticeWords words) =>
        Assert.Equal(field, Assert.Single(words.Check()!.Errors).Field);

    [Fact]
    public void The_row_of_a_person_sorts_by_how_and_when_she_was_settled()
    {
        var (incident, patient) = (Id.New<IncidentId>(Now), Id.New<PatientId>(Now));
        var told = PersonTold.Write(incident, patient, MailEnd.Sent, Now).Key;
        Assert.Equal(told, PersonTold.Write(incident, patient, MailEnd.Rehearsed, Now).Key);
        Assert.StartsWith("T#", told.Sort, StringComparison.Ordinal);
        Assert.StartsWith("N#", PersonTold.Write(incident, patient, MailEnd.NoRecipient, Now).Key.Sort, StringComparison.Ordinal);
        Assert.Equal(Now, Keys.AuditInstantOf(told.Sort[2..]));
    }
}
