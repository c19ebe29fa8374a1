using System.Net;
using System.Text;
using Clinic.Documents;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Documents of several parts: they go up piece by piece, and come down range by range.</summary>
[Trait("Promise", "CLN-8")]
public sealed class KeepingLargeDocuments
{
    private const int SizeBytes = 12_000_000;
    private const int Segment = SegmentCipher.SegmentBytes;
    private const int Part = DocumentsOfAClinic.PartBytes;

    [Fact]
    public async Task Twelve_megabytes_go_up_in_parts_broken_off_once_and_come_down_the_same()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var patient = await clinic.Owner.RegisterPatient();
        var bytes = DocumentsOfAClinic.Pdf(SizeBytes);
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        var path = ticket.Headers.Location!.ToString();
        Assert.Equal(2, ticket.Json["parts"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json["parts"]![1]!, bytes[DocumentsOfAClinic.PartBytes..]));
        var early = (await clinic.Owner.Post(path + "/confirmation", null))
            .ExpectProblem(HttpStatusCode.Conflict, "document-parts-missing");
        Assert.Equal("[1]", early.Json["parts"]!.ToJsonString());

        var rest = (await clinic.Owner.Post(path + "/parts", null)).Expect(HttpStatusCode.OK);
        Assert.Equal(1, Assert.Single(rest.Json["parts"]!.AsArray())!["part"]!.GetValue<int>());
        await DocumentsOfAClinic.PutParts(rest.Json, bytes);
        (await clinic.Owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
        Assert.Equal("available", (await clinic.Owner.AwaitDocument(path))["state"]!.GetValue<string>());
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));

        var got = new MemoryStream();
        var (_, answers) = await clinic.Owner.Ranges(path, bytes.Length, piece => got.Write(piece));
        Assert.Equal(DocumentsOfAClinic.Hash(bytes), DocumentsOfAClinic.Hash(got.ToArray()));
        Assert.Equal(3, answers);
        await RangesOf(app, clinic, path, bytes);
    }

    /// <summary>Ranges at and over the borders of segments and parts, in the middle of each and at the ends.</summary>
    private static async Task RangesOf(ClinicApp app, SignedUpClinic clinic, string path, byte[] bytes)
    {
        var (size, answerMax) = (bytes.Length, ReadDocumentContent.AnswerBytesMax);
        foreach (var (asked, from, to) in (IEnumerable<(string, int, int)>)
        [
            ("0-0", 0, 0), ($"{Segment - 1}-{Segment}", Segment - 1, Segment), ($"{Part - 1}-{Part}", Part - 1, Part),
            ($"{Part - Segment}-{Part + 7}", Part - Segment, Part + 7), ($"{Part}-{Part}", Part, Part),
            ($"{(3 * Segment) + 5}-{(3 * Segment) + 9}", (3 * Segment) + 5, (3 * Segment) + 9), ("-1", size - 1, size - 1),
            ($"{size - 10}-{size + 10}", size - 10, size - 1), ("7-", 7, 7 + answerMax - 1),
            ($"-{answerMax + 1_000}", size - answerMax - 1_000, size - 1_001),
            ($"{Part - Segment - 3}-{size}", Part - Segment - 3, Part - Segment - 4 + answerMax),
        ])
        {
            var answer = (await clinic.Owner.Content(path, "bytes=" + asked)).Expect(HttpStatusCode.PartialContent);
            Assert.True(bytes.AsSpan(from, to - from + 1).SequenceEqual(answer.Bytes), asked);
            Assert.Equal($"bytes {from}-{to}/{size}", answer.ContentHeaders.ContentRange!.ToString());
            Assert.Equal("attachment", answer.ContentHeaders.ContentDisposition!.DispositionType);
            Assert.Equal("application/pdf", answer.ContentHeaders.ContentType!.MediaType);
        }

        foreach (var header in (string?[])[null, "bytes=5-4", "bytes=0-1,4-5", "pages=1-2", "bytes"])
        {
            var large = (await clinic.Owner.Content(path, header)).ExpectProblem(HttpStatusCode.BadRequest, "range-required");
            Assert.Equal(
                (size, answerMax), (large.Json["sizeBytes"]!.GetValue<int>(), large.Json["rangeBytesMax"]!.GetValue<int>()));
        }

        (await clinic.Owner.Content(path, "bytes=0-9", "\"of another\""))
            .ExpectProblem(HttpStatusCode.BadRequest, "range-required");
        Assert.Equal(
            2, (await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentContentRead))).Count(l => l.Note is "bytes 0-9, or all"
                or "bytes 0-0"));
    }

    /// <summary>The worker, killed before and after each thing that it does to an upload.</summary>
    [Fact]
    public async Task A_worker_killed_at_every_kind_of_step_loses_nothing_doubles_nothing_and_leaves_nothing_readable()
    {
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.DocumentsQueue);
        var clinic = await app.SignUpClinic();
        var patient = await clinic.Owner.RegisterPatient();
        var worker = app.Process(CloudParts.DocumentsQueue);
        using var deaths = new Deaths(app.Gate, worker, clinic.Id);

        // A part sealed; looked at, not told; told, and nobody heard; before what was uploaded is gone; done, and nobody heard.
        deaths.At("after PutObject 1", "before TransactWriteItems 1", "after TransactWriteItems 1", "before DeleteObject 1",
            "after TransactWriteItems 2");
        var good = DocumentsOfAClinic.Pdf(DocumentsOfAClinic.PartBytes + 4_321);
        var path = await clinic.Owner.Send(patient, good);
        var view = await clinic.Owner.AwaitDocument(path);
        await Until.Holds(() => Task.FromResult(deaths.IsOver), "last death");

        deaths.At("after TransactWriteItems 1");
        var bad = await clinic.Owner.Send(patient, "not a PDF at all"u8.ToArray());
        var refused = await clinic.Owner.AwaitDocument(bad);

        Assert.True(deaths.IsOver && worker.Restarts >= 5, $"{worker.Restarts} restarts");
        Assert.Equal(("available", "refused"), (view["state"]!.GetValue<string>(), refused["state"]!.GetValue<string>()));
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        Assert.Equal(2, (await app.Objects(clinic.Id, CloudParts.Documents)).Count);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentStored)));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentRefused)));
        Assert.Single(await app.Raw.Places(
            clinic.Id, CloudParts.Records, $"PAT#{patient.Replace("-", "", StringComparison.Ordinal)}|TML#"));
        var got = new MemoryStream();
        await clinic.Owner.Ranges(path, good.Length, piece => got.Write(piece));
        Assert.Equal(DocumentsOfAClinic.Hash(good), DocumentsOfAClinic.Hash(got.ToArray()));
    }

    /// <summary>Kills the documents' worker at calls that are named by when, what and how often.</summary>
    private sealed class Deaths : IDisposable
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);
        private readonly HashSet<string> left = new(StringComparer.Ordinal);
        private readonly string tenant;
        private readonly IDisposable before;
        private readonly IDisposable after;

        public Deaths(GateWatch watch, WorkerProcess worker, string tenant)
        {
            this.tenant = tenant;
            before = watch.Before(call =>
            {
                if (IsNow("before", call))
                {
                    worker.Kill();
                    throw GateFaultException.Abort();
                }

                return Task.CompletedTask;
            });
            after = watch.After(call =>
            {
                if (IsNow("after", call))
                {
                    worker.Kill();
                }

                return Task.CompletedTask;
            });
        }

        public bool IsOver
        {
            get
            {
                lock (gate)
                {
                    return left.Count == 0;
                }
            }
        }

        public void At(params string[] calls)
        {
            lock (gate)
            {
                seen.Clear();
                left.UnionWith(calls);
            }
        }

        public void Dispose()
        {
            before.Dispose();
            after.Dispose();
        }

        private bool IsNow(string when, GateCall call)
        {
            if (call.Tenant != tenant || !IsWorkers(call))
            {
                return false;
            }

            lock (gate)
            {
                var step = $"{when} {call.Operation}";
                seen[step] = seen.GetValueOrDefault(step) + 1;
                return left.Remove($"{step} {seen[step]}");
            }
        }

        /// <summary>
        /// Clients put into another bucket, the Api's transactions are others, and copies for the scanner go before all else.
        /// </summary>
        private static bool IsWorkers(GateCall call) => call.Operation switch
        {
            "DeleteObject" => call.Requests.Any(r => r.Resource.Contains("/up/", StringComparison.Ordinal)),
            "PutObject" => call.Requests.Any(r => r.Resource.Contains("-documents-", StringComparison.Ordinal)),
            "TransactWriteItems" => Encoding.UTF8.GetString(call.Body.Span) is var body
                && Acts.Any(a => body.Contains($"\"{a}\"", StringComparison.Ordinal)),
            _ => false,
        };

        private static readonly string[] Acts =
            [nameof(AuditAction.DocumentChecked), nameof(AuditAction.DocumentStored), nameof(AuditAction.DocumentRefused)];
    }
}
