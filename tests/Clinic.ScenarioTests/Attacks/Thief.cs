using System.Security.Cryptography;
using System.Text;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>A ciphertext and every place for which it might have been sealed.</summary>
internal sealed record SealedBytes(string Where, byte[] Bytes, IReadOnlyList<byte[]> Places);

/// <summary>What was read past the policies: all of its bytes, and which of them are sealed.</summary>
internal sealed record Loot(byte[] Everything, IReadOnlyList<SealedBytes> Sealed)
{
    public static Loot Empty { get; } = new([], []);

    public static Loot Of(TableSpec table, TenantId attacker, TenantId victim, IEnumerable<Item> items)
    {
        using var all = new MemoryStream();
        var found = new List<SealedBytes>();
        foreach (var item in items)
        {
            foreach (var (name, value) in item.Attributes)
            {
                var bytes = value.B?.ToArray();
                all.Write(bytes ?? Encoding.UTF8.GetBytes((value.S ?? value.N ?? "") + "\n"));
                if (bytes is null || name is "h") { continue; }
                found.Add(new SealedBytes($"{table.Name} {item.Key.Sort} {name}", bytes,
                [
                    .. new[] { victim, attacker }.SelectMany(tenant => new[]
                    {
                        SealedPlace.Aad(tenant, table, item, name),
                        FieldCipher.Aad(tenant.Value, Keys.Partition(tenant, item.Key.Area), item.Key.Sort, name, 1),
                    }),
                ]));
            }
        }

        return new Loot(all.ToArray(), found);
    }

    public static Loot Of(TenantId attacker, TenantId victim, string place, byte[] bytes)
    {
        var own = place.Replace($"/{victim}/", $"/{attacker}/", StringComparison.Ordinal);
        IReadOnlyList<byte[]> places =
        [
            FieldCipher.Aad(victim.Value, CloudParts.Incoming.Name, place, "body", 1),
            FieldCipher.Aad(attacker.Value, CloudParts.Incoming.Name, own, "body", 1),
        ];
        return new Loot(bytes, [new SealedBytes(place, bytes, places)]);
    }

    public Loot And(Loot other) => new([.. Everything, .. other.Everything], [.. Sealed, .. other.Sealed]);
}

/// <summary>
/// Who holds the attacker's session and all that it can open: every key of the own clinic, and whatever KMS gives for the
/// victim's wrapped keys under any context that the session may name. Tries all of them on each ciphertext.
/// </summary>
internal sealed class Thief(IReadOnlyList<byte[]> keys, int victims)
{
    public const string Sealed = "sealed";

    /// <summary>What is tried; a thief without keys would find everything sealed.</summary>
    public IReadOnlyList<byte[]> Keys => keys;

    /// <summary>How many keys of the victim KMS gave out.</summary>
    public int KeysOfVictim => victims;

    public static async Task<Thief> Prepare(Scene scene)
    {
        var keyring = scene.App.ApiServices.GetRequiredService<Keyring>();
        var own = scene.Attacker;
        KeyRef[] names =
        [
            .. Enum.GetValues<TenantPurpose>().Select(KeyRef.Of),
            .. new[] { own.Patient, own.Imported }.SelectMany(patient => new[]
            {
                KeyRef.Of(patient, KeyClass.Identity), KeyRef.Of(patient, KeyClass.Clinical),
            }),
        ];
        var keys = new List<byte[]>();
        foreach (var name in names)
        {
            if (await keyring.Find(own.Tenant, name, CancellationToken.None) is { Newest: { } key })
            {
                key.Key.TryUse(0, static (bytes, _, _) => (byte[])bytes.Clone(), out var bytes);
                keys.Add(bytes!);
            }
        }

        var unwrapped = await Unwrapped(scene);
        return new Thief([.. keys, .. unwrapped], unwrapped.Count);
    }

    public Evidence Try(Loot loot)
    {
        if (loot.Everything.Length == 0) { return new Evidence("nothing came out", []); }
        if (loot.Sealed.Count == 0) { return new Evidence("not sealed", loot.Everything); }
        foreach (var one in loot.Sealed)
        {
            foreach (var key in keys)
            {
                foreach (var place in one.Places.Append([]))
                {
                    if (Opened(key, one.Bytes, place) is { } plain) { return new Evidence($"opens: {one.Where}", plain); }
                }
            }
        }

        return new Evidence(Sealed, loot.Everything);
    }

    /// <summary>The victim's tenant keys, as far as KMS opens them for the attacker's session. It should open none.</summary>
    private static async Task<IReadOnlyList<byte[]>> Unwrapped(Scene scene)
    {
        var found = new List<byte[]>();
        var rows = await scene.Off.QueryKeys(Platform.Store.Keys.TenantKeyArea);
        var kms = (await scene.On.Session()).Kms;
        foreach (var wrapped in rows.Sealed)
        {
            foreach (var tenant in new[] { scene.Attacker.Tenant, scene.Victim.Tenant })
            {
                foreach (var purpose in Enum.GetValues<TenantPurpose>())
                {
                    try
                    {
                        var opened = await kms.DecryptAsync(Unwrap(wrapped.Bytes, tenant, purpose.Name()));
                        found.Add(opened.Plaintext.ToArray());
                    }
                    catch (AmazonServiceException)
                    {
                        // Refused by policy, or not of this context: nothing gained, which is what the attacks count on.
                    }
                }
            }
        }

        return found;
    }

    public static DecryptRequest Unwrap(byte[] wrapped, TenantId? tenant, string purpose) => new()
    {
        KeyId = CloudNames.Local.KmsAlias(CloudParts.TenantWrap),
        CiphertextBlob = new MemoryStream(wrapped),
        EncryptionContext = tenant is { } named
            ? new() { ["tenant"] = named.Value, ["purpose"] = purpose, ["version"] = "1" }
            : null,
    };

    private static byte[]? Opened(byte[] key, byte[] sealedBytes, byte[] place)
    {
        try
        {
            return FieldCipher.Open(key, sealedBytes, place);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
