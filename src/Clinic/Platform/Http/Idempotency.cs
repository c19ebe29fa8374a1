using System.Text;
using Clinic.Platform.Store;

namespace Clinic.Platform.Http;

internal static class IdempotencyRefusals
{
    /// <summary>An earlier request did this; the filter replaces this refusal by the earlier answer.</summary>
    public static readonly Refusal Replayed = new(409, "idempotency-replayed",
        "This was done by an earlier request with the same key.");
    public static readonly Refusal InProgress =
        new(409, "idempotency-in-progress", "A request with the same Idempotency-Key is being carried out: ask again.");
    public static readonly Refusal OtherBody = new(422, "idempotency-other-body",
        "This Idempotency-Key was used with another body.");
    public static readonly Refusal BadKey = new(400, "idempotency-key",
        "An Idempotency-Key has 8 to 128 visible ASCII characters.");
}

/// <summary>The kept claim: what was answered, by reference.</summary>
internal static class IdempotencyItem
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(48);

    public static Item Write(IdempotencyClaim claim, Answer answer, DateTimeOffset now)
    {
        var item = new Item(claim.Place)
            .Set("mac", claim.BodyMac)
            .Set("status", answer.Status)
            .Set("body", Encoding.UTF8.GetString(answer.Body))
            .SetExpiry(now + KeptFor);
        if (answer.Location is { } location)
        {
            item.Set("location", location);
        }

        if (answer.ETag is { } etag)
        {
            item.Set("etag", etag);
        }

        return item;
    }

    public static Answer Read(Item item) =>
        new((int)item.Number("status"), item.Text("location"), item.Text("etag"), Encoding.UTF8.GetBytes(item.Need("body")));

    public static bool IsSameBody(Item item, IdempotencyClaim claim) => item.Need("mac") == claim.BodyMac;
}
