using System.Globalization;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Documents;

/// <summary>
/// Takes away the files of a patient who was erased. Her keys are gone by then, so what was sealed is unreadable wherever it is;
/// this frees its place, and deletes what was uploaded and not sealed yet.
/// </summary>
internal static class RemoveErasedDocuments
{
    public static async Task<Done> Handle(Delivery message, DocumentFiles files, CancellationToken ct)
    {
        var patient = new PatientId(Guid.ParseExact(message.Subject, "N"));
        var (count, from) = (0, (string?)null);
        do
        {
            var page = await message.Store.Query(
                Keys.Patient(patient).Area, DocumentItem.Prefix, Page<Item>.SizeDefault, from, newestFirst: false, ct);
            foreach (var document in page.Items.Select(row => DocumentItem.Plain(patient, row)))
            {
                await files.DeleteUploaded(message.Caller.Tenant, document, ct);
                await files.DeleteSealed(message.Caller.Tenant, document, ct);
                count++;
            }

            from = page.NextSort;
        }
        while (from is not null);
        return await message.Store.Commit(
            message.Effect(AuditAction.DocumentsErased, patient).Noting(count.ToString(CultureInfo.InvariantCulture)), ct);
    }
}
