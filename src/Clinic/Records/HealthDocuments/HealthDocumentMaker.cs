using System.Globalization;
using Clinic.Chart;
using Clinic.Documents;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Records.Fhir;
using Clinic.Tenancy;
using Clinic.Visits;

namespace Clinic.Records.HealthDocuments;

/// <summary>Opens the rows of one health document and puts what they say in its sections.</summary>
internal sealed class HealthDocumentMaker(TenantStore store, DocumentFiles files, HealthDocumentRows rows)
{
    private readonly OwnResources own = new(store, rows.Patient.Id, rows.Rows, rows.Addenda);

    private PatientId Patient => rows.Patient.Id;

    private Item First => rows.Rows[0];

    public async Task<Outcome<HealthDocument>> Make(HealthDocumentType type, CancellationToken ct)
    {
        if (rows.IsTooLarge)
        {
            return HealthDocumentRefusals.TooLarge;
        }

        var form = HealthDocumentForm.Of(type);
        switch (type)
        {
            case HealthDocumentType.OpConsultation:
                return await Consultation(form, ct);
            case HealthDocumentType.Prescription:
                return await Prescription(form, ct);
            case HealthDocumentType.DiagnosticReport:
                return await Whole(form, form.Title, form.Snomed, await Reports(ct), ct);
            case HealthDocumentType.HealthDocument:
                var file = await File(ct);
                return file.Holds(out var reference, out var why)
                    ? await Whole(form, form.Title, form.Snomed, [reference], ct) : why;
            case HealthDocumentType.Wellness:
                return await Whole(form, "Vital Signs", null, await Opened(rows.Rows, ct), ct);
            default:
                return await Whole(form, form.Title, form.Snomed, await Opened(rows.Rows, ct), ct);
        }
    }

    /// <summary>A document of one section.</summary>
    private async Task<HealthDocument> Whole(
        HealthDocumentForm form, string title, string? snomed, IReadOnlyList<FhirResource> entries, CancellationToken ct) =>
        Document(form, [new HealthSection(title, snomed, [], entries)], await Author(null, ct));

    private HealthDocument Document(
        HealthDocumentForm form, IReadOnlyList<HealthSection> sections, HealthAuthor author, FhirResource? encounter = null)
    {
        // All of a kind: known by the patient's id, as new as the newest of them.
        var id = form.Type == HealthDocumentType.Immunization ? Patient.Value : OwnResources.IdOf(First).Value;
        return new HealthDocument(
            form, id, Version(), rows.Rows.Max(ChartItem.WrittenAt), rows.Patient, author, sections, encounter);
    }

    /// <summary>Of all rows together: a document of many changes with each of them, also when one is taken out.</summary>
    private string Version()
    {
        var versions = rows.Rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key.Sort} {r.Version}"));
        var said = versions.Concat(rows.Addenda.Select(r => r.Key.Sort));
        return HealthDocumentFhir.Derived("version", string.Join('\n', said)).ToString("N");
    }

    private async Task<HealthDocument> Consultation(HealthDocumentForm form, CancellationToken ct)
    {
        var visit = await VisitItem.Open(store, Patient, First, ct);
        var notes = new List<(NoteForm Text, IReadOnlyList<Addendum> Addenda)>();
        var resources = new List<(ChartKind Kind, FhirResource Resource)>();
        foreach (var row in own.Rows.Skip(1))
        {
            switch (OwnResources.KindOf(row))
            {
                case ChartKind.Note:
                    notes.Add(((await NoteItem.Open(store, Patient, row, ct)).Text, await own.AddendaOf(row, ct)));
                    break;
                case ChartKind.Document:
                    // The file goes out as a health document of its own.
                    break;
                case var kind:
                    resources.Add((kind, await own.Open(row, ct)));
                    break;
            }
        }

        var author = await Author(visit.Record.Practitioner, ct);
        return Document(
            form, ConsultationSections.Of(visit.Record.Reason, notes, resources), author, VisitFhir.Write(visit, own.Links));
    }

    private async Task<HealthDocument> Prescription(HealthDocumentForm form, CancellationToken ct)
    {
        var visit = await VisitItem.Open(store, Patient, First, ct);
        var author = await Author(visit.Record.Practitioner, ct);
        var requests = new List<FhirResource>();
        foreach (var row in rows.Rows.Skip(1))
        {
            var entry = await FindingEntry.Open(store, Patient, ChartKind.Medication, OwnResources.IdOf(row), row, ct);
            requests.Add(MedicationRequestFhir.Write(entry, own.Links, HealthDocumentFhir.AuthorUrl(author)));
        }

        return Document(
            form, [new HealthSection(form.Title, form.Snomed, [], requests)], author, VisitFhir.Write(visit, own.Links));
    }

    /// <summary>A result of a laboratory alone gets a report around it.</summary>
    private async Task<IReadOnlyList<FhirResource>> Reports(CancellationToken ct)
    {
        var opened = await Opened(rows.Rows, ct);
        if (OwnResources.KindOf(First) != ChartKind.LabResult)
        {
            return opened;
        }

        var entry = await FindingEntry.Open(store, Patient, ChartKind.LabResult, OwnResources.IdOf(First), First, ct);
        return [LabReportFhir.Around(
            entry, HealthDocumentFhir.Derived("report", entry.Row.Id.ToString()), opened[0].FullUrl!, own.Links), .. opened];
    }

    private async Task<Outcome<FhirResource>> File(CancellationToken ct)
    {
        var document = await DocumentItem.Open(store, Patient, First, ct);
        if (ReadDocumentContent.Decide(document) is { } refusal)
        {
            return refusal;
        }

        if (document.SizeBytes > ExportPatient.BytesMax / 4 * 3)
        {
            return HealthDocumentRefusals.TooLarge;
        }

        using var cipher = await DocumentItem.Cipher(store, document, ct)
            ?? throw new InvalidOperationException("An available document has no key.");
        return DocumentFhir.Write(document, own.Links, await files.Read(
            store.Caller.Tenant, document, cipher, 0, (int)document.SizeBytes, ct));
    }

    private async Task<IReadOnlyList<FhirResource>> Opened(IEnumerable<Item> of, CancellationToken ct)
    {
        var opened = new List<FhirResource>();
        foreach (var row in of)
        {
            opened.Add(await own.Open(row, ct));
        }

        return opened;
    }

    /// <summary>Who saw her, or else who wrote it down; the clinic where that was no member of it.</summary>
    private async Task<HealthAuthor> Author(MemberId? practitioner, CancellationToken ct)
    {
        var id = practitioner ?? (Id.TryParse<MemberId>(ChartItem.WrittenBy(First), out var by) ? by : null as MemberId?);
        var profile = ClinicProfileItem.Read(store, ct);
        var member = id is { } known ? MemberItem.Read(store, known, ct) : Task.FromResult<Member?>(null);
        await Task.WhenAll(profile, member);
        var clinic = (await profile)?.Name ?? throw new InvalidOperationException("A clinic has no profile.");
        return await member is { } found ? new HealthAuthor(found.Id, found.Profile.Name, clinic)
            : new HealthAuthor(null, null, clinic);
    }
}
