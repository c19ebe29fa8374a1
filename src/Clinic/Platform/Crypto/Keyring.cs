using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Amazon.DynamoDBv2.Model;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.Platform.Crypto;

/// <summary>
/// The key hierarchy: KMS wraps the tenant's keys (context tenant, purpose, version), the tenant's key "patients" wraps each
/// patient's keys by class. Destroying the last wrapped copy of a patient's key is erasure (RET-7).
/// </summary>
internal sealed class Keyring(TenantSessions sessions, KeyCache cache)
{
    /// <summary>What every clinic has: all but the vault's.</summary>
    public static readonly IReadOnlyList<TenantPurpose> FromSignUp =
        [.. Enum.GetValues<TenantPurpose>().Where(p => p != TenantPurpose.Vault)];

    private const string WrappedAttribute = "k";
    private readonly ConcurrentDictionary<TenantId, Lazy<Task>> loading = new();

    /// <summary>The key set of the reference; null when no key was ever made, or when it was destroyed.</summary>
    public async ValueTask<DataKeySet?> Find(TenantId tenant, KeyRef key, CancellationToken ct)
    {
        var name = CacheName(tenant, key);
        if (cache.Find(name) is { } cached)
        {
            return cached;
        }

        if (key.Patient is { } patient)
        {
            return await LoadPatient(tenant, patient, key, ct);
        }

        await LoadTenant(tenant, ct);
        return cache.Find(name);
    }

    /// <summary>
    /// Seals with the newest version. <paramref name="fresh"/> finds keys that the same transaction will insert.
    /// </summary>
    public ValueTask<byte[]> Seal(
        TenantId tenant, KeyRef key, Func<KeyRef, DataKeySet?> fresh, byte[] plain, byte[] aad, CancellationToken ct) =>
        Use(tenant, key, fresh, k => k.Newest, (plain, aad), static (k, id, s) => FieldCipher.Seal(k, id, s.plain, s.aad), ct);

    /// <exception cref="KeyGoneException">The key that sealed it was destroyed.</exception>
    public ValueTask<byte[]> Open(TenantId tenant, KeyRef key, byte[] sealedBytes, byte[] aad, CancellationToken ct)
    {
        var id = FieldCipher.KeyId(sealedBytes);
        return Use(tenant, key, None, k => k.ById(id), (sealedBytes, aad), static (k, _, s) =>
            FieldCipher.Open(k, s.sealedBytes, s.aad), ct);
    }

    /// <summary>Keyed hash of a value under the tenant's index key of one epoch.</summary>
    public ValueTask<TResult> WithIndexKey<TState, TResult>(
        TenantId tenant, int epoch, TState state, Func<byte[], TState, TResult> use, CancellationToken ct) =>
        Use(tenant, KeyRef.Of(TenantPurpose.Index), None, k => k.ByVersion(epoch), (state, use), static (k, _, s) =>
            s.use(k, s.state), ct);

    /// <summary>
    /// Keyed hash under the tenant's intake key. It never changes: an import of next year must find the rows of this one.
    /// </summary>
    public ValueTask<TResult> WithIntakeKey<TState, TResult>(
        TenantId tenant, TState state, Func<byte[], TState, TResult> use, CancellationToken ct) =>
        Use(
            tenant, KeyRef.Of(TenantPurpose.Intake), None, k => k.ByVersion(1), (state, use),
            static (k, _, s) => s.use(k, s.state), ct);

    /// <summary>Applies a key that must exist; loads it again when it was evicted between look-up and use.</summary>
    private async ValueTask<TResult> Use<TState, TResult>(
        TenantId tenant, KeyRef key, Func<KeyRef, DataKeySet?> fresh, Func<DataKeySet, DataKey?> choose, TState state,
        Func<byte[], Guid, TState, TResult> use, CancellationToken ct)
    {
        const int triesMax = 3;
        for (var tries = 0; tries < triesMax; tries++)
        {
            var keys = fresh(key) ?? await Find(tenant, key, ct);
            var chosen = (keys is null ? null : choose(keys)) ?? throw new KeyGoneException();
            if (chosen.TryUse(state, use, out var result))
            {
                return result!;
            }
        }

        throw new CryptographicException("A key was evicted again and again while in use.");
    }

    private static DataKeySet? None(KeyRef key) => null;

