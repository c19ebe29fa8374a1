using System.Net;
using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Cloud;
using Clinic.Testing.Faults;

namespace Clinic.Testing.Kills;

/// <summary>
/// The export of a whole clinic, written in steps by a worker. What it left is read as its owner reads it: every file by its
/// link, held against the signed manifest.
/// </summary>
internal sealed class KilledArchive(ClinicApp app) : KilledWork(app, "archive")
{
    private const int Patients = 4;

    private SignedUpClinic? clinic;

    public override void Kill() => App.Process(CloudParts.Exports).Kill();

    public override async Task<IReadOnlyList<string>> Do(Func<string, KillSwitch> arm)
    {
        clinic ??= await Made();
        var before = await Ledger.Take(App.Raw, [clinic.Id]);
        string path;
        using (arm(clinic.Id))
        {
            path = await clinic.Owner.StartExport();
            await clinic.Owner.AwaitExport(path);
            await Settled(clinic);
        }

        var rows = await Rows(clinic, before);
        var token = await App.ExportToken(clinic.Email, path);
        (await clinic.Owner.OpenExport(path, token)).Expect(HttpStatusCode.OK);
        var archive = await clinic.Owner.FetchExport(path);
        return
        [
            $"files {string.Join(' ', archive.Files.Keys.Order(StringComparer.Ordinal))}",
            $"{archive.PatientLines.Count} patients {Print(archive.PatientLines)}",
            $"{archive.DocumentLines.Count} documents {Print(archive.DocumentLines)}",
            $"resources {archive.Manifest["resources"]!.ToJsonString()}",
            .. rows,
        ];
    }

    private static string Print(IReadOnlyList<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));

    /// <summary>With an export behind it already: the first one makes rows that all others change.</summary>
    private async Task<SignedUpClinic> Made()
    {
        var made = await Clinic();
        for (var number = 0; number < Patients; number++)
        {
            var patient = await Charts.Patient(made.Owner);
            await made.Owner.Record(patient, "condition", Charts.Condition(Word()), App.Clock.GetUtcNow());
        }

        await App.OpenedExport(made);
        await Settled(made);
        return made;
    }
}
