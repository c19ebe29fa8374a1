using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Visits;
using Xunit;

namespace Clinic.Tests.Visits;

/// <summary>What may become of a visit and of its notes.</summary>
[Trait("Promise", "CLN-3")]
public sealed class VisitRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 6, 0, 0, TimeSpan.Zero);
    private static readonly MemberId Author = Id.New<MemberId>(Now);
    private static readonly MemberId Other = Id.New<MemberId>(Now);

    public static TheoryData<VisitState, int, string> Moves => new()
    {
        { VisitState.Planned, 0, "open:Open close:visit-not-open cancel:Cancelled" },
        { VisitState.Open, 0, "open:visit-not-planned close:Closed cancel:visit-not-planned" },
        { VisitState.Open, 1, "open:visit-not-planned close:unsigned-notes cancel:visit-not-planned" },
        { VisitState.Closed, 0, "open:visit-not-planned close:visit-not-open cancel:visit-not-planned" },
        { VisitState.Cancelled, 0, "open:visit-not-planned close:visit-not-open cancel:visit-not-planned" },
    };

    [Theory]
    [MemberData(nameof(Moves))]
    public void A_visit_moves_from_planned_to_open_to_closed_and_no_other_way(VisitState state, int drafts, string expected)
    {
        var visit = VisitOf(state) with { Drafts = drafts };
        var cancel = new CancelVisitRequest("She rang.");
        Assert.Equal(expected, string.Join(' ',
            "open:" + Said(OpenVisit.Decide(visit, "x", Now), v => v.State.ToString()),
            "close:" + Said(CloseVisit.Decide(visit, "x", Now), v => v.State.ToString()),
            "cancel:" + Said(CancelVisit.Decide(cancel, visit, "x", Now), v => v.State.ToString())));
    }

    [Theory]
    [InlineData(VisitState.Planned, "visit-not-open")]
    [InlineData(VisitState.Open, "Draft")]
    [InlineData(VisitState.Closed, "visit-not-open")]
    [InlineData(VisitState.Cancelled, "visit-not-open")]
    public void A_note_is_begun_while_the_visit_is_open(VisitState state, string expected)
    {
        var decided = WriteNote.Decide(new NoteForm(Plan: "Rest."), VisitOf(state), Id.New<EntryId>(Now), Author, Now);
        Assert.Equal(expected, Said(decided, n => n.State.ToString()));
    }

    [Fact]
    public void A_visit_has_at_most_fifty_notes()
    {
        var full = VisitOf(VisitState.Open) with { Notes = [.. Enumerable.Range(0, 50).Select(_ => Id.New<EntryId>(Now))] };
        var decided = WriteNote.Decide(new NoteForm(Plan: "Rest."), full, Id.New<EntryId>(Now), Author, Now);
        Assert.Equal("too-many-notes", Said(decided, n => n.State.ToString()));
    }

    [Theory]
    [InlineData(NoteState.Draft, true, "revise:2 sign:Signed discard:yes cosign:note-not-signed")]
    [InlineData(NoteState.Draft, false,
        "revise:note-of-another sign:note-of-another discard:note-of-another cosign:note-not-signed")]
    [InlineData(NoteState.Signed, true, "revise:note-signed sign:note-signed discard:note-signed cosign:own-note")]
    [InlineData(NoteState.Signed, false, "revise:note-signed sign:note-signed discard:note-signed cosign:2")]
    public void A_draft_is_its_authors_and_a_signed_note_nobodys(NoteState state, bool own, string expected)
    {
        var note = NoteOf(state);
        var by = own ? Author : Other;
        Assert.Equal(expected, string.Join(' ',
            "revise:" + Said(ReviseNote.Decide(new NoteForm(Plan: "Rest."), note, by, Now), n => $"{n.Version}"),
            "sign:" + Said(SignNote.Decide(note, Signed(by)), n => n.State.ToString()),
            "discard:" + (DiscardNote.Decide(note, by)?.Code ?? "yes"),
            "cosign:" + Said(CosignNote.Decide(note, Signed(by)), n => $"{n.Version}")));
    }

    [Fact]
    public void A_second_signature_is_the_last()
    {
        var note = NoteOf(NoteState.Signed) with { Cosigned = Signed(Other) };
        Assert.Equal("note-cosigned", Said(CosignNote.Decide(note, Signed(Id.New<MemberId>(Now))), n => $"{n.Version}"));
    }

    [Theory]
    [InlineData(NoteState.Draft, 0, "Late result.", "note-not-signed")]
    [InlineData(NoteState.Signed, 0, "Late result.", null)]
    [InlineData(NoteState.Signed, 0, "Two\nlines.", null)]
    [InlineData(NoteState.Signed, 0, "  ", "invalid-fields")]
    [InlineData(NoteState.Signed, 49, "Late result.", null)]
    [InlineData(NoteState.Signed, 50, "Late result.", "too-many-addenda")]
    public void An_addendum_is_said_of_a_signed_note(NoteState state, int there, string text, string? expected) =>
        Assert.Equal(expected, AddAddendum.Decide(new AddAddendumRequest(text), NoteOf(state), there)?.Code);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("", null, false)]
    [InlineData("Cough.", null, true)]
    [InlineData("Cough.\n\tDry.", null, true)]
    [InlineData("Cough.\r\nDry.", null, true)]
    [InlineData("Cough.\u0007", null, false)]
    [InlineData("Cough.", "Rest.", true)]
    public void A_note_says_something_in_plain_lines(string? subjective, string? plan, bool holds) =>
        Assert.Equal(holds, new NoteForm(subjective, Plan: plan).Check().Holds(out _, out _));

    private static Visit VisitOf(VisitState state) => new(
        Id.New<EntryId>(Now), state, 1, Now, "x", 0, 0, [], new VisitRecord(VisitClass.Ambulatory, Now, null, null, null));

    private static Note NoteOf(NoteState state) => new(
        Id.New<EntryId>(Now), Id.New<EntryId>(Now), state, 1, Now, Author, new NoteForm(Plan: "Sleep."),
        state == NoteState.Signed ? Signed(Author) : null);

    private static Signature Signed(MemberId by) => new(by, "Dr. N", Now);

    private static string Said<T>(Outcome<T> outcome, Func<T, string> of)
        where T : notnull => outcome.Holds(out var held, out var why) ? of(held) : why.Code;
}