    /// <summary>New tenant keys, one per purpose, wrapped by KMS, as rows to insert with the sign-up itself.</summary>
    public Task<IReadOnlyList<FreshKey>> DrawTenantKeys(TenantId tenant, CancellationToken ct) =>
        DrawTenantKeys(tenant, FromSignUp, ct);

    /// <summary>Of some purposes alone: that of the vault is drawn when a clinic opens one.</summary>
    public async Task<IReadOnlyList<FreshKey>> DrawTenantKeys(
        TenantId tenant, IReadOnlyList<TenantPurpose> purposes, CancellationToken ct)
    {
        var kms = (await sessions.For(RoleNames.TenantData, tenant, ct)).Kms;
        return await Task.WhenAll(purposes.Select(async purpose =>
        {
            const int version = 1;
            var made = await kms.GenerateDataKeyAsync(
                new GenerateDataKeyRequest
                {
                    KeyId = sessions.Names.KmsAlias(CloudParts.TenantWrap),
                    NumberOfBytes = DataKey.LengthBytes,
                    EncryptionContext = Context(tenant, purpose, version),
                },
                ct);
            var id = NewKeyId();
            var item = new Item(Keys.TenantKey(purpose.Name(), version))
                .Set("id", id.ToString("N")).Set(WrappedAttribute, made.CiphertextBlob.ToArray());
            return new FreshKey(
                KeyRef.Of(purpose), CacheName(tenant, KeyRef.Of(purpose)), DataKey.Owning(id, made.Plaintext.ToArray()), version,
                item);
        }));
    }

    /// <summary>A first key of a patient's class, wrapped by the tenant's key, as a row to insert with what it seals.</summary>
    public async ValueTask<FreshKey> DrawPatientKey(TenantId tenant, KeyRef key, Func<KeyRef, DataKeySet?> fresh,
        CancellationToken ct)
    {
        const int version = 1;
        var place = Keys.PatientKey(key, version);
        var drawn = DataKey.Draw(NewKeyId());
        drawn.TryUse(0, static (bytes, _, _) => (byte[])bytes.Clone(), out var plain);
        var wrapped = await Seal(tenant, KeyRef.Of(TenantPurpose.Patients), fresh, plain!, Aad(tenant, place), ct);
        CryptographicOperations.ZeroMemory(plain);
        var item = new Item(place).Set("id", drawn.Id.ToString("N")).Set(WrappedAttribute, wrapped);
        return new FreshKey(key, CacheName(tenant, key), drawn, version, item);
    }

    /// <summary>Makes keys usable by others once their rows are committed.</summary>
    public void Admit(FreshKey key) => cache.Add(key.CacheName, new DataKeySet([(key.Version, key.Key)]));

    public void Forget(TenantId tenant, KeyRef key) => cache.Forget(CacheName(tenant, key));

    private async ValueTask<DataKeySet?> LoadPatient(TenantId tenant, PatientId patient, KeyRef key, CancellationToken ct)
    {
        var rows = await QueryKeys(tenant, Keys.PatientKeyArea(patient), key.ClassName + "#", ct);
        if (rows.Count == 0)
        {
            return null;
        }

        var versions = new List<(int, DataKey Key)>();
        try
        {
            foreach (var row in rows)
            {
                var wrapped = row.Bytes(WrappedAttribute)!;
                var plain = await Open(tenant, KeyRef.Of(TenantPurpose.Patients), wrapped, Aad(tenant, row.Key), ct);
                versions.Add((VersionOf(row.Key), DataKey.Owning(Guid.ParseExact(row.Need("id"), "N"), plain)));
            }
        }
        catch
        {
            versions.ForEach(v => v.Key.Dispose());
            throw;
        }

        var loaded = new DataKeySet(versions);
        cache.Add(CacheName(tenant, key), loaded);
        return loaded;
    }

    /// <summary>
    /// One flight per tenant: a cold tenant costs one Query and one KMS call per key, however many requests wait. A failed one is
    /// over for those who waited, and the next caller begins another.
    /// </summary>
    private Task LoadTenant(TenantId tenant, CancellationToken ct) =>
        loading.GetOrAdd(tenant, t => new Lazy<Task>(() => Flight(t))).Value.WaitAsync(ct);

    private async Task Flight(TenantId tenant)
    {
        try
        {
            // Not the token of the request that happens to be first: others wait for the same flight.
            await LoadTenantKeys(tenant, CancellationToken.None);
        }
        finally
        {
            loading.TryRemove(tenant, out _);
        }
    }

