using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Tenancy;

/// <summary>
/// The token of a confirmation mail, kept as a hash. The worker that sends the mail draws it, so that no queue and no row
/// ever holds one that works.
/// </summary>
internal static class Confirmation
{
    public static Item Write(SessionToken token, MemberId member, DateTimeOffset endsAt) =>
        new Item(Place(token)).Set("member", Keys.Hex(member.Value)).Set("ends", endsAt).SetExpiry(endsAt);

    public static Key Place(SessionToken token) => Keys.Confirmation(token.StoredHash);

    public static MemberId Member(Item item) => new(Guid.ParseExact(item.Need("member"), "N"));
}

internal static class ConfirmationRefusals
{
    public static readonly Refusal Unknown = new(404, "confirmation-unknown",
        "This confirmation link is not valid, or not any more.");
}
