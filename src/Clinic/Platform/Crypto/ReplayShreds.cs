using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;

namespace Clinic.Platform.Crypto;

/// <param name="KeysTable">Physical name of the table that a backup was restored into.</param>
/// <param name="After">The <c>next</c> of a run before this one, when the ledger is too long for one.</param>
public sealed record ReplayRequest(string KeysTable, string? After = null);

/// <param name="Entries">Read from the ledger.</param>
/// <param name="Destroyed">Rows that the restored table still had.</param>
/// <param name="Next">Where to go on; null when the whole ledger is replayed.</param>
public sealed record ReplayReport(int Entries, int Destroyed, string? Next);

/// <summary>
/// Destroys again, in a restored Keys table, what the ledger says was destroyed. It runs before the Api is pointed at the table
/// (docs/runbooks/restore.md): a backup must not bring an erased patient back. Safe to run again, and to stop half way.
/// </summary>
internal sealed class ReplayShreds(AwsAccess aws, TimeProvider clock)
{
    /// <summary>Below the fifteen minutes of a function.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(12);

    /// <exception cref="ArgumentException">The table is neither the one in use nor a restored one.</exception>
    public async Task<ReplayReport> Run(ReplayRequest request, CancellationToken ct)
    {
        if (request.KeysTable != aws.Names.Table(CloudParts.Keys)
            && !request.KeysTable.StartsWith(aws.Names.RestoredPrefix(CloudParts.Keys), StringComparison.Ordinal))
        {
            throw new ArgumentException("Not a table of keys.", nameof(request));
        }

        using var s3 = aws.S3(aws.FunctionOrEnvironment);
        using var dynamo = aws.DynamoDb(aws.FunctionOrEnvironment);
        var began = clock.GetTimestamp();
        var (entries, destroyed) = (0, 0);
        await foreach (var (name, entry) in ShredLedger.All(s3, aws.Names, request.After, ct))
        {
            entries++;
            var tenant = TenantId.Parse(entry.Tenant);
            var gone = entry.Ids.ToHashSet(StringComparer.Ordinal);
            foreach (var row in await KeyShredder.Rows(dynamo, request.KeysTable, tenant, entry.Area, ct))
            {
                if (gone.Contains(row.Need(KeyRow.Id)))
                {
                    await KeyShredder.Delete(dynamo, request.KeysTable, tenant, row.Key, ct);
                    destroyed++;
                }
            }

            if (clock.GetElapsedTime(began) > TimeMax)
            {
                return new ReplayReport(entries, destroyed, name);
            }
        }

        return new ReplayReport(entries, destroyed, null);
    }
}

[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
internal sealed partial class ReplayJson : JsonSerializerContext;
