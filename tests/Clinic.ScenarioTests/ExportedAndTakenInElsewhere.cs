using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// What went out of one clinic goes into an empty one and out of it again: equal lines, equal counts, the same documents.
/// </summary>
[Trait("Promise", "DSR-8")]
public sealed class ExportedAndTakenInElsewhere
{
    [Fact]
    public async Task An_empty_clinic_that_takes_in_an_export_with_its_documents_exports_the_same_lines()
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var world = await ClinicWithRecords.Make(app, clinic);
        await MoreDocuments(clinic.Owner, world.Patients[^1]);
        var export = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));
        var archive = await Documents(clinic.Owner, export);
        Assert.Equal(4, archive.Count);

        var patients = await TakeIn(other.Owner, export);
        var bare = await other.Owner.FetchExport(await app.OpenedExport(other));
        var taken = await other.Owner.TakeInDocuments(archive, patients);
        var again = await other.Owner.FetchExport(await app.OpenedExport(other));

        Assert.Equal((8, 8, 3), (export.PatientLines.Count, again.PatientLines.Count, taken));
        Assert.NotEqual(export.DocumentLines, bare.DocumentLines);
        Same(export, again);
        Assert.Equal(export.PatientLines, again.PatientLines);
        Assert.Equal(export.DocumentLines, again.DocumentLines);
        foreach (var member in (string[])["resources", "patients", "withheld", "documents", "documentBytes"])
        {
            Assert.Equal(export.Manifest[member]!.ToJsonString(), again.Manifest[member]!.ToJsonString());
        }

        var there = await Documents(other.Owner, again);
        Assert.Equal(archive.Values.Select(b => DocumentsOfAClinic.Hash(b)).Order(),
            there.Values.Select(b => DocumentsOfAClinic.Hash(b)).Order());
        Assert.Equal(3, archive.Keys.Intersect(there.Keys).Count());
    }

    [Fact]
    public async Task Only_the_file_that_a_reference_names_is_taken_for_it_and_only_once()
    {
        var owner = (await (await ClinicApp.Get()).SignUpClinic()).Owner;
        var (file, patient) = (DocumentsOfAClinic.Pdf(), Bundles.Patient());
        var reference = Bundles.FileReference(patient, file, "Discharge " + Charts.Word());
        var within = Bundles.FileWithin(patient, DocumentsOfAClinic.Pdf(), "Within " + Charts.Word());
        var unnamed = Bundles.FileReference(patient, file, "Unnamed " + Charts.Word());
        unnamed.Remove("identifier");
        var place = await owner.OnlyPatient(
            await owner.Import(Bundles.Bytes(Bundles.Of(patient, reference, within, unnamed))));
        JsonObject Named(JsonObject resource) => new() { ["reference"] = (string)resource["id"]! };

        (await owner.Post(place + "/referenced-files", Named(unnamed)))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "reference-names-no-file");
        (await owner.Post(place + "/referenced-files", Named(within)))
            .ExpectProblem(HttpStatusCode.Conflict, "reference-has-document");
        (await owner.Post(place + "/referenced-files", new JsonObject { ["reference"] = Bundles.NewId() }))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        var ticket = (await owner.Post(place + "/referenced-files", Named(reference))).Expect(HttpStatusCode.Created);
        var part = ticket.Json["parts"]![0]!;
        var other = (byte[])file.Clone();
        other[^1] ^= 1;
        Assert.NotEqual(HttpStatusCode.OK, await Uploads.Put(part, other));
        var document = ticket.Headers.Location!.ToString();
        var refused = (await owner.Post(place + "/referenced-files", Named(reference)))
            .ExpectProblem(HttpStatusCode.Conflict, "reference-has-document");
        Assert.EndsWith((string)refused.Json["document"]!, document, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(part, file));
        (await owner.Post(document + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
        var kept = await owner.AwaitDocument(document);
        Assert.Equal(
            ("available", "report", (string)reference["content"]![0]!["attachment"]!["title"]!),
            ((string)kept["state"]!, (string)kept["kind"]!, (string)kept["title"]!));
    }

    /// <summary>Beside what the clinic has: one that came within a bundle, one of two parts, and one that was renamed.</summary>
    private static async Task MoreDocuments(ClinicClient owner, string full)
    {
        var patient = Bundles.Patient();
        var within = Bundles.FileWithin(patient, DocumentsOfAClinic.Pdf(), "Within " + Charts.Word());
        var brought = await owner.OnlyPatient(await owner.Import(Bundles.Bytes(Bundles.Of(patient, within))));
        await Until.Holds(
            async () => (await owner.Get(brought + "/documents")).Expect(HttpStatusCode.OK).Json["documents"]!.AsArray()
                .FirstOrDefault(d => (string)d!["state"]! == "available"),
            "the file within a bundle to be kept");
        await owner.Keep(full.Split('/')[^1], DocumentsOfAClinic.Pdf(DocumentsOfAClinic.PartBytes + 10));
        var renamed = await owner.Keep(full.Split('/')[^1], DocumentsOfAClinic.Pdf());
        var version = (await owner.Get(renamed)).Expect(HttpStatusCode.OK).Headers.ETag!.Tag;
        (await owner.Put(renamed + "/title", new JsonObject { ["title"] = "Retitled " + Charts.Word() }, version))
            .Expect(HttpStatusCode.OK);
    }

    /// <returns>Paths of the patients.</returns>
    private static async Task<List<string>> TakeIn(ClinicClient owner, FetchedExport export)
    {
        var patients = new List<string>();
        foreach (var name in export.Files.Keys.Where(n => n.StartsWith("patients-", StringComparison.Ordinal)))
        {
            var started = (await owner.PostBytes("/v1/imports", export.Files[name], "application/fhir+ndjson"))
                .Expect(HttpStatusCode.Accepted);
            var report = await owner.AwaitImport(started.Headers.Location!.ToString());
            Assert.Equal(0, (int)report["total"]!["refused"]!);
            var list = (await owner.Get(started.Headers.Location + "/patients")).Expect(HttpStatusCode.OK).Json;
            patients.AddRange(list["patients"]!.AsArray().Select(p => $"/v1/patients/{p!["id"]}"));
        }

        return patients;
    }

    /// <summary>The bytes of each document by its name, held against what its line says.</summary>
    private static async Task<Dictionary<string, byte[]>> Documents(ClinicClient owner, FetchedExport export)
    {
        var documents = new Dictionary<string, byte[]>();
        foreach (var line in export.Lines("documents").Select(l => JsonNode.Parse(l)!))
        {
            using var bytes = new MemoryStream();
            var route = (string)line["content"]!;
            await owner.Ranges(route[..route.LastIndexOf('/')], (long)line["sizeBytes"]!, piece => bytes.Write(piece));
            Assert.Equal((string)line["sha256"]!, DocumentsOfAClinic.Hash(bytes.ToArray()));
            documents.Add((string)line["name"]!, bytes.ToArray());
        }

        return documents;
    }

    /// <summary>Resource by resource, so that a difference is named.</summary>
    private static void Same(FetchedExport one, FetchedExport other)
    {
        var (before, after) = (Resources(one), Resources(other));
        Assert.Empty(before.Except(after));
        Assert.Empty(after.Except(before));
    }

    private static List<string> Resources(FetchedExport export) => [.. export.Lines("patients")
        .SelectMany(l => JsonNode.Parse(Encoding.UTF8.GetBytes(l))!["entry"]!.AsArray()).Select(e => e!.ToJsonString())];
}
