using System.Xml.Linq;
using Clinic.Chart;
using Clinic.Documents;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Records;
using Clinic.Records.Fhir;
using Clinic.Tenancy;
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

    [Fact]
    public void The_provenance_of_what_was_amended_after_its_import_is_valid_and_names_both()
    {
        var amended = Findings.Of("condition", Testing.Charts.NoOnset("w")).Written();
        var provenance = ProvenanceFhir.Write(Guid.CreateVersion7(Findings.Now), amended, "Condition/c-1", Findings.Now);
        Assert.Empty(R4.Errors(provenance.Json));
        Assert.Equal(amended.FullUrl, provenance.Json()["target"]![0]!["reference"]!.GetValue<string>());
        Assert.Equal("Condition/c-1", provenance.Json()["entity"]![0]!["what"]!["reference"]!.GetValue<string>());
    }

    [Fact]
    public void A_patient_with_everything_there_is_and_with_nothing_but_a_name_and_an_age_is_valid()
    {
        var whole = Findings.Asha with
        {
            Record = Findings.Asha.Record with
            {
                Name = new PatientName("Asha", "Rao"),
                Phone = "+919812345678",
                Email = "asha@example.org",
                Address = new PostalAddress("1 <Main> Road", "Pune", "Maharashtra", "411001"),
                Guardian = new Guardian("Meena", "mother", "+919812345679"),
                Identifiers = [new PatientIdentifier("Passport", "urn:x:y", "P1"), new PatientIdentifier("Other", "no uri", "2")],
                AbhaNumber = "91123456789012",
                AbhaAddress = "asha@abdm",
                Aadhaar = new PatientAadhaar("XXXX XXXX 1234", "r", AadhaarCheck.Told, Findings.Now, "somebody"),
            },
        };
        var aged = Findings.Asha with
        {
            Record = Findings.Asha.Record with { Birth = new PatientBirth(null, 40, new DateOnly(2026, 1, 1)) },
        };
        Assert.Empty(R4.Errors(PatientFhir.Write(whole, ["urn:uuid:x"], whole.Id.ToString())));
        Assert.Empty(R4.Errors(PatientFhir.Write(aged, [])));
    }

    /// <summary>Of the last paragraph, as a reader of XML has it.</summary>
    private static string Words(string div) => XElement.Parse(div, LoadOptions.PreserveWhitespace).Elements().Last().Value;
}
