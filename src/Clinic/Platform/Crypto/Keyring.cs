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
/// The key hierarchy: KMS wraps the tenant's keys (context tenant, purpose, version), the tenant's key "identities" wraps the
/// identity key of each patient, and "patients" her others. Destroying the last wrapped copy of a patient's key is erasure
/// (RET-7).
/// </summary>
internal sealed class Keyring(TenantSessions sessions, KeyCache cache)
{
    /// <summary>What every clinic has: all but the vault's and those of its exports.</summary>
    public static readonly IReadOnlyList<TenantPurpose> FromSignUp =
        [.. Enum.GetValues<TenantPurpose>().Where(p => p is not (TenantPurpose.Vault or TenantPurpose.Exports))];

    private readonly ConcurrentDictionary<KeyUser, Lazy<Task>> loading = new();

    /// <summary>The key set of the reference; null when no key was ever made, or when it was destroyed.</summary>
    public async ValueTask<DataKeySet?> Find(KeyUser user, KeyRef key, CancellationToken ct)
    {
        var name = CacheName(user, key);
        if (cache.Find(name) is { } cached)
        {
            return cached;
        }

        if (key.Patient is { } patient)
        {
            return await LoadPatient(user, patient, key, ct);
        }

        if (!user.Purposes.Contains(key.Purpose))
        {
            return null;
        }

        await LoadTenant(user, ct);
        return cache.Find(name);
    }

    /// <summary>
    /// Seals with the newest version. <paramref name="fresh"/> finds keys that the same transaction will insert.
    /// </summary>
    public ValueTask<byte[]> Seal(
        KeyUser user, KeyRef key, Func<KeyRef, DataKeySet?> fresh, byte[] plain, byte[] aad, CancellationToken ct) =>
        Use(user, key, fresh, static k => k.Newest?.Key, (plain, aad), static (k, id, s) =>
            FieldCipher.Seal(k, id, s.plain, s.aad), ct);

    /// <summary>Seals with one version, whichever is the newest.</summary>
    public ValueTask<byte[]> Seal(
        KeyUser user, KeyRef key, int number, Func<KeyRef, DataKeySet?> fresh, byte[] plain, byte[] aad,
        CancellationToken ct) =>
        Use(user, key, fresh, k => k.ByNumber(number), (plain, aad), static (k, id, s) =>
            FieldCipher.Seal(k, id, s.plain, s.aad), ct);

    /// <exception cref="KeyGoneException">The key that sealed it was destroyed.</exception>
    public ValueTask<byte[]> Open(KeyUser user, KeyRef key, byte[] sealedBytes, byte[] aad, CancellationToken ct)
    {
        var id = FieldCipher.KeyId(sealedBytes);
        return Use(user, key, None, k => k.ById(id), (sealedBytes, aad), static (k, _, s) =>
            FieldCipher.Open(k, s.sealedBytes, s.aad), ct);
    }

    /// <summary>Keyed hash of a value under the tenant's index key of one epoch.</summary>
    public ValueTask<TResult> WithIndexKey<TState, TResult>(
        KeyUser user, int epoch, TState state, Func<byte[], TState, TResult> use, CancellationToken ct) =>
        Use(user, KeyRef.Of(TenantPurpose.Index), None, k => k.ByNumber(epoch), (state, use), static (k, _, s) =>
            s.use(k, s.state), ct);

    /// <summary>
    /// Keyed hash under the tenant's intake key. It never changes: an import of next year must find the rows of this one.
    /// </summary>
    public ValueTask<TResult> WithIntakeKey<TState, TResult>(
        KeyUser user, TState state, Func<byte[], TState, TResult> use, CancellationToken ct) =>
        Use(
            user, KeyRef.Of(TenantPurpose.Intake), None, static k => k.ByNumber(1), (state, use),
            static (k, _, s) => s.use(k, s.state), ct);

    /// <summary>
    /// Applies a key that must exist. Loads again when it was evicted between look-up and use, and once when the version that is
    /// asked for is not among those in memory: another process may have drawn it since.
    /// </summary>
    private async ValueTask<TResult> Use<TState, TResult>(
        KeyUser user, KeyRef key, Func<KeyRef, DataKeySet?> fresh, Func<DataKeySet, DataKey?> choose, TState state,
        Func<byte[], Guid, TState, TResult> use, CancellationToken ct)
    {
        const int triesMax = 3;
        var loaded = false;
        for (var tries = 0; tries < triesMax; tries++)
        {
            var held = fresh(key) ?? cache.Find(CacheName(user, key));
            var keys = held ?? await Find(user, key, ct);
            var chosen = keys is null ? null : choose(keys);
            if (chosen is null && held is not null && !loaded)
            {
                loaded = true;
                Forget(user, key);
                continue;
            }

            if (chosen is null)
            {
                throw new KeyGoneException();
            }

            if (chosen.TryUse(state, use, out var result))
            {
                return result!;
            }
        }

        throw new CryptographicException("A key was evicted again and again while in use.");
    }

    internal static DataKeySet? None(KeyRef key) => null;

