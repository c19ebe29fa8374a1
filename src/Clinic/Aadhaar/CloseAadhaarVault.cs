using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Aadhaar;

/// <summary>
/// Turns the vault off: from this moment nothing is put in or shown, and the clock that starts with it destroys the vault's key,
/// which makes every copy of its rows unreadable, and then the rows. What stays of each number is what stays without a vault.
/// Once more changes nothing.
/// </summary>
public static class CloseAadhaarVault
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var before = await AadhaarVaultItem.Read(store, ct);
        if (before.State != VaultState.Open)
        {
            await store.Note(
                new AuditEntry(caller, AuditAction.AadhaarVaultClosed, AuditOutcome.Done) { Note = "was not open" }, ct);
            return TypedResults.NoContent();
        }

        var now = clock.GetUtcNow();
        var after = new AadhaarVault(VaultState.Closing, before.Version + 1, now, caller.Actor, null);
        var change = Change.By(caller, AuditAction.AadhaarVaultClosed)
            .Replace(AadhaarVaultItem.Write(after), before.Version, Problems.Conflict)
            .Insert(ClockRow.Start(Durations.AadhaarVaultClosed.Name, AadhaarVaultItem.Subject,
                now + Durations.AadhaarVaultClosed.Length));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why) ? TypedResults.NoContent() : Problems.From(why);
    }
}

/// <summary>
/// Destroys what a closed vault held: first the key, by the only role that may, then the rows. A crash at any point leaves the
/// clock due, and the next minute goes on where this one stopped.
/// </summary>
internal static class EmptyAadhaarVault
{
    /// <summary>Of one transaction, with room for its entry and its conditions.</summary>
    private const int RowsMax = 90;

    public static async Task<Done> Strike(DueClock due, KeyShredder shredder, DateTimeOffset now, CancellationToken ct)
    {
        var vault = await AadhaarVaultItem.Read(due.Store, ct);
        if (vault.State is not (VaultState.Closing or VaultState.Emptying))
        {
            return await due.Store.Commit(due.Stop(AuditAction.AadhaarVaultEmptied, "not closed"), ct);
        }

        if (vault.State == VaultState.Closing)
        {
            // From here on it cannot be opened again: whoever did before this has taken the clock away.
            var emptying = vault with { State = VaultState.Emptying, Version = vault.Version + 1 };
            var begun = await due.Store.Commit(
                Change.By(due.Caller, AuditAction.AadhaarVaultEmptied).Noting("begun")
                    .Require(due.Place, Condition.Exists, ClockRefusals.NotRunning)
                    .Replace(AadhaarVaultItem.Write(emptying), vault.Version, Problems.Conflict),
                ct);
            if (!begun.Holds(out var refused))
            {
                return refused;
            }

            vault = emptying;
        }

        return await Empty(due, vault, shredder, now, ct);
    }

    private static async Task<Done> Empty(
        DueClock due, AadhaarVault vault, KeyShredder shredder, DateTimeOffset now, CancellationToken ct)
    {
        await shredder.DestroyPurpose(due.Caller.Tenant, TenantPurpose.Vault, due.Caller.Cause!, ct);
        while (true)
        {
            var rows = await due.Store.Query(Keys.AadhaarNumbers, "", RowsMax, null, newestFirst: false, ct);
            if (rows.Items.Count == 0)
            {
                break;
            }

            var change = Change.By(due.Caller, AuditAction.AadhaarVaultEmptied).Noting($"{rows.Items.Count} rows")
                .Require(due.Place, Condition.Exists, ClockRefusals.NotRunning);
            foreach (var row in rows.Items)
            {
                change.Delete(row.Key);
            }

            if (!(await due.Store.Commit(change, ct)).Holds(out var why))
            {
                return why;
            }
        }

        var closed = new AadhaarVault(VaultState.Closed, vault.Version + 1, now, due.Caller.Actor, null);
        return await due.Store.Commit(
            due.Effect(AuditAction.AadhaarVaultEmptied).Noting("key destroyed")
                .Replace(AadhaarVaultItem.Write(closed), vault.Version, Problems.Conflict),
            ct);
    }
}
