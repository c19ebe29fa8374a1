using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Containment;

/// <param name="Text">For the platform's own record; no data of a person.</param>
public sealed record FreezeClinicRequest(FreezeReason Reason, string Text);

/// <param name="Reason">Absent for an owner's own freeze.</param>
/// <param name="At">When an operator last had a hand in it.</param>
public sealed record FreezeResponse(string Clinic, FreezeStep Step, FreezeBy By, FreezeReason? Reason, DateTimeOffset At)
{
    internal static FreezeResponse Of(TenantId clinic, Freeze freeze) =>
        new(clinic.Value, freeze.Step, freeze.By, freeze.Reason, freeze.At);
}

/// <summary>
/// An operator freezes a clinic (INC-7). Two signers have a part in it: first the platform's row and a message, then, in the same
/// request, the clinic's state. When the answer goes out, both are done and the next request is refused everywhere; a crash
/// between the two leaves the message, and a worker does the rest. Asked again, it answers the freeze that stands.
/// </summary>
public static class FreezeClinic
{
    public const int TextLengthMax = 1000;

    internal static async Task<Results<Ok<FreezeResponse>, ProblemHttpResult>> Handle(
        string clinic, FreezeClinicRequest request, Caller caller, TenantStore store, FreezeOrders orders, TimeProvider clock,
        CancellationToken ct)
    {
        if (new FieldRules().Text(request.Text.Replace('\n', ' '), "text", TextLengthMax).Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        var ordered = await orders.Give(
            store, clinic, AuditAction.ClinicFreezeOrdered, (state, before) => Decide(request, state, before, clock.GetUtcNow()),
            ct);
        return ordered.Holds(out var freeze, out var why) ? TypedResults.Ok(freeze) : Problems.From(why);
    }

    /// <summary>Pure: what the platform's row becomes; the one that stands when it is so already.</summary>
    internal static Outcome<Freeze> Decide(FreezeClinicRequest request, TenantState state, Freeze? before, DateTimeOffset now)
    {
        if (state.Status == TenantStatus.Unconfirmed)
        {
            return FreezeRefusals.NotOpen;
        }

        // Ordered, and the clinic has not seen it yet: a crash half way, or another operator this very moment.
        var underWay = before is { Step: FreezeStep.Frozen } && state.Freeze != before.Id;
        var stands = before is { By: FreezeBy.Platform } && state.Status == TenantStatus.Frozen && state.Freeze == before.Id
            && before.Step == FreezeStep.Frozen;
        return underWay || stands
            ? before!
            : new Freeze(
                Keys.Hex(Guid.CreateVersion7(now)), FreezeStep.Frozen, FreezeBy.Platform, request.Reason, null, null, now,
                new FreezeWords(request.Text.Trim(), null), (before?.Version ?? 0) + 1);
    }
}

/// <summary>What freezing and releasing share: the platform's row, then the clinic's state.</summary>
internal sealed class FreezeOrders(Sessions sessions, TenantStores stores)
{
    private const int TriesMax = 3;

    /// <param name="decide">The row as it is to be; the very one that was given when nothing is to be written.</param>
    public async Task<Outcome<FreezeResponse>> Give(
        TenantStore platform, string clinic, AuditAction action, Func<TenantState, Freeze?, Outcome<Freeze>> decide,
        CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var given = await Try(platform, clinic, action, decide, ct);
            if (given.Holds(out _, out var why) || why != Problems.Conflict || tries == TriesMax)
            {
                return given;
            }
        }
    }

    private async Task<Outcome<FreezeResponse>> Try(
        TenantStore platform, string clinic, AuditAction action, Func<TenantState, Freeze?, Outcome<Freeze>> decide,
        CancellationToken ct)
    {
        if (!TenantId.TryParse(clinic, out var tenant) || tenant.IsPlatform
            || await sessions.StateOf(tenant, ct) is not { Status: not TenantStatus.Purged } state)
        {
            return await Refused(platform, action, clinic, Problems.NotFound, ct);
        }

        var before = await FreezeItem.Read(platform, tenant, ct);
        if (!decide(state, before).Holds(out var freeze, out var why))
        {
            return await Refused(platform, action, tenant.Value, why, ct);
        }

        var done = await Write(platform, tenant, action, before, freeze, ct);

        if (!done.Holds(out why) && why != IdempotencyRefusals.Replayed)
        {
            return why;
        }

        // A replay of the key may come after a crash half way: the clinic's state is looked at all the same, by the row as it
        // stands. What this call would have ordered was not written and is nobody's order.
        freeze = why is null ? freeze : await FreezeItem.Read(platform, tenant, ct) ?? freeze;

        // Without the operator's address, which would have to be sealed: a freeze must not need the clinic's keys.
        var theirs = stores.For(platform.Caller with { Tenant = tenant, Trace = null, State = null, Idempotency = null });
        var brought = await FreezeState.Bring(theirs, freeze, ct);
        stores.Parts.Keyring.ForgetClinic(tenant);
        return brought.Holds(out var failed) ? why is null ? FreezeResponse.Of(tenant, freeze) : why : failed;
    }

    private static async Task<Done> Write(
        TenantStore platform, TenantId clinic, AuditAction action, Freeze? before, Freeze freeze, CancellationToken ct)
    {
        var entry = new AuditEntry(platform.Caller, action, AuditOutcome.Requested) { Subject = clinic.Value, Note = "stands" };
        if (freeze == before)
        {
            await platform.Note(entry, ct);
            return Done.Yes;
        }

        var answer = JsonSerializer.SerializeToUtf8Bytes(
            FreezeResponse.Of(clinic, freeze), ContainmentJson.Default.FreezeResponse);
        var note = freeze.Release is { } release ? Codes.Of(release) : Codes.Of(freeze.Reason!.Value);
        var change = Change.By(platform.Caller, action, subject: clinic.Value).Noting(note)
            .Publish(Topics.FreezeOrdered, clinic.Value)
            .Answers(new Answer(StatusCodes.Status200OK, null, null, answer));
        return await platform.Commit(FreezeItem.Put(change, clinic, freeze), ct);
    }

    private static async Task<Outcome<FreezeResponse>> Refused(
        TenantStore platform, AuditAction action, string clinic, Refusal why, CancellationToken ct)
    {
        // What somebody typed is no subject of a trail until it is an id.
        var subject = TenantId.TryParse(clinic, out var tenant) ? tenant.Value : null;
        var entry = new AuditEntry(platform.Caller, action, AuditOutcome.Refused) { Subject = subject, Note = why.Code };
        await platform.Note(entry, ct);
        return why;
    }
}
