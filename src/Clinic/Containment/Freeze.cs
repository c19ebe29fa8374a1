using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Containment;

/// <summary>Why a clinic is frozen; the code goes into trails and mails.</summary>
[JsonConverter(typeof(CodeConverter<FreezeReason>))]
public enum FreezeReason
{
    Breach,
    SuspectedBreach,
    StolenCredentials,
    LostDevice,
    LegalOrder,
    Other,
}

/// <summary>Why a freeze is lifted.</summary>
[JsonConverter(typeof(CodeConverter<ReleaseReason>))]
public enum ReleaseReason
{
    Contained,
    FalseAlarm,

    /// <summary>She asked an operator, who made sure that it is she.</summary>
    OwnerAsked,
    OrderLifted,
}

/// <summary>What an operator wants of a clinic; the clinic's own state says whether it is so.</summary>
[JsonConverter(typeof(CodeConverter<FreezeStep>))]
public enum FreezeStep
{
    Frozen,

    /// <summary>An owner's own freeze: her links are under way, and only one of them lifts it.</summary>
    ReleaseOffered,
    Released,
}

/// <summary>Operators' words about a freeze and its end; sealed under the platform's contacts key.</summary>
public sealed record FreezeWords(string? Freeze, string? Release);

/// <summary>
/// The platform's row of a clinic's last freeze that an operator had a hand in. It is written before the clinic's state is, and
/// says what that is to become: who finds it undone brings it about.
/// </summary>
/// <param name="Id">As the clinic's state has it.</param>
/// <param name="Reason">Null for an owner's own freeze: her reason stands in her trail.</param>
/// <param name="Offer">The last offer to the owners; null when there was none.</param>
internal sealed record Freeze(
    string Id, FreezeStep Step, FreezeBy By, FreezeReason? Reason, ReleaseReason? Release, string? Offer, DateTimeOffset At,
    FreezeWords Words, long Version);

internal static class FreezeItem
{
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item Write(TenantId clinic, Freeze freeze)
    {
        var row = new Item(Keys.Freeze(clinic)).SetVersion(freeze.Version)
            .Set("id", freeze.Id)
            .Set("step", freeze.Step.ToString())
            .Set("by", freeze.By.ToString())
            .Set("at", freeze.At)
            .Seal(Body, freeze.Words, ContainmentJson.Default.FreezeWords, Key);
        row = freeze.Reason is { } reason ? row.Set("why", reason.ToString()) : row;
        row = freeze.Release is { } release ? row.Set("end_why", release.ToString()) : row;
        return freeze.Offer is { } offer ? row.Set("offer", offer) : row;
    }

    public static async Task<Freeze?> Read(TenantStore platform, TenantId clinic, CancellationToken ct)
    {
        if (await platform.Get(Keys.Freeze(clinic), ct) is not { } row)
        {
            return null;
        }

        var words = await platform.Open(row, Body, Key, ContainmentJson.Default.FreezeWords, ct);
        return new Freeze(
            row.Need("id"), Enum.Parse<FreezeStep>(row.Need("step")), Enum.Parse<FreezeBy>(row.Need("by")),
            row.Text("why") is { } why ? Enum.Parse<FreezeReason>(why) : null,
            row.Text("end_why") is { } end ? Enum.Parse<ReleaseReason>(end) : null,
            row.Text("offer"), row.Instant("at"), words!, row.Version);
    }

    /// <summary>The row as part of a change: the first, or in place of the one that was read.</summary>
    public static Change Put(Change change, TenantId clinic, Freeze freeze) => freeze.Version == 1
        ? change.Insert(Write(clinic, freeze), Problems.Conflict)
        : change.Replace(Write(clinic, freeze), freeze.Version - 1, Problems.Conflict);
}

internal static class FreezeRefusals
{
    public static readonly Refusal NotOpen = new(
        409, "clinic-not-open", "This clinic was never confirmed: nobody can sign in there anyway.");

    public static readonly Refusal NotFrozen = new(409, "clinic-not-frozen", "This clinic is not frozen.");

    public static readonly Refusal UnknownLink = new(404, "release-unknown", "This link is not valid, or not any more.");
}