    private async Task LoadTenantKeys(TenantId tenant, CancellationToken ct)
    {
        var rows = await QueryKeys(tenant, Keys.TenantKeyArea, "", ct);
        var kms = (await sessions.For(RoleNames.TenantData, tenant, ct)).Kms;
        var sets = Enum.GetValues<TenantPurpose>().ToDictionary(p => p, p => rows
            .Where(r => r.Key.Sort.StartsWith(p.Name() + "#", StringComparison.Ordinal))
            .Select(r => Unwrap(kms, tenant, p, r)).ToList());
        try
        {
            await Task.WhenAll(sets.Values.SelectMany(u => u));
        }
        catch
        {
            foreach (var unwrapped in sets.Values.SelectMany(u => u).Where(u => u.IsCompletedSuccessfully))
            {
                (await unwrapped).Key.Dispose();
            }

            throw;
        }

        foreach (var (purpose, keys) in sets.Where(s => s.Value.Count > 0))
        {
            cache.Add(CacheName(tenant, KeyRef.Of(purpose)), new DataKeySet(await Task.WhenAll(keys)));
        }
    }

    private async Task<(int Version, DataKey Key)> Unwrap(IAmazonKeyManagementService kms, TenantId tenant, TenantPurpose purpose,
        Item row)
    {
        var version = VersionOf(row.Key);
        var answer = await kms.DecryptAsync(new DecryptRequest
        {
            KeyId = sessions.Names.KmsAlias(CloudParts.TenantWrap),
            CiphertextBlob = new MemoryStream(row.Bytes(WrappedAttribute)!),
            EncryptionContext = Context(tenant, purpose, version),
        });
        return (version, DataKey.Owning(Guid.ParseExact(row.Need("id"), "N"), answer.Plaintext.ToArray()));
    }

    private async Task<List<Item>> QueryKeys(TenantId tenant, string area, string sortPrefix, CancellationToken ct)
    {
        var clients = await sessions.For(RoleNames.TenantData, tenant, ct);
        var values = new Dictionary<string, AttributeValue> { [":pk"] = new() { S = Keys.Partition(tenant, area) } };
        if (sortPrefix.Length > 0)
        {
            values[":sk"] = new() { S = sortPrefix };
        }

        var answer = await clients.Dynamo.QueryAsync(
            new QueryRequest
            {
                TableName = sessions.Names.Table(CloudParts.Keys),
                KeyConditionExpression = sortPrefix.Length > 0 ? "pk = :pk AND begins_with(sk, :sk)" : "pk = :pk",
                ExpressionAttributeValues = values,
                ConsistentRead = true,
                ReturnConsumedCapacity = Amazon.DynamoDBv2.ReturnConsumedCapacity.TOTAL,
            },
            ct);
        return [.. (answer.Items ?? []).Select(a => new Item(new Key(area, a["sk"].S), a))];
    }

    private static Dictionary<string, string> Context(TenantId tenant, TenantPurpose purpose, int version) => new()
    {
        ["tenant"] = tenant.Value,
        ["purpose"] = purpose.Name(),
        ["version"] = version.ToString(CultureInfo.InvariantCulture),
    };

    private static byte[] Aad(TenantId tenant, Key place) =>
        FieldCipher.Aad(tenant.Value, Keys.Partition(tenant, place.Area), place.Sort, WrappedAttribute, 1);

    private static int VersionOf(Key place) => int.Parse(place.Sort.AsSpan(place.Sort.LastIndexOf('#') + 1),
        CultureInfo.InvariantCulture);

    private static Guid NewKeyId() => new(RandomNumberGenerator.GetBytes(16));

    internal static string CacheName(TenantId tenant, KeyRef key) => key.Patient is { } patient
        ? $"{tenant.Value}/{patient.Value:N}/{key.ClassName}"
        : $"{tenant.Value}/{key.Purpose.Name()}";
}

/// <summary>A key whose row is not committed yet.</summary>
internal sealed record FreshKey(KeyRef Ref, string CacheName, DataKey Key, int Version, Item Row);

/// <summary>The key that sealed this was destroyed: the data is erased. Readers answer as if it were absent.</summary>
public sealed class KeyGoneException() : InvalidOperationException("The key of this data was destroyed.");
