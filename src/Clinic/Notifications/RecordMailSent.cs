using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;

namespace Clinic.Notifications;

/// <summary>SES event publishing says that a mail was accepted: shape of the "Email Sent" event with our two tags.</summary>
internal static class RecordMailSent
{
    public static async Task<Done> Handle(Envelope envelope, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        if (!envelope.Detail.TryGetProperty("mail", out var mail) || mail.ValueKind != JsonValueKind.Object
            || !mail.TryGetProperty("tags", out var tags) || tags.ValueKind != JsonValueKind.Object
            || !TenantId.TryParse(Tag(tags, "tenant"), out var tenant) || Tag(tags, "delivery") is not { Length: 32 } delivery)
        {
            throw new MessageRefusedException("is a mail event without our tags");
        }

        var store = stores.For(Caller.Notice(tenant, envelope.Topic, delivery));
        var id = mail.TryGetProperty("messageId", out var given) ? given.GetString() ?? "" : "";
        return await MailDelivery.Confirm(store, delivery, id, clock.GetUtcNow(), ct);
    }

    private static string? Tag(JsonElement tags, string name) =>
        tags.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() == 1
            ? values[0].GetString() : null;
}
