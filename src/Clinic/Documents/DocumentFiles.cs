using System.Buffers;
using System.Globalization;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Documents;

/// <summary>
/// Where the parts of a document lie: under their upload key in <c>incoming</c> as they came, sealed in <c>documents</c>, and,
/// where a stage scans, as copies for the scanner. Names follow from the document, so whoever repeats a step finds the same
/// objects.
/// </summary>
internal sealed class DocumentFiles(FileObjects objects, IntakeObjects intake)
{
    /// <summary>A part and what sealing adds to each of its segments.</summary>
    public const int SealedPartBytes = SegmentsPerPart * SealedSegmentBytes;

    private const int SegmentsPerPart = Document.PartBytes / SegmentCipher.SegmentBytes;
    private const int SealedSegmentBytes = SegmentCipher.SegmentBytes + SegmentCipher.OverheadBytes;

    public Task<UploadTicket> Offer(TenantId tenant, Document document, int part, CancellationToken ct) => intake.Offer(
        tenant, Name(document, part), KeyOf(document), document.Media.Type, document.PartLength(part),
        document.Body.Parts[part - 1], ct);

    /// <summary>The whole of a document of one part that came within something else.</summary>
    public Task PutUploaded(TenantId tenant, Document document, byte[] content, CancellationToken ct) =>
        intake.PutUpload(tenant, Name(document, 1), KeyOf(document), content, ct);

    /// <summary>Numbers of the parts that are not there in full, in order.</summary>
    public async Task<IReadOnlyList<int>> Missing(TenantId tenant, Document document, CancellationToken ct)
    {
        var found = await Task.WhenAll(Enumerable.Range(1, document.Parts).Select(async part =>
            (Part: part, Bytes: await intake.UploadedBytes(tenant, Name(document, part), KeyOf(document), ct))));
        return [.. found.Where(f => f.Bytes != document.PartLength(f.Part)).Select(f => f.Part)];
    }

    /// <summary>Null when it is not there.</summary>
    public Task<Stream?> Uploaded(TenantId tenant, Document document, int part, CancellationToken ct) =>
        intake.OpenUpload(tenant, Name(document, part), KeyOf(document), ct);

    /// <summary>
    /// What the scanner says of each part: of a copy, which is laid where it looks if none is there yet. Null where it did not
    /// speak.
    /// </summary>
    /// <param name="buffer">Of a part's size.</param>
    public async Task<IReadOnlyList<string?>> Scanned(
        TenantId tenant, Document document, string tag, byte[] buffer, CancellationToken ct)
    {
        var verdicts = new string?[document.Parts];
        for (var part = 1; part <= document.Parts; part++)
        {
            var found = await intake.ScanTag(tenant, Name(document, part), tag, ct);
            if (!found.IsThere)
            {
                await CopyToScan(tenant, document, part, buffer, ct);
                found = await intake.ScanTag(tenant, Name(document, part), tag, ct);
            }

            verdicts[part - 1] = found.Value;
        }

        return verdicts;
    }

    /// <summary>The copies for the scanner are readable for it: they go as soon as it has spoken.</summary>
    public Task DeleteToScan(TenantId tenant, Document document, CancellationToken ct) =>
        Task.WhenAll(Names(document).Select(name => intake.DeleteToScan(tenant, name, ct)));

    public Task PutSealed(TenantId tenant, Document document, int part, ArraySegment<byte> bytes, CancellationToken ct) =>
        objects.Put(tenant, CloudParts.Documents, Name(document, part), bytes, ct);

    /// <summary>All that lies in <c>incoming</c>.</summary>
    public async Task DeleteUploaded(TenantId tenant, Document document, CancellationToken ct)
    {
        await Task.WhenAll(Names(document).Select(name => intake.DeleteUpload(tenant, name, ct)));
        await DeleteToScan(tenant, document, ct);
    }

    public Task DeleteSealed(TenantId tenant, Document document, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Documents, Names(document), ct);

    /// <summary>
    /// Some of a document: only the segments that it touches are fetched and opened, one at a time in memory beside the answer.
    /// </summary>
    public async Task<byte[]> Read(
        TenantId tenant, Document document, SegmentCipher cipher, long from, int length, CancellationToken ct)
    {
        var answer = new byte[length];
        var (first, last) = ((int)(from / SegmentCipher.SegmentBytes), (int)((from + length - 1) / SegmentCipher.SegmentBytes));
        foreach (var run in Enumerable.Range(first, last - first + 1).GroupBy(number => number / SegmentsPerPart))
        {
            await Open(tenant, document, cipher, run.Key + 1, [.. run], from, answer, ct);
        }

        return answer;
    }

    /// <summary>Segments of one part, one after the other; of each goes into the answer what belongs there.</summary>
    private async Task Open(
        TenantId tenant, Document document, SegmentCipher cipher, int part, IReadOnlyList<int> segments, long from, byte[] answer,
        CancellationToken ct)
    {
        var at = (long)(segments[0] % SegmentsPerPart) * SealedSegmentBytes;
        var length = segments.Sum(number => (long)cipher.Length(number) + SegmentCipher.OverheadBytes);
        await using var body = await objects.Open(tenant, CloudParts.Documents, Name(document, part), at, length, ct)
            ?? throw new IOException("A part of a document is not there.");
        var (sealedBytes, plain) = (
            ArrayPool<byte>.Shared.Rent(SealedSegmentBytes), ArrayPool<byte>.Shared.Rent(SegmentCipher.SegmentBytes));
        try
        {
            foreach (var number in segments)
            {
                var size = cipher.Length(number) + SegmentCipher.OverheadBytes;
                await body.ReadExactlyAsync(sealedBytes.AsMemory(0, size), ct);
                var opened = cipher.Open(number, sealedBytes.AsSpan(0, size), plain);

                // Where the segment begins, counted from the first byte of the answer: before it, or after.
                var begins = ((long)number * SegmentCipher.SegmentBytes) - from;
                var skip = (int)Math.Max(0, -begins);
                var to = (int)Math.Max(0, begins);
                plain.AsSpan(skip, Math.Min(opened - skip, answer.Length - to)).CopyTo(answer.AsSpan(to));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
            ArrayPool<byte>.Shared.Return(sealedBytes);
        }
    }

    private async Task CopyToScan(TenantId tenant, Document document, int part, byte[] buffer, CancellationToken ct)
    {
        await using var body = await Uploaded(tenant, document, part, ct);
        if (body is null)
        {
            return;
        }

        var length = await body.ReadAtLeastAsync(
            buffer.AsMemory(0, Document.PartBytes), Document.PartBytes, throwOnEndOfStream: false, ct);
        await intake.PutToScan(tenant, Name(document, part), new ArraySegment<byte>(buffer, 0, length), ct);
    }

    /// <summary>Which segments of the document a part holds.</summary>
    public static IEnumerable<int> Segments(int part, SegmentCipher cipher)
    {
        var first = (part - 1) * SegmentsPerPart;
        return Enumerable.Range(first, Math.Min(SegmentsPerPart, cipher.Total - first));
    }

    private static UploadKey KeyOf(Document document) =>
        document.UploadKey ?? throw new InvalidOperationException("Nothing of this document is to be uploaded any more.");

    private static string Name(Document document, int part) =>
        $"documents/{Keys.Hex(document.Id.Value)}/{part.ToString("D3", CultureInfo.InvariantCulture)}";

    private static IEnumerable<string> Names(Document document) =>
        Enumerable.Range(1, document.Parts).Select(part => Name(document, part));
}
