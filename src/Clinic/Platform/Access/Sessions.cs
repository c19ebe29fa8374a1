using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Platform.Access;

/// <summary>
/// Round one of a request: session and clinic state in one strongly consistent BatchGet, on the function's own role, which
/// may read nothing else. So a removal or a freeze holds on the very next request (IDN-6).
/// </summary>
internal sealed class Sessions(TenantSessions aws, TimeProvider clock)
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
        if (sessionRow is null || stateRow is null)
        {
            return null;
        }

        var facts = SessionRow.Read(new Item(session, sessionRow));
        var state = TenantStateItem.Read(new Item(Keys.State, stateRow));
        return facts.EndsAt > clock.GetUtcNow() && state.Status == TenantStatus.Active ? (facts, state) : null;
    }

    private static Dictionary<string, AttributeValue> Place(TenantId tenant, Key key) => new()
    {
        ["pk"] = new() { S = Keys.Partition(tenant, key.Area) },
        ["sk"] = new() { S = key.Sort },
    };
}
