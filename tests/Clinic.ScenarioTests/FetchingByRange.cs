using System.Net;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Parts of a document, as Range and If-Range ask for them (RFC 9110, 13 and 14).</summary>
[Trait("Promise", "CLN-8")]
[Trait("Promise", "AUD-1")]
public sealed class FetchingByRange
{
    [Fact]
    public async Task A_part_of_it_goes_out_as_asked_and_each_answer_has_its_own_entry()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var patient = await clinic.Owner.RegisterPatient();
        var bytes = DocumentsOfAClinic.Pdf();
        var path = await clinic.Owner.Keep(patient, bytes);
        var tag = (await clinic.Owner.Content(path, null)).Expect(HttpStatusCode.OK).ETag!;

        foreach (var (header, condition, from, to) in (IEnumerable<(string, string?, int, int)>)
        [
            ("bytes=10-19", null, 10, 19), ("bytes=1990-", null, 1990, 1999), ("bytes=-5", null, 1995, 1999),
            ("bytes=10-19", tag, 10, 19), ("BYTES=0-9999", null, 0, 1999),
        ])
        {
            var part = (await clinic.Owner.Content(path, header, condition)).Expect(HttpStatusCode.PartialContent);
            Assert.Equal(bytes[from..(to + 1)], part.Bytes);
            Assert.Equal(($"bytes {from}-{to}/2000", tag), (part.ContentHeaders.ContentRange!.ToString(), part.ETag));
        }

        foreach (var (header, condition) in (IEnumerable<(string, string?)>)
            [("bytes=10-19", "\"of another\""), ("bytes=10-19", $"W/{tag}"), ("bytes=9-8", null), ("bytes=0-1,3-4", null)])
        {
            Assert.Equal(bytes, (await clinic.Owner.Content(path, header, condition)).Expect(HttpStatusCode.OK).Bytes);
        }

        var after = (await clinic.Owner.Content(path, "bytes=2000-"))
            .ExpectProblem(HttpStatusCode.RequestedRangeNotSatisfiable, "range-not-satisfiable");
        Assert.Equal("bytes */2000", after.ContentHeaders.ContentRange!.ToString());
        var trail = await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentContentRead));
        Assert.Equal(
            ["", "", "", "bytes -5", "bytes 0-9999", "bytes 10-19", "bytes 10-19, or all", "bytes 10-19, or all",
                "bytes 10-19, or all", "bytes 1990-", "bytes 2000-"],
            trail.Where(l => l.Outcome == nameof(AuditOutcome.Requested)).Select(l => l.Note ?? "")
                .Order(StringComparer.Ordinal));
        Assert.Equal("range-not-satisfiable", trail.Single(l => l.Outcome == nameof(AuditOutcome.NothingReleased)).Note);
    }
}
