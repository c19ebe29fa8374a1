using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Records.Fhir;

namespace Clinic.Records;

/// <summary>
/// All resources of a record as they go out together: who she is, then what is kept as it came, then the clinic's own entries by
/// kind and id.
/// </summary>
internal sealed record RecordBundle(Patient Patient, IReadOnlyList<FhirResource> Resources)
{
    /// <summary>By document, what its file is called beside the bundle where an imported resource named it.</summary>
    public IReadOnlyDictionary<EntryId, string> Files { get; init; } = new Dictionary<EntryId, string>();

    public static readonly Refusal TooLarge = new(
        422, "export-too-large",
        "This record is larger than one answer may be: it goes out by the clinic's export, /v1/exports.");

    public static async Task<Outcome<RecordBundle>> Write(
        TenantStore store, RecordRows record, long bytesMax, CancellationToken ct)
    {
        if (record.Bytes > bytesMax)
        {
            return TooLarge;
        }

        var (resources, written) = (new List<FhirResource>(), new List<(OwnResources Own, KeptSources Sources)>());
        foreach (var part in record.Parts)
        {
            var sources = new KeptSources(part.Chart);
            foreach (var row in part.Kept.OrderBy(r => FhirRow.TypeOf(r) != FhirTypes.Patient))
            {
                var kept = await FhirRow.Open(store, part.Of, row, ct);
                resources.Add(new FhirResource(kept.Type, kept.FullUrl, kept.Json));
                sources.Add(row, kept);
            }

            written.Add((
                new OwnResources(store, part.Of, part.Chart, part.Addenda, sources.Alone, record.Patient.Id), sources));
        }

        // What the clinic wrote is about its own Patient: then she goes out too, beside whom she was imported as.
        var imported = resources.Where(r => r.Type == FhirTypes.Patient).ToList();
        if (record.Parts.Count > 1 || written[0].Own.Rows.Count > 0
            || !imported.Exists(r => Says(r.Json, record.Patient.Record)))
        {
            resources.Insert(0, new FhirResource(
                FhirTypes.Patient, PatientFhir.UrlOf(record.Patient.Id),
                PatientFhir.Write(record.Patient, [.. imported.Select(r => r.FullUrl).OfType<string>()])));
        }

        var bytes = resources.Sum(r => (long)r.Json.Length);
        foreach (var (own, sources) in written)
        {
            bytes = await Add(resources, own, sources, bytes, bytesMax, ct);
        }

        return bytes > bytesMax ? TooLarge : new RecordBundle(record.Patient, resources)
        {
            Files = written.SelectMany(w => w.Sources.Files.Where(f => w.Sources.Alone.ContainsKey(f.Key))).ToDictionary(),
        };
    }

    /// <returns>How many bytes there are now; it stops where they are more than one answer may have.</returns>
    private static async Task<long> Add(
        List<FhirResource> resources, OwnResources own, KeptSources sources, long bytes, long bytesMax, CancellationToken ct)
    {
        foreach (var row in own.Rows.TakeWhile(_ => bytes <= bytesMax))
        {
            var resource = await own.Open(row, ct);
            bytes += resource.Json.Length;
            resources.Add(resource);
            if (sources.Amended.GetValueOrDefault(OwnResources.IdOf(row)) is { } source)
            {
                resources.Add(ProvenanceFhir.Write(
                    KeptSources.ProvenanceOf(OwnResources.IdOf(row)), resource, source, ChartItem.WrittenAt(row)));
            }
        }

        return bytes;
    }

    /// <summary>
    /// Whether our record still says exactly what the imported resource says: then the resource alone is her. At which location
    /// she is seen is the clinic's own matter, and in no Patient resource.
    /// </summary>
    internal static bool Says(byte[] imported, PatientRecord record)
    {
        using var json = JsonDocument.Parse(imported, FhirText.Strict);
        var own = record with { Location = null };
        return FhirPatient.Read(json.RootElement, record.Birth.AgeOn ?? record.Birth.Date!.Value).Holds(out var read, out _)
            && JsonSerializer.SerializeToUtf8Bytes(read, PatientsJson.Default.PatientRecord)
                .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(own, PatientsJson.Default.PatientRecord));
    }

    /// <summary>As a FHIR collection: each resource in its very bytes.</summary>
    public byte[] ToJson(DateTimeOffset now)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return ToJson($"\"timestamp\":\"{at}\",", Resources);
    }

    /// <summary>
    /// The same record as the same bytes, in whichever clinic it is and whenever it is asked: without a time, and in an order
    /// that follows from the resources alone. That of the rows follows from hashes under the clinic's own key. Imported
    /// resources go without the white space between their values, for a line break would end the line.
    /// </summary>
    public byte[] ToLine() => ToJson(
        "",
        Resources.Select(r => r with { Json = FhirText.Compact(r.Json) })
            .OrderBy(r => r.Type != FhirTypes.Patient).ThenBy(r => r.Type, StringComparer.Ordinal)
            .ThenBy(r => r.FullUrl, StringComparer.Ordinal)
            .ThenBy(r => Convert.ToHexString(SHA256.HashData(r.Json)), StringComparer.Ordinal));

    private static byte[] ToJson(string timestamp, IEnumerable<FhirResource> resources)
    {
        using var body = new MemoryStream();
        Text(body, $"{{\"resourceType\":\"Bundle\",\"type\":\"collection\",{timestamp}\"entry\":[");
        foreach (var (index, resource) in resources.Index())
        {
            Entry(body, resource, index == 0 ? "" : ",");
        }

        Text(body, "]}");
        return body.ToArray();
    }

    private static void Entry(Stream body, FhirResource resource, string separator)
    {
        var url = resource.FullUrl is { } full ? $"\"fullUrl\":\"{JsonEncodedText.Encode(full)}\"," : "";
        Text(body, $"{separator}{{{url}\"resource\":");
        body.Write(resource.Json);
        Text(body, "}");
    }

    private static void Text(Stream body, string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
