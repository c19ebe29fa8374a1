using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Testing;

namespace Clinic.ScenarioTests.Encryption;

/// <summary>What a backup of one moment holds of a clinic: its rows and its keys as they stood.</summary>
internal sealed class CopiedRows(
    string clinic, IReadOnlyList<Dictionary<string, AttributeValue>> records,
    IReadOnlyList<Dictionary<string, AttributeValue>> trail, IReadOnlyList<Dictionary<string, AttributeValue>> keys)
{
    public static async Task<CopiedRows> Take(ClinicApp app, string clinic) => new(
        clinic,
        [.. (await app.Raw.Of(clinic, CloudParts.Records)).Values],
        [.. (await app.Raw.Of(clinic, CloudParts.Audit)).Values],
        [.. (await app.Raw.Of(clinic, CloudParts.Keys)).Values]);

    /// <summary>Search items of a patient, by the token in their place.</summary>
    public IEnumerable<string> SearchItems(string patientHex) => records
        .Where(r => r["sk"].S == patientHex && r["pk"].S.Contains("#IDX#", StringComparison.Ordinal)).Select(r => r["pk"].S);

    /// <summary>
    /// Every sealed value of a patient, and how many of them open with the keys that the store has now: rows of hers, spilled
    /// objects of hers, and what the trail keeps of her before and after changes.
    /// </summary>
    public async Task<(int Sealed, int Opened)> TryToOpen(StoreParts parts, Platform.Access.PatientId patient)
    {
        var tenant = Platform.Access.TenantId.Parse(clinic);
        var (count, opened) = (0, 0);
        foreach (var (table, row, name, key) in SealedOf(patient))
        {
            var area = row["pk"].S[$"T#{clinic}#".Length..];
            var item = new Item(new Platform.Store.Key(area, row["sk"].S), row);
            var bytes = name.EndsWith("_at", StringComparison.Ordinal)
                ? await parts.Spill.Get(tenant, item.Need(name), CancellationToken.None)
                : item.Bytes(name)!;
            count++;
            try
            {
                var aad = SealedPlace.Aad(tenant, table, item, name.Replace("_at", "", StringComparison.Ordinal));
                await parts.Keyring.Open(tenant, key, bytes, aad, CancellationToken.None);
                opened++;
            }
            catch (KeyGoneException)
            {
                continue;
            }
        }

        return (count, opened);
    }

    /// <summary>Puts the keys back, as a restore does, into a table of the account.</summary>
    public async Task RestoreKeys(ClinicApp app, string table)
    {
        using var admin = AdminClients.DynamoDb(app.Cloud.StandIns.DynamoDb);
        foreach (var row in keys)
        {
            await admin.PutItemAsync(table, row);
        }
    }

    private IEnumerable<(TableSpec Table, Dictionary<string, AttributeValue> Row, string Name, KeyRef Key)> SealedOf(
        Platform.Access.PatientId patient)
    {
        var area = $"T#{clinic}#PAT#{Keys.Hex(patient.Value)}";
        foreach (var row in records.Where(r => r["pk"].S == area))
        {
            foreach (var name in row.Keys.Where(n => n is "b" or "c" or "u" or "b_at"))
            {
                var kept = row["sk"].S.StartsWith("FHIR#", StringComparison.Ordinal)
                    || row["sk"].S.StartsWith("FHV#", StringComparison.Ordinal);
                var ofRecord = row["sk"].S.StartsWith("CH", StringComparison.Ordinal);
                yield return (CloudParts.Records, row, name, kept
                    ? Records.FhirRow.KeyOf(patient, new Item(new Platform.Store.Key("", row["sk"].S), row))
                    : KeyRef.Of(patient, ofRecord ? KeyClass.Clinical : KeyClass.Identity));
            }
        }

        foreach (var entry in trail.Where(e => e.ContainsKey("x") && e["pat"].S == patient.ToString()))
        {
            yield return (CloudParts.Audit, entry, "x", KeyRef.Named(patient, entry["xk"].S));
        }
    }
}
