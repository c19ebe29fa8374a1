using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Aadhaar;

/// <param name="LegalBasis">Which authorisation of UIDAI the clinic holds.</param>
/// <param name="Reason">What whole numbers are needed for.</param>
public sealed record OpenAadhaarVaultRequest(string LegalBasis, string Reason);

/// <summary>
/// Turns the vault on for this clinic (ENC-6): from then on numbers that are given are kept whole, sealed under a key of the
/// vault's own. That key is drawn here, so that a clinic without a vault has none to lose. A closing that did not come to
/// destroying yet is called off.
/// </summary>
public static class OpenAadhaarVault
{
    private const int TextMin = 10;
    private const int TextMax = 500;

    /// <summary>
    /// From the emptying on. Other processes may hold a destroyed key for as long as keys are cached, and what they sealed under
    /// it could never be opened; the run of clocks that destroyed it may itself have taken minutes.
    /// </summary>
    internal static readonly TimeSpan ReopenAfter = 3 * KeyCache.AgeMax;

    internal static async Task<Results<Ok<AadhaarVaultResponse>, ProblemHttpResult>> Handle(
        OpenAadhaarVaultRequest request, Caller caller, TenantStore store, KeyMaker keys, TimeProvider clock,
        CancellationToken ct)
    {
        var before = await AadhaarVaultItem.Read(store, ct);
        if (!Decide(request, before, caller.Actor, clock.GetUtcNow()).Holds(out var after, out var why))
        {
            await store.Note(
                new AuditEntry(caller, AuditAction.AadhaarVaultOpened, AuditOutcome.Refused) { Note = why.Code }, ct);
            return Problems.From(why);
        }

        var row = AadhaarVaultItem.Write(after);
        var change = Change.By(caller, AuditAction.AadhaarVaultOpened).Because($"{request.LegalBasis} | {request.Reason}");
        change = before.Version == 0 ? change.Insert(row) : change.Replace(row, before.Version, Problems.Conflict);
        if (before.State == VaultState.Closing)
        {
            change.Delete(Keys.Clock(Durations.AadhaarVaultClosed.Name, AadhaarVaultItem.Subject), Condition.Exists,
                AadhaarRefusals.Emptying);
        }

        if (before.State == VaultState.Closed)
        {
            change.With(await keys.DrawTenantKeys(caller.Tenant, [(TenantPurpose.Vault, 1)], ct));
        }

        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Ok(AadhaarVaultResponse.Of(after)) : Problems.From(why);
    }

    /// <summary>Pure: grounds are needed, and nothing of an earlier vault may be about.</summary>
    internal static Outcome<AadhaarVault> Decide(
        OpenAadhaarVaultRequest request, AadhaarVault before, string actor, DateTimeOffset now)
    {
        var rules = new FieldRules().Text(request.LegalBasis, "legalBasis", TextMax, TextMin)
            .Text(request.Reason, "reason", TextMax, TextMin);
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        var isFresh = before.State == VaultState.Closed && before.Since is { } closed && now < closed + ReopenAfter;
        return before.State == VaultState.Emptying || isFresh
            ? AadhaarRefusals.Emptying
            : new AadhaarVault(
                VaultState.Open, before.Version + 1, now, actor,
                new VaultGrounds(request.LegalBasis.Trim(), request.Reason.Trim()));
    }
}
