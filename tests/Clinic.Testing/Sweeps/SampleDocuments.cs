using System.Collections.Concurrent;
using System.Net;

namespace Clinic.Testing.Sweeps;

/// <summary>
/// A document that is uploaded, or sealed too. Its patient and itself are two variables of one making: who asks for the patient
/// makes both, and who asks for the document then gets the one of that patient.
/// </summary>
internal static class SampleDocuments
{
    private static readonly ConcurrentDictionary<(string Clinic, bool Stored), string> Made = new();

    private static readonly ConcurrentDictionary<string, string> References = new();

    public static async Task<string> Patient(SampleWorld world, bool stored, bool isPhoto = false)
    {
        var patient = await world.Owner.RegisterPatient();
        var bytes = isPhoto ? Pictures.Jpeg(640, 480) : DocumentsOfAClinic.Pdf();
        var offer = isPhoto ? DocumentsOfAClinic.Offer(bytes, "image/jpeg", "photo") : null;
        var path = stored ? await world.Owner.Keep(patient, bytes, offer) : await Upload(world, patient, bytes);
        Made[(world.Clinic, stored)] = path.Split('/')[^1];
        return patient;
    }

    public static Task<string> Document(SampleWorld world, bool stored) => Task.FromResult(
        Made.TryRemove((world.Clinic, stored), out var document)
            ? document : throw new InvalidOperationException("A sample names a document before its patient."));

    /// <summary>Imported, with a reference to a file that did not come along.</summary>
    public static async Task<string> ReferencingPatient(SampleWorld world)
    {
        var patient = Bundles.Patient();
        var reference = Bundles.FileReference(patient, DocumentsOfAClinic.Pdf(), "Letter of a colleague");
        var report = await world.Owner.Import(Bundles.Bytes(Bundles.Of(patient, reference)));
        References[world.Clinic] = reference["id"]!.GetValue<string>();
        var path = await world.Owner.OnlyPatient(report);

        // An imported patient is of no location until somebody says of which: then she is withheld as any other.
        var locations = (await world.Owner.Get("/v1/locations")).Expect(HttpStatusCode.OK).Json["locations"]!.AsArray();
        var form = Samples.Registration()["patient"]!.DeepClone();
        form["location"] = locations[0]!["id"]!.GetValue<string>();
        (await world.Owner.Put(path, form, "\"1\"")).Expect(HttpStatusCode.OK);
        return path.Split('/')[^1];
    }

    public static Task<string> FileReference(SampleWorld world) => Task.FromResult(
        References.TryRemove(world.Clinic, out var reference)
            ? reference : throw new InvalidOperationException("A sample names a reference before its patient."));

    private static async Task<string> Upload(SampleWorld world, string patient, byte[] bytes)
    {
        var ticket = (await world.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        return ticket.Headers.Location!.ToString();
    }
}
