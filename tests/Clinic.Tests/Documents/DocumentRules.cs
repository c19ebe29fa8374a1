using System.Text;
using Clinic.Documents;
using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Documents;

public sealed class DocumentRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 3, 10, 0, 0, TimeSpan.Zero);
    private static readonly string Hash = Convert.ToBase64String(new byte[32]);

    public static TheoryData<string, byte[]> Heads => new()
    {
        { "pdf", "%PDF-1.4\n"u8.ToArray() },
        { "jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] },
        { "png", [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 1, 0] },
        { "tif", [0x49, 0x49, 0x2A, 0x00, 8, 0, 0, 0] },
        { "tif", [0x4D, 0x4D, 0x00, 0x2A, 0, 0, 0, 8] },
        { "dcm", [.. new byte[128], .. "DICM"u8] },
        { "txt", "Haemoglobin 13.1"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_file_fits_its_own_type_and_no_other(string extension, byte[] head)
    {
        // A text begins with anything that has no mark; that all of it is text is looked at apart.
        var fitting = DocumentMedia.All.Where(m => m.Fits(head)).Select(m => m.Extension);
        Assert.Equal([extension], fitting);
    }

    private static Document Kept(DocumentKind kind, DocumentMedia media, DocumentState state = DocumentState.Available) => new(
        Id.New<PatientId>(Now), Id.New<EntryId>(Now), state, 4, kind, media, 10, Now, Now, "her",
        new DocumentBody("Old", Hash, [Hash]));

    [Fact]
    public void A_photo_is_a_picture_that_a_browser_shows_of_kind_photo_and_available()
    {
        Assert.Null(SetPatientPhoto.Decide(Kept(DocumentKind.Photo, DocumentMedia.Jpeg)));
        Assert.Null(SetPatientPhoto.Decide(Kept(DocumentKind.Photo, DocumentMedia.Png)));
        Assert.Equal("invalid-fields", SetPatientPhoto.Decide(Kept(DocumentKind.Photo, DocumentMedia.Tiff))!.Code);
        Assert.Equal("invalid-fields", SetPatientPhoto.Decide(Kept(DocumentKind.Scan, DocumentMedia.Jpeg))!.Code);
        Assert.Equal(
            "document-not-current",
            SetPatientPhoto.Decide(Kept(DocumentKind.Photo, DocumentMedia.Jpeg, DocumentState.Replaced))!.Code);
    }

    [Fact]
    public void A_title_is_amended_of_the_version_that_was_read_while_it_is_available()
    {
        var kept = Kept(DocumentKind.Report, DocumentMedia.Pdf);
        Assert.True(RenameDocument.Decide(new RenameDocumentRequest(" New "), kept, 4).Holds(out var body, out _));
        Assert.Equal(("New", Hash), (body.Title, body.Sha256));
        Assert.Equal("stale-version", Why(new RenameDocumentRequest("New"), kept, 3));
        Assert.Equal("invalid-fields", Why(new RenameDocumentRequest(" "), kept, 4));
        Assert.Equal(
            "document-not-current", Why(new RenameDocumentRequest("New"), kept with { State = DocumentState.Retracted }, 4));

        static string Why(RenameDocumentRequest request, Document document, long version) =>
            RenameDocument.Decide(request, document, version).Holds(out _, out var why) ? "done" : why.Code;
    }

    [Theory]
    [InlineData("MZ")]
    [InlineData("PK\u0003\u0004")]
    [InlineData(" %PDF-1.4")]
    [InlineData("<html>")]
    [InlineData("{\\rtf1")]
    [InlineData("")]
    public void A_file_of_no_known_mark_is_none_of_them(string head)
    {
        var bytes = Encoding.Latin1.GetBytes(head);
        Assert.DoesNotContain(DocumentMedia.All, m => m != DocumentMedia.Text && m.Fits(bytes));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/svg+xml")]
    [InlineData("application/javascript")]
    [InlineData("application/PDF")]
    [InlineData("application/pdf; charset=utf-8")]
    public void Nothing_that_a_browser_runs_is_a_type(string type) => Assert.False(DocumentMedia.TryOf(type, out _));

    [Theory]
    [InlineData("Hb 13.1\r\n\tरक्त", true)]
    [InlineData("", true)]
    [InlineData("a\0b", false)]
    [InlineData("\u001b[2J", false)]
    [InlineData("\u0085", false)]
    public void Text_is_text_throughout(string text, bool holds) =>
        Assert.Equal(holds, IsText(Encoding.UTF8.GetBytes(text), 3));

    [Fact]
    public void A_letter_cut_in_two_is_one_letter_between_pieces_and_none_at_the_end()
    {
        var letters = Encoding.UTF8.GetBytes("रक्तदाब");
        Assert.True(IsText(letters, 1));
        Assert.False(IsText(letters[..^1], 1));
        Assert.False(IsText([0xC0, 0xAF], 1));
    }

    [Theory]
    [InlineData("Report / 4 May", "Report - 4 May")]
    [InlineData("..\\..\\etc\\passwd", "etc-passwd")]
    [InlineData("a\u202Efdp.exe", "afdp.exe")]
    [InlineData("\"; filename=x.exe", "filename=x.exe")]
    [InlineData("...", "document")]
    [InlineData("रक्त जाँच", "रक्त जाँच")]
    public void A_file_is_named_without_paths_quotes_or_hidden_characters(string title, string name) =>
        Assert.Equal(name, FileNames.Of(title));

    [Fact]
    public void A_disposition_is_one_header_of_ASCII_whatever_the_title()
    {
        var header = FileNames.Disposition("रक्त\r\nSet-Cookie: a=b\"", "pdf");
        Assert.StartsWith("attachment;", header, StringComparison.Ordinal);
        Assert.DoesNotContain(header, c => c is < ' ' or > '~');
        Assert.True(FileNames.Of(new string('x', 5_000)).Length <= 100);
    }

    [Theory]
    [InlineData(false, MalwareState.NotScanned, "THREATS_FOUND")]
    [InlineData(true, MalwareState.Clean, "NO_THREATS_FOUND", "NO_THREATS_FOUND")]
    [InlineData(true, MalwareState.Pending, "NO_THREATS_FOUND", null)]
    [InlineData(true, MalwareState.Pending, "FAILED")]
    [InlineData(true, MalwareState.Pending, "ACCESS_DENIED")]
    [InlineData(true, MalwareState.Infected, "NO_THREATS_FOUND", "THREATS_FOUND", null, "UNSUPPORTED")]
    [InlineData(true, MalwareState.Unscannable, "UNSUPPORTED", "NO_THREATS_FOUND")]
    public void The_worst_word_about_any_part_counts(bool isOn, MalwareState state, params string?[] tags) =>
        Assert.Equal(state, new MalwareScan(isOn).Of(tags));

    [Theory]
    [InlineData(MalwareState.NotScanned, null)]
    [InlineData(MalwareState.Clean, null)]
    [InlineData(MalwareState.Pending, "document-refused")]
    [InlineData(MalwareState.Infected, "document-refused")]
    [InlineData(MalwareState.Unscannable, "document-refused")]
    public void No_blocked_document_goes_out_even_if_its_row_says_available(MalwareState malware, string? refusal) =>
        Assert.Equal(refusal, ReadDocumentContent.Decide(Some() with { Malware = malware })?.Code);

    [Theory]
    [InlineData(DocumentState.AwaitingUpload, "document-not-ready")]
    [InlineData(DocumentState.Checking, "document-not-ready")]
    [InlineData(DocumentState.Clearing, "document-not-ready")]
    [InlineData(DocumentState.Expired, "document-not-ready")]
    [InlineData(DocumentState.Refused, "document-refused")]
    [InlineData(DocumentState.Retracted, "document-retracted")]
    [InlineData(DocumentState.Replaced, null)]
    public void Only_what_was_checked_and_not_retracted_goes_out(DocumentState state, string? refusal) =>
        Assert.Equal(refusal, ReadDocumentContent.Decide(Some() with { State = state })?.Code);

    [Theory]
    [InlineData("title")]
    [InlineData("at")]
    [InlineData("contentType")]
    [InlineData("sizeBytes")]
    [InlineData("sha256")]
    [InlineData("partsSha256")]
    public void An_offer_says_which_field_breaks_which_rule(string field)
    {
        var good = new OfferDocumentRequest(DocumentKind.Scan, "Chest", Now, "image/jpeg", 10, Hash);
        Assert.True(Decide(good).Holds(out _, out _));
        var bad = field switch
        {
            "title" => good with { Title = " " },
            "at" => good with { At = Now.AddDays(2) },
            "contentType" => good with { ContentType = "text/html" },
            "sizeBytes" => good with { SizeBytes = Document.BytesMax + 1 },
            "sha256" => good with { Sha256 = "c2hvcnQ=" },
            _ => good with { SizeBytes = Document.PartBytes + 1, PartsSha256 = [Hash] },
        };
        Assert.False(Decide(bad).Holds(out _, out var why));
        Assert.Contains(field, why!.Errors.Select(e => e.Field));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(Document.PartBytes, 1, Document.PartBytes)]
    [InlineData(Document.PartBytes + 1, 2, 1)]
    [InlineData(Document.BytesMax, 32, Document.PartBytes)]
    public void Parts_are_full_but_the_last(long size, int parts, int last)
    {
        var document = Some() with { SizeBytes = size };
        Assert.Equal((parts, last), (document.Parts, document.PartLength(parts)));
    }

    [Fact]
    public void An_id_begins_with_when_a_thing_was_made_and_knows_nothing_before_1970()
    {
        var offer = new OfferDocumentRequest(DocumentKind.Scan, "Chest", Now.AddYears(-80), "image/jpeg", 10, Hash);
        Assert.True(Decide(offer).Holds(out var old, out _));
        Assert.True(Decide(offer with { At = Now }).Holds(out var recent, out _));
        Assert.StartsWith("00000000-0000-", old!.Id.ToString(), StringComparison.Ordinal);
        Assert.Equal(offer.At, old.MadeAt);
        Assert.True(string.CompareOrdinal(old.Id.ToString(), recent!.Id.ToString()) < 0);
    }

    private static Clinic.Platform.Http.Outcome<Document> Decide(OfferDocumentRequest request) =>
        OfferDocument.Decide(request, Id.New<PatientId>(Now), "m", Now);

    private static Document Some() => new(
        Id.New<PatientId>(Now), Id.New<EntryId>(Now), DocumentState.Available, 4, DocumentKind.Report, DocumentMedia.Pdf, 100,
        Now, Now, "m", new DocumentBody("Title", Hash, [Hash]));

    private static bool IsText(byte[] bytes, int pieceBytes)
    {
        var text = new PlainText();
        foreach (var piece in bytes.Chunk(pieceBytes))
        {
            text.Take(piece);
        }

        return text.End();
    }
}
