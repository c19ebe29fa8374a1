namespace Clinic.Platform.Store;

/// <summary>
/// An Idempotency-Key as one request claims it. The look-up of an earlier use runs beside the handler and is awaited before
/// anything is written, so a first use costs no round of its own.
/// </summary>
/// <param name="Place">Where the claim is kept: of tenant, actor, route and key.</param>
/// <param name="BodyMac">Keyed hash of the body; another body under the same key is refused.</param>
/// <param name="Earlier">The earlier use, if any.</param>
public sealed record IdempotencyClaim(Key Place, string BodyMac, Task<Item?> Earlier);

/// <summary>What a replay repeats: ids only, no data of a person.</summary>
public sealed record Answer(int Status, string? Location, string? ETag, byte[] Body);
