using System.Text.Json;

namespace Clinic.Local;

/// <summary>
/// Reads what a function answered to a batch, by the rules of Lambda's SQS event source with ReportBatchItemFailures.
/// </summary>
public static class BatchAnswer
{
    /// <summary>
    /// The ids of the messages to delete. An empty or null answer means that all succeeded; anything unreadable, or an id that
    /// was not in the batch, means that none did.
    /// </summary>
    public static IReadOnlySet<string> Succeeded(ReadOnlyMemory<byte> answer, IReadOnlyCollection<string> batch)
    {
        if (answer.IsEmpty)
        {
            return batch.ToHashSet();
        }

        try
        {
            using var document = JsonDocument.Parse(answer);
            var failed = Failed(document.RootElement);
            return failed is null || !failed.IsSubsetOf(batch) ? new HashSet<string>() : batch.Except(failed).ToHashSet();
        }
        catch (JsonException)
        {
            return new HashSet<string>();
        }
    }

    private static HashSet<string>? Failed(JsonElement answer)
    {
        if (answer.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (!answer.TryGetProperty("batchItemFailures", out var failures) || failures.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (failures.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var ids = new HashSet<string>();
        foreach (var failure in failures.EnumerateArray())
        {
            if (failure.ValueKind != JsonValueKind.Object
                || !failure.TryGetProperty("itemIdentifier", out var id)
                || id.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            ids.Add(id.GetString()!);
        }

        return ids;
    }
}
