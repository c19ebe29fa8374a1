using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Aadhaar;

/// <param name="Since">When it became so; absent when the clinic never opened a vault.</param>
/// <param name="By">Which member decided it, or the clock that emptied it.</param>
public sealed record AadhaarVaultResponse(VaultState State, DateTimeOffset? Since, string? By, string? LegalBasis, string? Reason)
{
    internal static AadhaarVaultResponse Of(AadhaarVault vault) =>
        new(vault.State, vault.Since, vault.By, vault.Grounds?.LegalBasis, vault.Grounds?.Reason);
}

/// <summary>Whether this clinic keeps whole Aadhaar numbers, since when, and on what grounds.</summary>
public static class ReadAadhaarVault
{
    internal static async Task<Results<Ok<AadhaarVaultResponse>, ProblemHttpResult>> Handle(
        Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.AadhaarVaultRead, AuditOutcome.Requested);
        var disclosed = await store.Disclose(
            entry, async token => AadhaarVaultResponse.Of(await AadhaarVaultItem.Read(store, token)), ct);
        return disclosed.Holds(out var vault, out var why) ? TypedResults.Ok(vault) : Problems.From(why);
    }
}
