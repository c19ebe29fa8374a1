using System.Xml.Linq;
using Clinic.Chart;
using Clinic.Documents;
using Clinic.Platform.Access;
using Clinic.Records.Fhir;
using Clinic.Visits;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>Visits, notes and documents in each of their states.</summary>
[Trait("Promise", "DSR-4")]
public sealed class WritingNotesAndDocuments
{
    private static readonly MemberId Member = Id.New<MemberId>(Findings.Now);

    [Fact]
    public void A_visit_is_valid_in_every_state_and_class()
    {
        foreach (var (state, visitClass) in Enum.GetValues<VisitState>().SelectMany(
            s => Enum.GetValues<VisitClass>().Select(c => (s, c))))
        {
            var now = Findings.Now;
            var record = new VisitRecord(
                visitClass, now, "Cough", Member, Id.New<LocationId>(now), state == VisitState.Planned ? null : now,
                state == VisitState.Closed ? now.AddHours(1) : null, state == VisitState.Cancelled ? "Rain & flood" : null);
            var bare = new VisitRecord(visitClass, now, null, null, null);
            foreach (var said in new[] { record, bare })
            {
                var visit = new Visit(Findings.Visit, state, 3, now, "somebody", 0, 0, [], said);
                Assert.Empty(R4.Errors(VisitFhir.Write(visit, Findings.Links).Json));
            }
        }
    }

    [Theory]
    [InlineData("Giddiness.\nNone <lying> & \"still\".\r\n\tAgain")]
    [InlineData("<script>alert('x')</script> ]]> &amp; <!-- -->")]
    [InlineData("\u091A\u0915\u094D\u0915\u0930 \uD83D\uDE42 \u00A0 \u2028 x")]
    public void A_note_tells_its_text_letter_by_letter_and_who_signed(string text)
    {
        var signed = new Signature(Member, "Dr. Asha <Rao>", Findings.Now);
        var note = new Note(
            EntryIds.New(Findings.Now), Findings.Visit, NoteState.Signed, 3, Findings.Now, Member,
            new NoteForm(text, null, " ", text), signed, signed with { Name = "Dr. Ravi" });
        var addendum = new Addendum(EntryIds.New(Findings.Now), text, Member, "Dr. Asha", Findings.Now);

        var (final, amended) = (NoteFhir.Write(note, [], Findings.Links), NoteFhir.Write(note, [addendum], Findings.Links));

        Assert.Empty(R4.Errors(final.Json));
        Assert.Empty(R4.Errors(amended.Json));
        Assert.Equal(("final", "amended"), (
            final.Json()["status"]!.GetValue<string>(), amended.Json()["status"]!.GetValue<string>()));
        Assert.Equal(
            ["Subjective", "Plan", NoteFhir.AddendumTitle],
            amended.Json()["section"]!.AsArray().Select(s => s!["title"]!.GetValue<string>()));
        Assert.All(amended.Json()["section"]!.AsArray(), s => Assert.Equal(text, Words(s!["text"]!["div"]!.GetValue<string>())));
        Assert.Equal(
            ["professional Dr. Asha <Rao>", "legal Dr. Ravi"],
            amended.Json()["attester"]!.AsArray().Select(a => $"{a!["mode"]} {a["party"]!["display"]}"));
        Assert.Throws<InvalidOperationException>(() => NoteFhir.Write(note with { Signed = null }, [], Findings.Links));
    }

    [Theory]
    [InlineData("Available", "current")]
    [InlineData("Replaced", "superseded")]
    [InlineData("Retracted", "entered-in-error")]
    [InlineData("Refused", null)]
    [InlineData("Checking", null)]
    [InlineData("AwaitingUpload", null)]
    [InlineData("Clearing", null)]
    [InlineData("Expired", null)]
    public void A_document_that_was_once_available_goes_out_with_its_state(string state, string? status)
    {
        var document = new Document(
            Findings.Asha.Id, EntryIds.New(Findings.Now), Enum.Parse<DocumentState>(state), 4, DocumentKind.ConsentForm,
            DocumentMedia.Jpeg, 123, Findings.Now, Findings.Now, "somebody", new DocumentBody("X-ray", "aGFzaA==", ["aGFzaA=="]))
        {
            Visit = Findings.Visit,
            Replaces = Findings.Visit,
            Reason = state == "Retracted" ? "wrong <file>" : null,
        };
        Assert.Equal(status is not null, DocumentFhir.GoesOut(document.State));
        if (status is not null)
        {
            var written = DocumentFhir.Write(document, Findings.Links);
            Assert.Empty(R4.Errors(written.Json));
            Assert.Empty(R4.Errors(DocumentFhir.Write(document, Findings.Links, [1, 2, 3]).Json));
            Assert.Equal(status, written.Json()["status"]!.GetValue<string>());
            Assert.Equal(
                $"documents/{document.Id}.jpg", written.Json()["content"]![0]!["attachment"]!["url"]!.GetValue<string>());
        }
    }

    /// <summary>Of the last paragraph, as a reader of XML has it.</summary>
    private static string Words(string div) => XElement.Parse(div, LoadOptions.PreserveWhitespace).Elements().Last().Value;
}
