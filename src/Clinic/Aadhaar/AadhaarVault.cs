using System.Text.Json.Serialization;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Text;

namespace Clinic.Aadhaar;

[JsonConverter(typeof(CodeConverter<VaultState>))]
public enum VaultState
{
    /// <summary>As every clinic begins: the number is not stored.</summary>
    Closed,
    Open,

    /// <summary>Nothing goes in or out; what it holds is destroyed within the minute, unless it is opened again before.</summary>
    Closing,

    /// <summary>Its key and rows are being destroyed.</summary>
    Emptying,
}

/// <summary>Why a clinic may keep whole numbers at all, in its own words.</summary>
/// <param name="LegalBasis">Which authorisation it holds.</param>
internal sealed record VaultGrounds(string LegalBasis, string Reason);

/// <summary>
/// The clinic's decision whether whole numbers are kept. Without it (the default) no row, log or trail ever holds one: most
/// clinics have no authorisation to store them (Aadhaar Act s.8A(4), UIDAI circular K-11020/205/2017).
/// </summary>
internal sealed record AadhaarVault(VaultState State, long Version, DateTimeOffset? Since, string? By, VaultGrounds? Grounds)
{
    public static readonly AadhaarVault Never = new(VaultState.Closed, 0, null, null, null);

    /// <summary>
    /// Who verifies offline must not store the number, vault or not (s.8A(4)): then the last four are all that is kept.
    /// </summary>
    public bool Takes(AadhaarCheck check) =>
        State == VaultState.Open && check is not (AadhaarCheck.OfflineEkyc or AadhaarCheck.SecureQr);
}

internal static class AadhaarRefusals
{
    public static readonly Refusal ConsentFirst = new(422, "aadhaar-consent",
        "An Aadhaar number is taken only when she gives it of her own will, after the notice about it.");
    public static readonly Refusal PatientPending = new(422, "aadhaar-consent-pending",
        "Her consents to the record itself come first.");
    public static readonly Refusal Emptying = new(409, "aadhaar-vault-emptying",
        "What this vault held is being destroyed: open it again some minutes later.");
}

/// <summary>The rows of the vault: one says what the clinic decided, one for each number says nothing of whose it is.</summary>
internal static class AadhaarVaultItem
{
    /// <summary>Of the clock that empties the vault.</summary>
    public const string Subject = "vault";

    private const string State = "st";
    private const string At = "at";
    private const string By = "by";
    private const string Grounds = "b";
    private const string Number = "b";

    private static readonly KeyRef GroundsKey = KeyRef.Of(TenantPurpose.Contacts);
    private static readonly KeyRef VaultKey = KeyRef.Of(TenantPurpose.Vault);

    /// <summary>For whoever writes a number: the vault was not closed meanwhile.</summary>
    public static Condition IsOpen { get; } = Condition.Is(State, Codes.Of(VaultState.Open));

    public static Item Write(AadhaarVault vault)
    {
        var row = new Item(Keys.AadhaarVault).SetVersion(vault.Version).Set(State, Codes.Of(vault.State))
            .Set(At, vault.Since!.Value).Set(By, vault.By!);
        return vault.Grounds is { } grounds ? row.Seal(Grounds, grounds, AadhaarJson.Default.VaultGrounds, GroundsKey) : row;
    }

    public static async Task<AadhaarVault> Read(TenantStore store, CancellationToken ct) =>
        await store.Get(Keys.AadhaarVault, ct) is { } row
            ? new AadhaarVault(
                Enum.GetValues<VaultState>().Single(s => Codes.Of(s) == row.Need(State)), row.Version, row.Instant(At),
                row.Need(By), await store.Open(row, Grounds, GroundsKey, AadhaarJson.Default.VaultGrounds, ct))
            : AadhaarVault.Never;

    /// <summary>Sealed by her key within the vault's: it ends with either, in every backup too.</summary>
    public static Item Held(PatientId patient, string reference, string number) => new Item(Keys.AadhaarNumber(reference))
        .Seal(Number, System.Text.Encoding.ASCII.GetBytes(number), PatientItem.IdentityKey(patient), VaultKey);

    /// <summary>Null when the vault is not open or does not hold it.</summary>
    public static async Task<string?> Reveal(
        TenantStore store, PatientId patient, string reference, CancellationToken ct)
    {
        var vault = Read(store, ct);
        var row = store.Get(Keys.AadhaarNumber(reference), ct);
        await Task.WhenAll(vault, row);
        return (await vault).State == VaultState.Open && await row is { } held
            && await store.OpenWithin(held, Number, VaultKey, PatientItem.IdentityKey(patient), ct) is { } number
            ? AadhaarText.Grouped(System.Text.Encoding.ASCII.GetString(number))
            : null;
    }
}
