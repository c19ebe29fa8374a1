using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>All that a clinic has, out of it and read by somebody who has nothing but the files.</summary>
[Trait("Promise", "DSR-8")]
public sealed class ExportingAClinic
{
    [Fact]
    public async Task Every_row_and_document_goes_out_and_the_manifest_holds_them_to_their_bytes()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var world = await ClinicWithRecords.Make(app, clinic);

        var path = await app.OpenedExport(clinic);
        var export = await clinic.Owner.FetchExport(path, rangeBytes: 100_000);

        var view = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((7, 7, 0), ((int)view["patients"]!, (int)view["patientsOf"]!, (int)view["withheld"]!));
        Assert.Equal(7, export.PatientLines.Count);
        await SameAsEachRecord(clinic.Owner, world, export);
        await SameDocuments(clinic.Owner, world, export);
        Assert.Equal(
            world.Patients.Select(p => p.Split('/')[^1]).Order(),
            export.Lines("consents").Select(l => (string)JsonNode.Parse(l)!["patient"]!).Order());
        WholeTrail(export);
        var account = JsonNode.Parse(export.Files["clinic.json"])!;
        Assert.Equal(clinic.Name, (string)account["profile"]!["name"]!);
        Assert.Equal(2, account["staff"]!.AsArray().Count);
        Assert.DoesNotContain("password", account.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("README.html", export.Files.Keys);

        // Once more: the same lines, and the files of patients letter by letter.
        var again = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));
        Assert.Equal(export.PatientLines, again.PatientLines);
        Assert.Equal(export.Files["patients-00001.ndjson"], again.Files["patients-00001.ndjson"]);
        Assert.Equal(export.Manifest["resources"]!.ToJsonString(), again.Manifest["resources"]!.ToJsonString());
    }

    [Fact]
    public async Task A_changed_byte_a_lost_line_and_a_false_count_are_seen_by_whoever_reads_the_manifest()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await Charts.Patient(clinic.Owner);
        var export = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));

        var files = export.Files.ToDictionary(f => f.Key, f => (byte[])f.Value.Clone());
        files["patients-00001.ndjson"][100] ^= 1;
        Assert.Equal("patients-00001.ndjson", ExportsOfAClinic.Fault(export with { Files = files }));
        var lost = export.Manifest.DeepClone();
        lost["patientLines"]!.AsArray().RemoveAt(0);
        Assert.Equal("patientLines", ExportsOfAClinic.Fault(export with { Manifest = lost }));
        var counted = export.Manifest.DeepClone();
        counted["resources"]!["Patient"] = 2;
        Assert.Equal("resources", ExportsOfAClinic.Fault(export with { Manifest = counted }));
    }

    [Fact]
    public async Task A_changed_byte_of_the_manifest_and_another_key_are_seen_by_the_published_key()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var export = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));
        var keys = (await app.Client().Get("/v1/export-keys")).Expect(HttpStatusCode.OK).Json;

        Assert.True(ExportsOfAClinic.IsSigned(export.Text, export.Signature, keys));
        foreach (var at in (int[])[0, export.Text.Length / 2, export.Text.Length - 1])
        {
            var changed = (byte[])export.Text.Clone();
            changed[at] ^= 1;
            Assert.False(ExportsOfAClinic.IsSigned(changed, export.Signature, keys));
        }

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = other.SignData(export.Text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.False(ExportsOfAClinic.IsSigned(export.Text, forged, keys));
        using var pem = ECDsa.Create();
        pem.ImportFromPem((string)keys["keys"]![0]!["pem"]!);
        Assert.True(pem.VerifyData(
            export.Text, export.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task Consents_that_were_given_for_a_merged_record_go_out_beside_those_of_the_record_that_took_it_in()
    {
        var (app, clinic, into, merged) = await MergeSteps.Two();
        await MergeSteps.Merge(clinic.Owner, merged, into);

        var export = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));

        var consents = JsonNode.Parse(Assert.Single(export.Lines("consents")))!;
        var beside = Assert.Single(consents["merged"]!.AsArray())!;
        Assert.Equal(
            (MergeSteps.IdOf(into), MergeSteps.IdOf(merged)), ((string)consents["patient"]!, (string)beside["patient"]!));
        Assert.Equal((2, 2), (consents["artefacts"]!.AsArray().Count, beside["artefacts"]!.AsArray().Count));
        Assert.Equal(2, beside["now"]!.AsArray().Count);
    }

    /// <summary>Each line is what the patient's own export gives, and each patient has one.</summary>
    private static async Task SameAsEachRecord(ClinicClient owner, ClinicWithRecords world, FetchedExport export)
    {
        var lines = export.Lines("patients").Select(l => Names(Encoding.UTF8.GetBytes(l))).ToList();
        foreach (var patient in world.Patients)
        {
            var record = Names((await owner.Get(patient + "/export")).Expect(HttpStatusCode.OK).Bytes);
            Assert.Contains(lines, l => l.SequenceEqual(record));
        }

        var text = string.Join('\n', export.Lines("patients"));
        Assert.All(world.Expected, word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.DoesNotContain(world.Draft, text, StringComparison.Ordinal);
    }

    private static List<string> Names(byte[] bundle) =>
        [.. Bundles.ByName(bundle).Select(r => $"{r.Key} {r.Value.ToJsonString()}").Order(StringComparer.Ordinal)];

    private static async Task SameDocuments(ClinicClient owner, ClinicWithRecords world, FetchedExport export)
    {
        var document = JsonNode.Parse(Assert.Single(export.Lines("documents")))!;
        var bytes = (await owner.Get((string)document["content"]!)).Expect(HttpStatusCode.OK).Bytes;
        Assert.Equal(world.File, bytes);
        Assert.Equal((DocumentsOfAClinic.Hash(bytes), bytes.Length), ((string)document["sha256"]!, (int)document["sizeBytes"]!));
        Assert.Contains($"\"{document["name"]}\"", string.Join('\n', export.Lines("patients")), StringComparison.Ordinal);
        Assert.Equal((1, bytes.Length), ((int)export.Manifest["documents"]!, (int)export.Manifest["documentBytes"]!));
    }

    /// <summary>From the sign-up on; in each chain, an entry names the hash of the one before.</summary>
    private static void WholeTrail(FetchedExport export)
    {
        var entries = export.Lines("trail").Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(nameof(AuditAction.ClinicSignedUp), (string)entries[^1]["entry"]!["action"]!);
        Assert.Contains(entries, e => (string)e["entry"]!["action"]! == nameof(AuditAction.NoteSigned));
        var chains = entries.GroupBy(e => (string)e["entry"]!["chain"]!).ToList();
        foreach (var chain in chains)
        {
            var inOrder = chain.OrderBy(e => (long)e["entry"]!["sequence"]!).ToList();
            Assert.All(
                inOrder.Zip(inOrder.Skip(1)),
                p => Assert.Equal((string)p.First["hash"]!, (string)p.Second["previousHash"]!));
        }

        Assert.Contains(chains, c => c.Count() > 1);
    }
}
