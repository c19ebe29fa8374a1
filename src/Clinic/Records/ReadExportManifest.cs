using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Records;

/// <param name="FullUrl">Absent of a kept resource that came without.</param>
/// <param name="Id">Of the resource itself.</param>
/// <param name="Sha256">Of its very bytes in the bundle, base64.</param>
public sealed record ManifestResource(string Type, string? Id, string? FullUrl, int SizeBytes, string Sha256);

/// <param name="Counts">Resources of each type.</param>
public sealed record ExportManifestResponse(
    PatientId Patient, DateTimeOffset At, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<ManifestResource> Resources);

/// <summary>
/// What an export holds: each resource with its hash, in the order of the bundle, so that who receives one can tell.
/// </summary>
public static class ReadExportManifest
{
    internal static async Task<Results<Ok<ExportManifestResponse>, ProblemHttpResult>> Handle(
        PatientId patient, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var gathered = await ExportPatient.Gather(patient, "manifest", caller, store, ct);
        return gathered.Holds(out var record, out var why)
            ? Microsoft.AspNetCore.Http.TypedResults.Ok(Of(record, clock.GetUtcNow()))
            : Problems.From(why);
    }

    internal static ExportManifestResponse Of(RecordBundle record, DateTimeOffset now) => new(
        record.Patient.Id, now,
        new SortedDictionary<string, int>(
            record.Resources.GroupBy(r => r.Type).ToDictionary(g => g.Key, g => g.Count()), StringComparer.Ordinal),
        [.. record.Resources.Select(r => new ManifestResource(
            r.Type, IdOf(r.Json), r.FullUrl, r.Json.Length, Convert.ToBase64String(SHA256.HashData(r.Json))))]);

    private static string? IdOf(byte[] json)
    {
        using var resource = JsonDocument.Parse(json, FhirText.Strict);
        return resource.RootElement.Text("id");
    }
}
