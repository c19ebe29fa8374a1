using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Platform.Access;

/// <summary>
/// Round one of a request: session and clinic state in one strongly consistent BatchGet, on the function's own role, which
/// may read nothing else. So a removal or a freeze holds on the very next request (IDN-6).
/// </summary>
internal sealed class Sessions(TenantSessions aws, Keyring keyring, TimeProvider clock)
{
    /// <summary>
    /// Null when the token names no live session of an active clinic; which of these it was is nobody's business.
    /// </summary>
    public async Task<(SessionFacts Facts, TenantState State)?> Find(SessionToken token, CancellationToken ct)
    {
        var table = aws.Names.Table(CloudParts.Records);
        var session = Keys.Session(token.StoredHash);
        var rows = await BatchRead.All(
            aws.Function, table, [Place(token.Tenant, session), Place(token.Tenant, Keys.State)], aws.Budget, ct);
        var sessionRow = rows.Find(r => r["sk"].S == session.Sort);
        var stateRow = rows.Find(r => r["sk"].S == Keys.State.Sort);
        var state = stateRow is null ? null : TenantStateItem.Read(new Item(Keys.State, stateRow));
        if (state is { Status: TenantStatus.Frozen })
        {
            keyring.ForgetClinic(token.Tenant);
        }

        if (sessionRow is null || state is null)
        {
            return null;
        }

        var facts = SessionRow.Read(new Item(session, sessionRow));
        return SessionRow.Admits(facts, state, clock.GetUtcNow()) ? (facts, state) : null;
    }

    /// <summary>
    /// State of a clinic that somebody names who has no session there; null when there is none. On the function's own role, so
    /// that nothing of a frozen clinic's own is assumed to find out that it is frozen.
    /// </summary>
    public async Task<TenantState?> StateOf(TenantId tenant, CancellationToken ct)
    {
        var rows = await BatchRead.All(
            aws.Function, aws.Names.Table(CloudParts.Records), [Place(tenant, Keys.State)], aws.Budget, ct);
        var state = rows.Count == 0 ? null : TenantStateItem.Read(new Item(Keys.State, rows[0]));
        if (state is { Status: TenantStatus.Frozen })
        {
            keyring.ForgetClinic(tenant);
        }

        return state;
    }

    private static Dictionary<string, AttributeValue> Place(TenantId tenant, Key key) => new()
    {
        ["pk"] = new() { S = Keys.Partition(tenant, key.Area) },
        ["sk"] = new() { S = key.Sort },
    };
}
