using System.Security.Cryptography;
using Clinic.Chart;
using Clinic.Documents;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Records.Reading;

namespace Clinic.Imports;

/// <summary>
/// Files that resources bring along. Each is laid where uploads lie, and the step's transaction says that it is there: from then
/// on it is checked and sealed as one that a client uploaded.
/// </summary>
internal sealed class BroughtFiles(SourceNames names, DocumentFiles files)
{
    /// <summary>Document, clock, and its message with what marks it as sent.</summary>
    public const int Rows = 4;

    /// <param name="token">Of the resource; id, name and upload key follow from it, so that a step may be taken twice.</param>
    public async Task<Document> Lay(
        TenantStore store, PatientId patient, BroughtDocument brought, DateTimeOffset at, string token, EntryId? visit,
        DateTimeOffset now, CancellationToken ct)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(brought.Content));
        var document = new Document(
            patient, EntryIds.Of(at, token), DocumentState.Checking, 1, brought.Kind, brought.Media, brought.Content.Length, at,
            now, store.Caller.Actor, new DocumentBody(brought.Title, hash, [hash]))
        {
            Visit = visit,
            UploadKey = await names.UploadKeyOf(store.Caller.Tenant, token, ct),
        };
        await files.PutUploaded(store.Caller.Tenant, document, brought.Content, ct);
        return document;
    }

    public static Change Insert(Change change, Document document, DateTimeOffset now) => change
        .Insert(DocumentItem.Write(document, RandomNumberGenerator.GetBytes(DataKey.LengthBytes)))
        .Insert(DocumentItem.Clock(document.Patient, document.Id, now + Durations.DocumentUnfinished.Length))
        .Publish(Topics.DocumentUploaded, DocumentItem.Subject(document.Patient, document.Id));
}
