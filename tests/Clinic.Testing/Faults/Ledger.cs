using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;

namespace Clinic.Testing.Faults;

/// <summary>
/// All rows of some tenants at one moment, past the gate. What an act did is told by the kinds of rows that came, went or
/// changed, so that "exactly once", "nothing" and "half of it" are three different answers.
/// </summary>
public sealed class Ledger
{
    private static readonly TableSpec[] Watched = [CloudParts.Records, CloudParts.Keys, CloudParts.Audit];

    /// <summary>Notes of tries, of which a fault may make more: the act itself is told by another entry.</summary>
    private static readonly HashSet<string> NotesOfTries =
    [
        nameof(AuditAction.MailQueued), nameof(AuditAction.MailRefused), nameof(AuditAction.MailDoubted),
        nameof(AuditAction.MailAccepted), nameof(AuditAction.MessageRefused),
    ];

    private readonly Dictionary<string, (string Kind, string Print)> rows = new(StringComparer.Ordinal);

    /// <summary>Entries of the trails, as they stand.</summary>
    public List<Dictionary<string, AttributeValue>> Trail { get; } = [];

    public static async Task<Ledger> Take(RawTables raw, IReadOnlyCollection<string> tenants)
    {
        var ledger = new Ledger();
        foreach (var (table, tenant) in Watched.SelectMany(w => tenants.Select(t => (w, t))))
        {
            foreach (var row in await raw.All(table, $"T#{tenant}#"))
            {
                ledger.Add(table, row);
            }
        }

        return ledger;
    }

    /// <summary>What came, went and changed since an earlier moment, sorted: "+PAT HEAD", "-IDX P", "~OUT".</summary>
    public IReadOnlyList<string> Since(Ledger before)
    {
        var came = rows.Where(r => !before.rows.ContainsKey(r.Key)).Select(r => "+" + r.Value.Kind);
        var went = before.rows.Where(r => !rows.ContainsKey(r.Key)).Select(r => "-" + r.Value.Kind);
        var changed = rows.Where(r => before.rows.TryGetValue(r.Key, out var old) && old.Print != r.Value.Print)
            .Select(r => "~" + r.Value.Kind);
        return [.. came.Concat(went).Concat(changed).Where(k => !IsNote(k)).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Entries "requested" of an action that are new since an earlier moment: without one, nothing may be disclosed.
    /// </summary>
    public int RequestedSince(Ledger before) =>
        rows.Count(r => r.Value.Kind.EndsWith(" Requested", StringComparison.Ordinal) && !before.rows.ContainsKey(r.Key));

    /// <summary>Reads and refusals leave an entry each time that they are tried; acts that are done leave one.</summary>
    private static bool IsNote(string kind) => kind.StartsWith("+AUD ", StringComparison.Ordinal)
        && (!kind.EndsWith(" Done", StringComparison.Ordinal) || NotesOfTries.Contains(kind.Split(' ')[1]));

    private void Add(TableSpec table, Dictionary<string, AttributeValue> row)
    {
        if (table == CloudParts.Audit)
        {
            Trail.Add(row);
        }

        rows.Add($"{table.Name}|{row["pk"].S}|{row["sk"].S}", (Kind(table, row), Print(row)));
    }

    private static string Kind(TableSpec table, Dictionary<string, AttributeValue> row)
    {
        if (table == CloudParts.Audit)
        {
            return $"AUD {row["a"].S} {row["o"].S}";
        }

        var area = row["pk"].S.Split('#').Skip(2).ToArray();
        var sort = row["sk"].S.Split('#')[0];
        return area[0] switch
        {
            "IDX" => $"IDX {area[2]}",
            "CLK" => $"CLK {area[1]}",
            "PAT" or "KEY" or "MEM" or "INC" or "IMP" => $"{area[0]} {sort}",
            var other => other,
        };
    }

    private static string Print(Dictionary<string, AttributeValue> row)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in row.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('=').Append(value.S ?? value.N).Append(value.B is null ? ""
                : Convert.ToBase64String(value.B.ToArray())).Append(';');
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
