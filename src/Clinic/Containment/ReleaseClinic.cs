using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Containment;

/// <param name="Text">For the platform's own record: what was found, or how the operator made sure who asked.</param>
public sealed record ReleaseClinicRequest(ReleaseReason Reason, string Text);

/// <summary>
/// An operator lifts the platform's freeze, or offers the owners to lift their own: whoever froze her clinic because her password
/// was stolen must not be undone by whoever talked an operator over, nor by whoever has her mailbox alone. It takes both, the
/// operator and the link (docs/adr/0020).
/// </summary>
public static class ReleaseClinic
{
    internal static async Task<Results<Ok<FreezeResponse>, ProblemHttpResult>> Handle(
        string clinic, ReleaseClinicRequest request, Caller caller, TenantStore store, FreezeOrders orders, TimeProvider clock,
        CancellationToken ct)
    {
        var rules = new FieldRules().Text(request.Text.Replace('\n', ' '), "text", FreezeClinic.TextLengthMax);
        if (rules.Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        var ordered = await orders.Give(
            store, clinic, AuditAction.ClinicReleaseOrdered, (state, before) => Decide(request, state, before, clock.GetUtcNow()),
            ct);
        return ordered.Holds(out var freeze, out var why) ? TypedResults.Ok(freeze) : Problems.From(why);
    }

    /// <summary>Pure: what the platform's row becomes.</summary>
    internal static Outcome<Freeze> Decide(ReleaseClinicRequest request, TenantState state, Freeze? before, DateTimeOffset now)
    {
        if (state.Status != TenantStatus.Frozen)
        {
            return FreezeRefusals.NotFrozen;
        }

        var version = (before?.Version ?? 0) + 1;
        if (state.FrozenBy == FreezeBy.Owner)
        {
            return new Freeze(
                state.Freeze!, FreezeStep.ReleaseOffered, FreezeBy.Owner, null, request.Reason,
                Keys.Hex(Guid.CreateVersion7(now)), now, new FreezeWords(null, request.Text.Trim()), version);
        }

        // Lifted already, and the clinic has not seen it yet: the row stands, and the state is brought to it.
        return before is { Step: FreezeStep.Released } && before.Id == state.Freeze
            ? before
            : before! with
            {
                Step = FreezeStep.Released,
                Release = request.Reason,
                At = now,
                Words = before.Words with { Release = request.Text.Trim() },
                Version = version,
            };
    }
}

/// <summary>The last freeze of a clinic that an operator had a hand in, and how the clinic stands now.</summary>
/// <param name="Frozen">As the clinic's own state says.</param>
/// <param name="Last">Absent when no operator ever had a hand in one.</param>
/// <param name="FreezeText">The operator's words.</param>
public sealed record ClinicFreezeResponse(
    string Clinic, bool Frozen, FreezeBy? By, FreezeResponse? Last, string? FreezeText, string? ReleaseText);

/// <summary>Operators look whether a clinic is frozen.</summary>
public static class ReadFreeze
{
    internal static async Task<Results<Ok<ClinicFreezeResponse>, ProblemHttpResult>> Handle(
        string clinic, Caller caller, TenantStore store, Sessions sessions, CancellationToken ct)
    {
        if (!TenantId.TryParse(clinic, out var tenant) || tenant.IsPlatform)
        {
            await store.Note(
                new AuditEntry(caller, AuditAction.FreezeRead, AuditOutcome.Refused) { Note = Problems.NotFound.Code }, ct);
            return Problems.From(Problems.NotFound);
        }

        var entry = new AuditEntry(caller, AuditAction.FreezeRead, AuditOutcome.Requested) { Subject = tenant.Value };
        var disclosed = await store.Disclose(entry, token => Read(store, sessions, tenant, token), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    private static async Task<ClinicFreezeResponse?> Read(
        TenantStore store, Sessions sessions, TenantId clinic, CancellationToken ct)
    {
        var state = await sessions.StateOf(clinic, ct);
        var last = await FreezeItem.Read(store, clinic, ct);
        return state is null or { Status: TenantStatus.Purged }
            ? null
            : new ClinicFreezeResponse(
                clinic.Value, state.Status == TenantStatus.Frozen, state.FrozenBy,
                last is null ? null : FreezeResponse.Of(clinic, last), last?.Words.Freeze, last?.Words.Release);
    }
}
