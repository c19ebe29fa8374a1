using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Testing;

namespace Clinic.HouseTests.Sweeps;

/// <summary>The tables as they are, past gate and policies: only tests may look so.</summary>
internal sealed class RawTables(ClinicApp app)
{
    /// <summary>Outcomes of the entries of one request; of one clinic, or wherever they are.</summary>
    public async Task<IReadOnlyList<string>> Entries(string requestId, string? tenant)
    {
        var rows = tenant is null ? await app.Raw.All(CloudParts.Audit) : await app.Raw.All(CloudParts.Audit, $"T#{tenant}#");
        return [.. rows.Where(r => r.GetValueOrDefault("q")?.S == requestId).Select(r => r["o"].S)];
    }

    /// <summary>
    /// Rows of a clinic once its messages are all done: what workers write belongs to the first call and must not be taken for an
    /// effect of the second. Sessions are left out, because the sweeps themselves sign in.
    /// </summary>
    public Task<string> CountWhenQuiet(string tenant) => Until.Holds(
        async () =>
        {
            // A message of the platform to a clinic becomes rows of the clinic, and a clinic's rows of the platform. What is held
            // in a freeze is on no index of what falls due.
            var all = await app.Raw.All(CloudParts.Records);
            var waiting = all.Any(r => r["sk"].S == Outbox.Sort && !r.ContainsKey(Outbox.Done) && r.ContainsKey("due_pk"));
            var count = all.Where(r => Belongs(r, tenant)).Count(r => !IsOfSession(r));
            return waiting ? null : count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        },
        $"quiet in the outbox of {tenant}");

    private static bool Belongs(Dictionary<string, AttributeValue> row, string tenant) =>
        row["pk"].S.StartsWith($"T#{tenant}#", StringComparison.Ordinal);

    private static bool IsOfSession(Dictionary<string, AttributeValue> row) =>
        row["sk"].S.StartsWith("SES", StringComparison.Ordinal) || row["pk"].S.EndsWith("#CLK#session-end",
            StringComparison.Ordinal)
        || (row["pk"].S.StartsWith($"T#{TenantId.Platform}#", StringComparison.Ordinal) && row["sk"].S == "MEM");
}
