using System.Net;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Who gets the files: an owner, with the link that was sent to her, in the session that used it.</summary>
[Trait("Promise", "DSR-8")]
public sealed class OpeningAnExport
{
    private const string File = "manifest.json";

    [Fact]
    public async Task The_link_works_once_for_her_to_whom_it_was_sent_and_opens_one_session()
    {
        var app = await ClinicApp.Get();
        var (clinic, stranger) = (await app.SignUpClinic(), await app.SignUpClinic());
        var (partner, doctor) = (await app.Join(clinic, "owner"), await app.Join(clinic, "doctor"));
        var patient = await Charts.Patient(clinic.Owner);
        var path = await clinic.Owner.StartExport();
        await clinic.Owner.AwaitExport(path);
        var token = await app.ExportToken(clinic.Email, path);

        (await clinic.Owner.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Forbidden, "export-not-opened");
        (await doctor.Client.OpenExport(path, token)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await stranger.Owner.OpenExport(path, token)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await partner.Client.OpenExport(path, token)).ExpectProblem(HttpStatusCode.NotFound, "export-link-unknown");
        (await clinic.Owner.OpenExport(path, token[..^1] + (token[^1] == 'A' ? 'B' : 'A')))
            .ExpectProblem(HttpStatusCode.NotFound, "export-link-unknown");
        var other = await clinic.Owner.StartExport();
        (await clinic.Owner.OpenExport(other, token)).ExpectProblem(HttpStatusCode.NotFound, "export-link-unknown");
        (await clinic.Owner.OpenExport(path, token)).Expect(HttpStatusCode.OK);
        (await clinic.Owner.OpenExport(path, token)).ExpectProblem(HttpStatusCode.NotFound, "export-link-unknown");

        (await clinic.Owner.FileRange(path, File, null)).Expect(HttpStatusCode.OK);
        (await clinic.Owner.FileRange(path, "patients-00001.ndjson", "bytes=0-9")).Expect(HttpStatusCode.PartialContent);
        (await clinic.Owner.FileRange(path, "no-such-file", null)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await clinic.Owner.FileRange(path, File, "bytes=99999999-"))
            .ExpectProblem(HttpStatusCode.RequestedRangeNotSatisfiable, "range-not-satisfiable");
        await Refused(app, clinic, partner, doctor, stranger, path);
        var read = await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicExportFileRead));
        Assert.Contains(read, l => l is { Outcome: nameof(AuditOutcome.Requested), Note: "patients-00001.ndjson bytes 0-9" });
        Assert.Contains(read, l => l is { Outcome: nameof(AuditOutcome.NothingReleased), Note: "export-not-opened" });
        Assert.DoesNotContain(read, l => l.Note?.Contains("no-such-file", StringComparison.Ordinal) == true);
        var hers = (await app.Raw.Of(clinic.Id, Platform.Cloud.CloudParts.Audit)).Values
            .Where(r => r["a"].S == nameof(AuditAction.PatientExported));
        Assert.Contains(hers, r => r["hits"].S.Contains(patient.Split('/')[^1].Replace("-", ""), StringComparison.Ordinal));
    }

    /// <summary>Everybody but the session that used the link; who is no owner sees not even that there is an export.</summary>
    private static async Task Refused(
        ClinicApp app, SignedUpClinic clinic, StaffMember partner, StaffMember doctor, SignedUpClinic stranger, string path)
    {
        var elsewhere = app.Client();
        (await elsewhere.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
        (await elsewhere.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Forbidden, "export-not-opened");
        (await partner.Client.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Forbidden, "export-not-opened");
        (await doctor.Client.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await doctor.Client.Get("/v1/exports")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await doctor.Client.Post("/v1/exports", null)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await stranger.Owner.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await stranger.Owner.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await app.Client().FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
    }

    [Fact]
    public async Task Another_link_is_sent_to_the_owner_who_asks_and_an_ended_export_has_none()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var partner = await app.Join(clinic, "owner");
        var path = await app.OpenedExport(clinic);

        (await partner.Client.Post(path + "/links", null)).Expect(HttpStatusCode.Accepted);
        var token = await app.ExportToken(partner.Email, path);
        (await partner.Client.OpenExport(path, token)).Expect(HttpStatusCode.OK);
        (await partner.Client.FileRange(path, File, null)).Expect(HttpStatusCode.OK);

        (await clinic.Owner.Delete(path)).Expect(HttpStatusCode.NoContent);
        (await partner.Client.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Conflict, "export-not-finished");
        (await partner.Client.Post(path + "/links", null)).ExpectProblem(HttpStatusCode.Conflict, "export-not-finished");
        (await clinic.Owner.Delete(path)).Expect(HttpStatusCode.NoContent);
        var list = (await clinic.Owner.Get("/v1/exports")).Expect(HttpStatusCode.OK).Json["exports"]!.AsArray();
        Assert.Equal("ended", (string)Assert.Single(list)!["state"]!);
    }
}
