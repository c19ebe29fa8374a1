using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;

namespace Clinic.Exports;

/// <summary>The steps of an export: what each reads and writes, and where the next one begins.</summary>
internal sealed class ExportSteps(ExportFiles files, TrailLines trail, ExportSigning signing)
{
    /// <summary>A file is one object and in a worker's memory at once; it ends with the line that goes beyond this.</summary>
    public const int FileBytesMax = 8 * 1024 * 1024;

    /// <summary>Patients of one step, however small their records are: a step is to be done in seconds.</summary>
    public const int PatientsMax = 240;

    /// <summary>Read at once, and named together in one entry of the trail.</summary>
    private const int PageSize = 24;

    public Task<Outcome<ExportStep>> Take(
        Delivery message, ClinicExport export, byte[] contentKey, DateTimeOffset now, CancellationToken ct) => export.Phase switch
        {
            ExportPhase.Counting => Count(message, export, ct),
            ExportPhase.Patients => Walk(message, export, contentKey, ct),
            ExportPhase.Clinic => Clinic(message, export, contentKey, ct),
            ExportPhase.Trail => Trail(message, export, contentKey, ct),
            ExportPhase.Manifest => Manifest(message, export, contentKey, now, ct),
            _ => throw new InvalidOperationException("An export has no such phase."),
        };

    private static async Task<Outcome<ExportStep>> Count(Delivery message, ClinicExport export, CancellationToken ct)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, Keys.PatientRosters).Select(async part =>
        {
            var (count, from) = (0L, (string?)null);
            do
            {
                var page = await message.Store.Query(
                    Keys.PatientRoster(part), "", Page<Item>.SizeMax, from, newestFirst: false, ct);
                (count, from) = (count + page.Items.Count, page.NextSort);
            }
            while (from is not null);
            return count;
        }));
        return new ExportStep(export.Next(ExportPhase.Patients) with { Of = counts.Sum() });
    }

    /// <summary>As many patients as fill a file. Each is as she is at this moment.</summary>
    private async Task<Outcome<ExportStep>> Walk(
        Delivery message, ClinicExport export, byte[] contentKey, CancellationToken ct)
    {
        using var texts = new PatientTexts();
        var after = export.Next(ExportPhase.Patients);
        var seen = 0;
        while (after.Part < Keys.PatientRosters && seen < PatientsMax && texts.Patients.Length < FileBytesMax)
        {
            var roster = Keys.PatientRoster(after.Part);
            var page = await message.Store.Query(roster, "", PageSize, after.From, newestFirst: false, ct);
            var ids = page.Items.Select(i => new PatientId(Guid.ParseExact(i.Key.Sort, "N"))).ToList();
            if (!(await PatientLines.Add(message, texts, ids, ct)).Holds(out var why))
            {
                return why;
            }

            seen += ids.Count;
            after = after with
            {
                Part = page.NextSort is null ? after.Part + 1 : after.Part,
                From = page.NextSort,
            };
        }

        after = texts.AddTo(after);
        var written = new List<ExportFile>();
        foreach (var (kind, text) in texts.All.Where(t => t.Text.Lines > 0))
        {
            var name = ExportFile.Numbered(kind, export.Version - 1);
            written.Add(await files.Put(message.Caller.Tenant, export.Id, contentKey, name, text, ct));
        }

        return new ExportStep(after.Part < Keys.PatientRosters ? after : after.Next(ExportPhase.Clinic), [.. written]);
    }

    private async Task<Outcome<ExportStep>> Clinic(
        Delivery message, ClinicExport export, byte[] contentKey, CancellationToken ct)
    {
        using var clinic = ExportText.Of(await ClinicFile.Write(message, ct));
        using var readMe = ExportText.Of(ReadMeFile.Write());
        var tenant = message.Caller.Tenant;
        return new ExportStep(
            export.Next(ExportPhase.Trail),
            await files.Put(tenant, export.Id, contentKey, ExportFile.Clinic, clinic, ct),
            await files.Put(tenant, export.Id, contentKey, ExportFile.ReadMe, readMe, ct));
    }

    private async Task<Outcome<ExportStep>> Trail(
        Delivery message, ClinicExport export, byte[] contentKey, CancellationToken ct)
    {
        using var text = new ExportText();
        var from = await trail.Add(message, text, export, ct);
        var after = from is null ? export.Next(ExportPhase.Manifest) : export.Next(ExportPhase.Trail) with { From = from };
        if (text.Lines == 0)
        {
            return new ExportStep(after);
        }

        var name = ExportFile.Numbered(ExportFile.Trail, export.Version - 1);
        return new ExportStep(after, await files.Put(message.Caller.Tenant, export.Id, contentKey, name, text, ct));
    }

    private async Task<Outcome<ExportStep>> Manifest(
        Delivery message, ClinicExport export, byte[] contentKey, DateTimeOffset now, CancellationToken ct)
    {
        var bytes = await ManifestFile.Write(message.Store, export, now, ct);
        using var manifest = ExportText.Of(bytes);
        using var signature = ExportText.Of(await signing.Sign(bytes, ct));
        var tenant = message.Caller.Tenant;
        return new ExportStep(
            export.End(ExportState.Finished, now),
            await files.Put(tenant, export.Id, contentKey, ExportFile.Manifest, manifest, ct),
            await files.Put(tenant, export.Id, contentKey, ExportFile.Signature, signature, ct));
    }
}
