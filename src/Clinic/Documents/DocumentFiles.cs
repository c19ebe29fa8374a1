using System.Buffers;
using System.Globalization;
using Amazon.S3.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Documents;

/// <summary>
/// Where the parts of a document lie: as they came in <c>incoming</c>, sealed in <c>documents</c>, whole and readable for a few
/// minutes in <c>outgoing</c>. Names follow from the document, so whoever repeats a step finds the same objects.
/// </summary>
internal sealed class DocumentFiles(FileObjects objects, IntakeObjects intake)
{
    /// <summary>A part and what sealing adds to each of its segments.</summary>
    public const int SealedPartBytes =
        Document.PartBytes + (Document.PartBytes / SegmentCipher.SegmentBytes * SegmentCipher.OverheadBytes);

    private const int SegmentsPerPart = Document.PartBytes / SegmentCipher.SegmentBytes;
    private const int LinkPartsAtOnce = 3;

    public Task<UploadTicket> Offer(TenantId tenant, Document document, int part, CancellationToken ct) => intake.Offer(
        tenant, Name(document, part), document.Media.Type, document.PartLength(part), document.Body.Parts[part - 1], ct);

    /// <summary>Numbers of the parts that are not there in full, in order.</summary>
    public async Task<IReadOnlyList<int>> Missing(TenantId tenant, Document document, CancellationToken ct)
    {
        var found = await Task.WhenAll(Enumerable.Range(1, document.Parts).Select(async part =>
            (Part: part, Bytes: await intake.UploadedBytes(tenant, Name(document, part), ct))));
        return [.. found.Where(f => f.Bytes != document.PartLength(f.Part)).Select(f => f.Part)];
    }

    public Task<string?[]> Tags(TenantId tenant, Document document, string tag, CancellationToken ct) => Task.WhenAll(
        Enumerable.Range(1, document.Parts).Select(part =>
            objects.TagOf(tenant, CloudParts.Incoming, Name(document, part), tag, ct)));

    /// <summary>Null when it is not there.</summary>
    public Task<Stream?> Uploaded(TenantId tenant, Document document, int part, CancellationToken ct) =>
        objects.Open(tenant, CloudParts.Incoming, Name(document, part), ct);

    public Task PutSealed(TenantId tenant, Document document, int part, ArraySegment<byte> bytes, CancellationToken ct) =>
        objects.Put(tenant, CloudParts.Documents, Name(document, part), bytes, ct);

    public Task DeleteUploaded(TenantId tenant, Document document, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Incoming, Names(document), ct);

    public Task DeleteSealed(TenantId tenant, Document document, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Documents, Names(document), ct);

    /// <summary>All of a small document in memory.</summary>
    public async Task<byte[]> Whole(TenantId tenant, Document document, SegmentCipher cipher, CancellationToken ct)
    {
        var plain = new byte[document.SizeBytes];
        await OpenPart(tenant, document, cipher, 1, plain, ct);
        return plain;
    }

    /// <summary>Begins the readable copy of a large document: nothing of it can be read before it is finished.</summary>
    public Task<string> BeginCopy(
        TenantId tenant, string copy, Document document, string disposition, CancellationToken ct) =>
        objects.Begin(tenant, CloudParts.Outgoing, CopyName(copy), document.Media.Type, disposition, ct);

    /// <summary>A few parts at once, each in two buffers of a part's size.</summary>
    public async Task WriteCopy(
        TenantId tenant, string copy, string upload, Document document, SegmentCipher cipher, CancellationToken ct)
    {
        var written = new PartETag[document.Parts];
        var options = new ParallelOptions { MaxDegreeOfParallelism = LinkPartsAtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(Enumerable.Range(1, document.Parts), options, async (part, token) =>
        {
            var plain = ArrayPool<byte>.Shared.Rent(Document.PartBytes);
            try
            {
                var length = await OpenPart(tenant, document, cipher, part, plain, token);
                written[part - 1] = await objects.PutPart(
                    tenant, CloudParts.Outgoing, CopyName(copy), upload, part, new ArraySegment<byte>(plain, 0, length), token);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(plain, clearArray: true);
            }
        });
        await objects.Finish(tenant, CloudParts.Outgoing, CopyName(copy), upload, written, ct);
    }

    public Task<Uri> LinkCopy(TenantId tenant, string copy, TimeSpan life, CancellationToken ct) =>
        objects.Link(tenant, CloudParts.Outgoing, CopyName(copy), life, ct);

    public async Task DeleteCopy(TenantId tenant, string copy, string upload, CancellationToken ct)
    {
        await objects.Abort(tenant, CloudParts.Outgoing, CopyName(copy), upload, ct);
        await objects.Delete(tenant, CloudParts.Outgoing, [CopyName(copy)], ct);
    }

    /// <returns>Bytes of the part.</returns>
    private async Task<int> OpenPart(
        TenantId tenant, Document document, SegmentCipher cipher, int part, byte[] plain, CancellationToken ct)
    {
        await using var body = await objects.Open(tenant, CloudParts.Documents, Name(document, part), ct)
            ?? throw new IOException("A part of a document is not there.");
        var sealedBytes = ArrayPool<byte>.Shared.Rent(SegmentCipher.SegmentBytes + SegmentCipher.OverheadBytes);
        try
        {
            var at = 0;
            foreach (var number in Segments(part, cipher))
            {
                var length = cipher.Length(number) + SegmentCipher.OverheadBytes;
                await body.ReadExactlyAsync(sealedBytes.AsMemory(0, length), ct);
                at += cipher.Open(number, sealedBytes.AsSpan(0, length), plain.AsSpan(at));
            }

            return at;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sealedBytes);
        }
    }

    /// <summary>Which segments of the document a part holds.</summary>
    public static IEnumerable<int> Segments(int part, SegmentCipher cipher)
    {
        var first = (part - 1) * SegmentsPerPart;
        return Enumerable.Range(first, Math.Min(SegmentsPerPart, cipher.Total - first));
    }

    private static string Name(Document document, int part) =>
        $"documents/{Keys.Hex(document.Id.Value)}/{part.ToString("D3", CultureInfo.InvariantCulture)}";

    private static IEnumerable<string> Names(Document document) =>
        Enumerable.Range(1, document.Parts).Select(part => Name(document, part));

    private static string CopyName(string copy) => $"documents/{copy}";
}
