using System.Globalization;
using System.Text;
using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Records;

/// <summary>
/// All of one patient's health record as a FHIR R4 collection (DSR-4): every kept resource in the very bytes in which it came
/// (but for Aadhaar numbers, which were never kept), and our own Patient resource where she was registered or amended here. The
/// entry in the trail is durable before the first byte.
/// </summary>
public static class ExportPatient
{
    public const string ContentType = "application/fhir+json";

    /// <summary>What a function may answer is 6 MB, with every quote and line break of it escaped.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private static readonly Refusal TooLarge = new(
        422, "export-too-large",
        "This record is larger than one answer may be: it goes out by the clinic's export, /v1/exports.");

    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(
        PatientId patient, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientExported, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, token => Gather(store, patient, token), ct);
        if (!disclosed.Holds(out var record, out var why))
        {
            return Problems.From(why);
        }

        if (record.IsTooLarge)
        {
            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = TooLarge.Code }, ct);
            return Problems.From(TooLarge);
        }

        // Whole before its first byte: what fails on the way is a 503, not a part of a record that looks like all of it.
        var bundle = new MemoryStream();
        await Write(bundle, store, record, clock.GetUtcNow(), ct);
        bundle.Position = 0;
        return TypedResults.Stream(body => bundle.CopyToAsync(body, ct), ContentType);
    }

    private static async Task<GatheredRecord?> Gather(TenantStore store, PatientId patient, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var (rows, bytes, next) = (new List<Item>(), 0L, (string?)null);
        do
        {
            var page = await store.Query(
                Keys.Patient(patient).Area, Keys.FhirPrefix, Page<Item>.SizeMax, next, newestFirst: false, ct);
            rows.AddRange(page.Items);
            bytes += page.Items.Sum(FhirRow.Bytes);
            next = page.NextSort;
        }
        while (next is not null && bytes <= BytesMax);
        if (await head is not { } found)
        {
            return null;
        }

        // Bills of many years have many keys: they are loaded together, not one after another.
        await Task.WhenAll(rows.Select(r => FhirRow.KeyOf(patient, r)).Distinct().Select(k => store.Warm(k, ct)));
        return new GatheredRecord(found, rows, bytes > BytesMax);
    }

    private static async Task Write(
        Stream body, TenantStore store, GatheredRecord record, DateTimeOffset now, CancellationToken ct)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await Text(body, $"{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{at}\",\"entry\":[", ct);
        var separator = "";
        var imported = new List<KeptResource>();
        foreach (var row in record.Rows.Where(r => FhirRow.TypeOf(r) == FhirTypes.Patient))
        {
            imported.Add(await FhirRow.Open(store, record.Patient.Id, row, ct));
        }

        if (!imported.Any(r => Says(r, record.Patient.Record)))
        {
            var own = PatientFhir.Write(record.Patient, [.. imported.Select(r => r.FullUrl).OfType<string>()]);
            imported.Insert(0, new KeptResource(FhirTypes.Patient, own, PatientFhir.UrlOf(record.Patient.Id)));
        }

        foreach (var resource in imported)
        {
            await Entry(body, resource, separator, ct);
            separator = ",";
        }

        foreach (var row in record.Rows.Where(r => FhirRow.TypeOf(r) != FhirTypes.Patient))
        {
            await Entry(body, await FhirRow.Open(store, record.Patient.Id, row, ct), separator, ct);
        }

        await Text(body, "]}", ct);
    }

    /// <summary>
    /// Whether our record still says exactly what the imported resource says: then the resource alone is her. At which location
    /// she is seen is the clinic's own matter, and in no Patient resource.
    /// </summary>
    internal static bool Says(KeptResource imported, PatientRecord record)
    {
        using var json = JsonDocument.Parse(imported.Json, FhirText.Strict);
        var own = record with { Location = null };
        return FhirPatient.Read(json.RootElement, record.Birth.AgeOn ?? record.Birth.Date!.Value).Holds(out var read, out _)
            && JsonSerializer.SerializeToUtf8Bytes(read, PatientsJson.Default.PatientRecord)
                .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(own, PatientsJson.Default.PatientRecord));
    }

    private static async Task Entry(Stream body, KeptResource resource, string separator, CancellationToken ct)
    {
        var url = resource.FullUrl is { } full ? $"\"fullUrl\":\"{JsonEncodedText.Encode(full)}\"," : "";
        await Text(body, $"{separator}{{{url}\"resource\":", ct);
        await body.WriteAsync(resource.Json, ct);
        await Text(body, "}", ct);
    }

    private static async Task Text(Stream body, string text, CancellationToken ct) =>
        await body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);

    /// <summary>Still sealed: opened one by one.</summary>
    private sealed record GatheredRecord(Patient Patient, IReadOnlyList<Item> Rows, bool IsTooLarge);
}
