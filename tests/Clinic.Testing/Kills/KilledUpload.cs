using System.Net;
using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Cloud;
using Clinic.Testing.Faults;

namespace Clinic.Testing.Kills;

/// <summary>
/// A document of two parts that was uploaded: a worker checks and seals it from the moment of its confirmation.
/// </summary>
internal sealed class KilledUpload(ClinicApp app) : KilledWork(app, "upload")
{
    private const int SizeBytes = 12_000_000;

    private SignedUpClinic? clinic;

    public override void Kill() => App.Process(CloudParts.DocumentsQueue).Kill();

    public override async Task<IReadOnlyList<string>> Do(Func<string, KillSwitch> arm)
    {
        clinic ??= await Clinic();
        var (patient, bytes) = (await clinic.Owner.RegisterPatient(), Letter(Word()));
        var offer = DocumentsOfAClinic.Offer(bytes);
        var ticket = (await clinic.Owner.Offer(patient, offer)).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        var path = ticket.Headers.Location!.ToString();
        var before = await Ledger.Take(App.Raw, [clinic.Id]);
        string state;
        using (arm(clinic.Id))
        {
            (await clinic.Owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
            state = (await clinic.Owner.AwaitDocument(path))["state"]!.GetValue<string>();
            await Settled(clinic);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (length, _) = await clinic.Owner.Ranges(path, bytes.Length, piece => hash.AppendData(piece));
        var isEqual = Convert.ToBase64String(hash.GetHashAndReset()) == offer["sha256"]!.GetValue<string>();
        var id = Guid.Parse(Charts.IdOf(path)).ToString("N");
        return
        [
            $"{state}, {length} bytes, {(isEqual ? "equal" : "other")}",
            .. await Rows(clinic, before), .. await Objects(clinic, id),
        ];
    }

    /// <summary>Readable from its first to its last page.</summary>
    private static byte[] Letter(string word)
    {
        var line = Encoding.UTF8.GetBytes(word + " is well.\n");
        var bytes = new byte[SizeBytes];
        for (var at = 0; at < bytes.Length; at += line.Length)
        {
            line.AsSpan(0, Math.Min(line.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        }

        "%PDF-1.7\n"u8.CopyTo(bytes);
        return bytes;
    }
}
