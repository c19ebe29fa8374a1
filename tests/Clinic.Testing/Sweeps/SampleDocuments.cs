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

    private static async Task<string> Upload(SampleWorld world, string patient, byte[] bytes)
    {
        var ticket = (await world.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        return ticket.Headers.Location!.ToString();
    }
}
