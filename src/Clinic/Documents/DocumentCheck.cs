using System.Buffers;
using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Documents;

/// <param name="Fault">Null when the file is what it was said to be, and sealed.</param>
internal sealed record CheckedDocument(DocumentFault? Fault, MalwareState Malware)
{
    public ThumbnailResult Thumbnail { get; init; } = ThumbnailResult.Nothing;
}

/// <summary>
/// Looks at what was uploaded and seals it, in one pass: a part is sealed in memory while it is read, put away, and forgotten.
/// What turns out wrong at the end was sealed for nothing, and nobody has its key.
/// </summary>
internal sealed class DocumentCheck(DocumentFiles files, MalwareScan scan, PartBuffer buffer, ThumbnailMaker thumbnails)
{
    public async Task<CheckedDocument> Run(Delivery message, Document document, CancellationToken ct)
    {
        var tenant = message.Caller.Tenant;
        var entry = new AuditEntry(message.Caller, AuditAction.DocumentRead, AuditOutcome.Requested)
        {
            Patient = document.Patient,
            Subject = Keys.Hex(document.Id.Value),
            Note = "to check and seal",
        };
        var disclosed = await message.Store.Disclose(
            entry, token => DocumentItem.ReadForOne(message.Store, document.Patient, document.Id, token), ct);
        if (!disclosed.Holds(out var known, out _))
        {
            return new CheckedDocument(DocumentFault.PatientClosed, document.Malware);
        }

        if (known.UploadKey is null)
        {
            // Another worker was faster: its step is in the row, and ours will meet its version.
            return new CheckedDocument(DocumentFault.Unreadable, document.Malware);
        }

        if ((await files.Missing(tenant, known, ct)).Count > 0)
        {
            return new CheckedDocument(DocumentFault.SizeMismatch, document.Malware);
        }

        var found = await Look(message.Store, known, ct);

        // Last: nothing is decoded that is not what it was said to be, or that the scanner refused or has not seen.
        return found is { Fault: null, Malware: not MalwareState.Pending }
            ? found with { Thumbnail = await thumbnails.Make(message.Store, known, ct) } : found;
    }

    private async Task<CheckedDocument> Look(TenantStore store, Document document, CancellationToken ct)
    {
        var room = buffer.Take();
        try
        {
            return await Look(store, document, room, ct);
        }
        finally
        {
            buffer.GiveBack(room);
        }
    }

    private async Task<CheckedDocument> Look(TenantStore store, Document document, byte[] room, CancellationToken ct)
    {
        var tenant = store.Caller.Tenant;
        var malware = scan.Of(scan.IsOn ? await files.Scanned(tenant, document, MalwareScan.Tag, room, ct) : []);
        if (scan.IsOn && malware != MalwareState.Pending)
        {
            await files.DeleteToScan(tenant, document, ct);
        }

        return malware switch
        {
            MalwareState.Infected => new CheckedDocument(DocumentFault.Malware, malware),
            MalwareState.Unscannable => new CheckedDocument(DocumentFault.Unscannable, malware),
            MalwareState.Pending => new CheckedDocument(null, malware),
            _ => new CheckedDocument(await Seal(store, document, room, ct), malware),
        };
    }

    private async Task<DocumentFault?> Seal(TenantStore store, Document document, byte[] sealedPart, CancellationToken ct)
    {
        using var cipher = await DocumentItem.Cipher(store, document, ct);
        if (cipher is null)
        {
            return DocumentFault.Unreadable;
        }

        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = document.Media == DocumentMedia.Text ? new PlainText() : null;
        var plain = ArrayPool<byte>.Shared.Rent(SegmentCipher.SegmentBytes);
        try
        {
            for (var part = 1; part <= document.Parts; part++)
            {
                var fault = await SealPart(store.Caller.Tenant, document, part, cipher, whole, text, plain, sealedPart, ct);
                if (fault is not null)
                {
                    return fault;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        }

        return Convert.ToBase64String(whole.GetHashAndReset()) != document.Body.Sha256 ? DocumentFault.HashMismatch
            : text?.End() == false ? DocumentFault.TypeMismatch
            : null;
    }

    private async Task<DocumentFault?> SealPart(
        TenantId tenant, Document document, int part, SegmentCipher cipher, IncrementalHash whole, PlainText? text,
        byte[] plain, byte[] sealedPart, CancellationToken ct)
    {
        await using var body = await files.Uploaded(tenant, document, part, ct);
        if (body is null)
        {
            return DocumentFault.Unreadable;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var at = 0;
        foreach (var number in DocumentFiles.Segments(part, cipher))
        {
            var length = cipher.Length(number);
            if (await body.ReadAtLeastAsync(plain.AsMemory(0, length), length, throwOnEndOfStream: false, ct) != length)
            {
                return DocumentFault.SizeMismatch;
            }

            hash.AppendData(plain, 0, length);
            whole.AppendData(plain, 0, length);
            text?.Take(plain.AsSpan(0, length));
            if (number == 0 && !document.Media.Fits(plain.AsSpan(0, Math.Min(length, DocumentMedia.HeadBytes))))
            {
                return DocumentFault.TypeMismatch;
            }

            at += cipher.Seal(number, plain.AsSpan(0, length), sealedPart.AsSpan(at));
        }

        if (Convert.ToBase64String(hash.GetHashAndReset()) != document.Body.Parts[part - 1])
        {
            return DocumentFault.HashMismatch;
        }

        await files.PutSealed(tenant, document, part, new ArraySegment<byte>(sealedPart, 0, at), ct);
        return null;
    }
}