    /// <summary>
    /// Makes keys usable by others once their rows are committed. A later version is loaded with those before it.
    /// </summary>
    public void Admit(FreshKey key)
    {
        if (key.Version.Number == 1)
        {
            cache.Add(key.CacheName, new DataKeySet([key.Version]));
        }
        else
        {
            cache.Forget(key.CacheName);
            key.Version.Key.Dispose();
        }
    }

    public void Forget(KeyUser user, KeyRef key) => cache.Forget(CacheName(user, key));

    /// <summary>
    /// Drops the keys and credentials that this process holds for a clinic's work, as soon as it learns of a freeze. The keys
    /// that notices need are in memory apart from them, and stay.
    /// </summary>
    public void ForgetClinic(TenantId tenant)
    {
        cache.ForgetAll($"{tenant.Value}/");
        sessions.Forget(tenant);
    }

    private async ValueTask<DataKeySet?> LoadPatient(KeyUser user, PatientId patient, KeyRef key, CancellationToken ct)
    {
        var rows = await QueryKeys(user, Keys.PatientKeyArea(patient), key.ClassName + "#", ct);
        if (rows.Count == 0)
        {
            return null;
        }

        var versions = new List<KeyVersion>();
        try
        {
            foreach (var row in KeyRow.LastWraps(rows))
            {
                versions.Add(await Unwrap(user, row, ct));
            }
        }
        catch
        {
            versions.ForEach(v => v.Key.Dispose());
            throw;
        }

        var loaded = new DataKeySet(versions);
        cache.Add(CacheName(user, key), loaded);
        return loaded;
    }

    /// <summary>A patient's key out of its row.</summary>
    public async Task<KeyVersion> Unwrap(KeyUser user, Item row, CancellationToken ct)
    {
        var wrapped = row.Bytes(KeyRow.Wrapped)!;
        var plain = await Open(user, KeyRow.Wrapper(row.Key), wrapped, Aad(user.Tenant, row.Key), ct);
        return KeyRow.Read(row, KeyRow.Number(row.Key), plain);
    }

    /// <summary>
    /// One flight per tenant: a cold tenant costs one Query and one KMS call per key, however many requests wait. A failed one is
    /// over for those who waited, and the next caller begins another.
    /// </summary>
    private Task LoadTenant(KeyUser user, CancellationToken ct) =>
        loading.GetOrAdd(user, u => new Lazy<Task>(() => Flight(u))).Value.WaitAsync(ct);

    private async Task Flight(KeyUser user)
    {
        try
        {
            // Not the token of the request that happens to be first: others wait for the same flight.
            await LoadTenantKeys(user, CancellationToken.None);
        }
        finally
        {
            loading.TryRemove(user, out _);
        }
    }

    private async Task LoadTenantKeys(KeyUser user, CancellationToken ct)
    {
        var rows = await QueryKeys(user, Keys.TenantKeyArea, "", ct);
        var kms = (await sessions.For(user.Role, user.Tenant, ct)).Kms;
        var sets = user.Purposes.ToDictionary(p => p, p => rows
            .Where(r => r.Key.Sort.StartsWith(p.Name() + "#", StringComparison.Ordinal))
            .Select(r => Unwrap(kms, user.Tenant, p, r)).ToList());
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
            cache.Add(CacheName(user, KeyRef.Of(purpose)), new DataKeySet(await Task.WhenAll(keys)));
        }
    }

    private async Task<KeyVersion> Unwrap(IAmazonKeyManagementService kms, TenantId tenant, TenantPurpose purpose, Item row)
    {
        var number = KeyRow.TenantNumber(row.Key);
        var answer = await kms.DecryptAsync(new DecryptRequest
        {
            KeyId = sessions.Names.KmsAlias(CloudParts.TenantWrap),
            CiphertextBlob = new MemoryStream(row.Bytes(KeyRow.Wrapped)!),
            EncryptionContext = Context(tenant, purpose, number),
        });
        return KeyRow.Read(row, number, answer.Plaintext.ToArray());
    }

    public async Task<List<Item>> QueryKeys(KeyUser user, string area, string sortPrefix, CancellationToken ct)
    {
        var clients = await sessions.For(user.Role, user.Tenant, ct);
        var values = new Dictionary<string, AttributeValue> { [":pk"] = new() { S = Keys.Partition(user.Tenant, area) } };
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

    internal static Dictionary<string, string> Context(TenantId tenant, TenantPurpose purpose, int version) => new()
    {
        ["tenant"] = tenant.Value,
        ["purpose"] = purpose.Name(),
        ["version"] = version.ToString(CultureInfo.InvariantCulture),
    };

    internal static byte[] Aad(TenantId tenant, Key place) =>
        FieldCipher.Aad(tenant.Value, Keys.Partition(tenant, place.Area), place.Sort, KeyRow.Wrapped, 1);

    internal static string CacheName(KeyUser user, KeyRef key) => key.Patient is { } patient
        ? $"{user.CachePrefix}{patient.Value:N}/{key.ClassName}"
        : $"{user.CachePrefix}{key.Purpose.Name()}";
}

/// <summary>A key whose row is not committed yet.</summary>
internal sealed record FreshKey(KeyRef Ref, string CacheName, KeyVersion Version, Item Row);

/// <summary>The key that sealed this was destroyed: the data is erased. Readers answer as if it were absent.</summary>
public sealed class KeyGoneException() : InvalidOperationException("The key of this data was destroyed.");
