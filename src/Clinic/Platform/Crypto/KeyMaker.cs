using System.Security.Cryptography;
using Amazon.KeyManagementService.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;

namespace Clinic.Platform.Crypto;

/// <summary>
/// Draws keys and wraps them, as rows for the transaction that first needs them: KMS wraps a clinic's, the clinic's keys
/// "identities" and "patients" wrap its patients' (ENC-5).
/// </summary>
internal sealed class KeyMaker(TenantSessions sessions, Keyring keyring, TimeProvider clock)
{
    /// <summary>First keys of a new clinic, one per purpose, as rows to insert with the sign-up itself.</summary>
    public Task<IReadOnlyList<FreshKey>> DrawTenantKeys(TenantId tenant, CancellationToken ct) =>
        DrawTenantKeys(tenant, Keyring.FromSignUp.Select(p => (p, 1)), ct);

    /// <summary>New versions of tenant keys, wrapped by KMS.</summary>
    public async Task<IReadOnlyList<FreshKey>> DrawTenantKeys(
        TenantId tenant, IEnumerable<(TenantPurpose Purpose, int Version)> wanted, CancellationToken ct)
    {
        var kms = (await sessions.For(RoleNames.TenantData, tenant, ct)).Kms;
        return await Task.WhenAll(wanted.Select(async key =>
        {
            var made = await kms.GenerateDataKeyAsync(
                new GenerateDataKeyRequest
                {
                    KeyId = sessions.Names.KmsAlias(CloudParts.TenantWrap),
                    NumberOfBytes = DataKey.LengthBytes,
                    EncryptionContext = Keyring.Context(tenant, key.Purpose, key.Version),
                },
                ct);
            var version = new KeyVersion(
                key.Version, clock.GetUtcNow(), DataKey.Owning(NewKeyId(), made.Plaintext.ToArray()));
            var row = KeyRow.Write(Keys.TenantKey(key.Purpose.Name(), key.Version), version, made.CiphertextBlob.ToArray());
            return new FreshKey(KeyRef.Of(key.Purpose), Keyring.CacheName(tenant, KeyRef.Of(key.Purpose)), version, row);
        }));
    }

    /// <summary>
    /// A key of a patient's class in a given version, wrapped by the tenant's key, as a row to insert with what it seals.
    /// </summary>
    public async ValueTask<FreshKey> DrawPatientKey(
        TenantId tenant, KeyRef key, int number, Func<KeyRef, DataKeySet?> fresh, CancellationToken ct)
    {
        var version = new KeyVersion(number, clock.GetUtcNow(), DataKey.Draw(NewKeyId()));
        var row = await Wrap(tenant, key, version, fresh, ct);
        return new FreshKey(key, Keyring.CacheName(tenant, key), version, row);
    }

    /// <summary>
    /// The rows that wrap a patient's keys under the tenant's newest, where they are not there yet. What they wrap, and so what
    /// it sealed, stays as it is.
    /// </summary>
    public async Task<IReadOnlyList<Item>> WrapAnew(TenantId tenant, PatientId patient, CancellationToken ct)
    {
        var rows = await keyring.QueryKeys(tenant, Keys.PatientKeyArea(patient), "", ct);
        var anew = new List<Item>();
        foreach (var row in KeyRow.LastWraps(rows))
        {
            var wrapper = (await keyring.Find(tenant, KeyRow.Wrapper(row.Key), ct))?.Newest?.Number
                ?? throw new KeyGoneException();
            if (KeyRow.Wrap(row.Key) >= wrapper)
            {
                continue;
            }

            var key = KeyRef.Named(patient, KeyRow.ClassName(row.Key));
            var version = await keyring.Unwrap(tenant, row, ct);
            while (rows.Concat(anew).Any(r => r.Key == Keys.PatientKey(key, version.Number, wrapper)))
            {
                version = version with { Number = version.Number + 1 };
            }

            anew.Add(await Wrap(tenant, key, version, Keyring.None, ct));
            version.Key.Dispose();
        }

        return anew;
    }

    private async ValueTask<Item> Wrap(
        TenantId tenant, KeyRef key, KeyVersion version, Func<KeyRef, DataKeySet?> fresh, CancellationToken ct)
    {
        var wrapper = KeyRef.Of(key.WrappedBy);
        var wrap = (fresh(wrapper) ?? await keyring.Find(tenant, wrapper, ct))?.Newest?.Number ?? throw new KeyGoneException();
        var place = Keys.PatientKey(key, version.Number, wrap);
        version.Key.TryUse(0, static (bytes, _, _) => (byte[])bytes.Clone(), out var plain);
        try
        {
            // By the number in the place, not simply the newest: a key drawn between the two look-ups would make them differ.
            var wrapped = await keyring.Seal(tenant, wrapper, wrap, fresh, plain!, Keyring.Aad(tenant, place), ct);
            return KeyRow.Write(place, version, wrapped);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static Guid NewKeyId() => new(RandomNumberGenerator.GetBytes(16));
}
