using Clinic.Chart;
using Clinic.Consent;
using Clinic.Documents;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Records;
using Clinic.Records.Fhir;

namespace Clinic.Exports;

/// <summary>
/// Reads whole records, a few at a time: their number bounds the memory, not their clinic. Whom nobody may read is left out and
/// counted.
/// </summary>
internal static class PatientLines
{
    /// <summary>Of one patient; far above any record, far below a worker's memory.</summary>
    private const long BytesMax = 128 * 1024 * 1024;

    private const int AtOnce = 4;

    public static async Task<Done> Add(
        Delivery message, PatientTexts texts, IReadOnlyList<PatientId> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return Done.Yes;
        }

        var entry = new AuditEntry(message.Caller, AuditAction.PatientExported, AuditOutcome.Requested)
        {
            Subject = message.Subject,
            Hits = ids,
        };

        // One entry for the page, durable before the first of it is in a file.
        await message.Store.Note(entry, ct);
        foreach (var together in ids.Chunk(AtOnce))
        {
            var lines = await Task.WhenAll(together.Select(id => Line(message.Store, id, ct)));
            foreach (var read in lines)
            {
                if (!read.Holds(out var found, out var why))
                {
                    return why;
                }

                if (found.Line is { } line)
                {
                    texts.Add(line);
                }
                else if (found.IsWithheld)
                {
                    texts.Withhold();
                }
            }
        }

        return Done.Yes;
    }

    private static async Task<Outcome<(PatientLine? Line, bool IsWithheld)>> Line(
        TenantStore store, PatientId patient, CancellationToken ct)
    {
        try
        {
            if (await RecordRows.Read(store, patient, BytesMax, ct) is not { } rows)
            {
                return (null, await store.Get(Keys.Patient(patient), ct) is { } head && !PatientItem.IsErased(head));
            }

            var bundle = await RecordBundle.Write(store, rows, BytesMax, ct);
            if (!bundle.Holds(out var record, out _))
            {
                return ExportRefusals.PatientTooLarge;
            }

            var types = record.Resources.GroupBy(r => r.Type).ToDictionary(g => g.Key, g => g.Count());
            var consents = await Consents(store, rows.Patient, ct);
            return (new PatientLine(record.ToLine(), types, consents, await Documents(store, rows, record.Files, ct)), false);
        }
        catch (WithheldException)
        {
            // Merged: her entries stand in the line of the record that she was merged into.
            return (null, false);
        }
        catch (Platform.Crypto.KeyGoneException)
        {
            // Erased while it was read.
            return (null, false);
        }
    }

    /// <summary>Hers, and beside them those of the records that were merged into hers.</summary>
    private static async Task<ExportedConsents> Consents(TenantStore store, Patient patient, CancellationToken ct)
    {
        var merged = new List<ExportedConsents>();
        foreach (var id in patient.Absorbed)
        {
            if (await PatientItem.ReadMergedToo(store, id, ct) is { } absorbed)
            {
                merged.Add(await ConsentsOf(store, absorbed, ct));
            }
        }

        return await ConsentsOf(store, patient, ct) with { Merged = merged.Count == 0 ? null : merged };
    }

    private static async Task<ExportedConsents> ConsentsOf(TenantStore store, Patient patient, CancellationToken ct)
    {
        var (artefacts, from) = (new List<ConsentArtefact>(), (string?)null);
        do
        {
            var page = await store.Query(
                Keys.Patient(patient.Id).Area, Keys.ConsentPrefix, Page<Item>.SizeMax, from, newestFirst: false, ct);
            foreach (var row in page.Items)
            {
                artefacts.Add(await ConsentItem.Open(store, patient.Id, row, ct));
            }

            from = page.NextSort;
        }
        while (from is not null);
        return new ExportedConsents(patient.Id, patient.Consents, artefacts);
    }

    private static async Task<IReadOnlyList<ExportedDocument>> Documents(
        TenantStore store, RecordRows rows, IReadOnlyDictionary<EntryId, string> names, CancellationToken ct)
    {
        var documents = new List<ExportedDocument>();
        foreach (var (patient, row) in rows.Parts.SelectMany(p => p.Chart.Select(row => (p.Of, row)))
            .Where(r => OwnResources.KindOf(r.row) == ChartKind.Document))
        {
            var document = await DocumentItem.Open(store, patient, row, ct);
            if (document.IsReadable)
            {
                documents.Add(new ExportedDocument(
                    document.Id, patient, names.GetValueOrDefault(document.Id) ?? DocumentFhir.AddressOf(document),
                    document.Kind, document.Body.Title, document.Media.Type, document.SizeBytes, document.Body.Sha256,
                    $"/v1/patients/{patient}/documents/{document.Id}/content"));
            }
        }

        return documents;
    }
}
