using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;

namespace Clinic.Platform.Store;

/// <summary>
/// One row. Plain attributes hold ids, codes and instants only; anything that a person could be known by is given to
/// <see cref="Seal{T}"/> and leaves this process as ciphertext: <see cref="TenantStore.Commit"/> seals it for its place.
/// </summary>
public sealed class Item
{
    public const string VersionAttribute = "v";
    private const string SchemaAttribute = "sv";

    internal Item(Key key, int schema = 1)
    {
        Key = key;
        Schema = schema;
        Attributes = [];
    }

    internal Item(Key key, Dictionary<string, AttributeValue> attributes)
    {
        Key = key;
        Attributes = attributes;
        Schema = Has(SchemaAttribute) ? (int)Number(SchemaAttribute) : 1;
    }

    public Key Key { get; }

    /// <summary>Schema version of the sealed bodies; part of what they authenticate.</summary>
    public int Schema { get; }

    /// <summary>Version for If-Match; 0 when the item has none.</summary>
    public long Version => Has(VersionAttribute) ? Number(VersionAttribute) : 0;

    internal Dictionary<string, AttributeValue> Attributes { get; }

    internal List<ToSeal> Seals { get; } = [];

    public Item Set(string name, string value)
    {
        Attributes[name] = new AttributeValue { S = value };
        return this;
    }

    public Item Set(string name, long value)
    {
        Attributes[name] = new AttributeValue { N = value.ToString(CultureInfo.InvariantCulture) };
        return this;
    }

    public Item Set(string name, DateTimeOffset instant) => Set(name, Instants.Text(instant));

    public Item Set(string name, byte[] value)
    {
        Attributes[name] = new AttributeValue { B = new MemoryStream(value) };
        return this;
    }

    public Item SetVersion(long version) => Set(VersionAttribute, version);

    /// <summary>Housekeeping only: DynamoDB may take days. What must be gone by a deadline has a clock.</summary>
    public Item SetExpiry(DateTimeOffset at) => Set("ttl", at.ToUnixTimeSeconds());

    /// <summary>Puts the item on the due index, in a shard chosen by its key.</summary>
    public Item SetDue(DateTimeOffset at) =>
        Set(CloudParts.DueIndex.PartitionKey, Keys.DueShard(DueShards.Of(Key))).Set(CloudParts.DueIndex.SortKey, at);

    public Item Seal<T>(string name, T value, JsonTypeInfo<T> shape, KeyRef key) =>
        Seal(name, JsonSerializer.SerializeToUtf8Bytes(value, shape), key);

    /// <param name="within">
    /// A second key around the first: the value opens while both live, so either can end it (a patient's, and the vault's).
    /// </param>
    public Item Seal(string name, byte[] plain, KeyRef key, KeyRef? within = null)
    {
        Seals.Add(new ToSeal(name, plain, key, within));
        return this;
    }

    public bool Has(string name) => Attributes.ContainsKey(name);

    public string? Text(string name) => Attributes.TryGetValue(name, out var value) ? value.S : null;

    /// <exception cref="InvalidOperationException">The attribute is missing: the row is not what its key says.</exception>
    public string Need(string name) =>
        Text(name) ?? throw new InvalidOperationException($"An item of {Key.Sort} has no attribute '{name}'.");

    public long Number(string name) =>
        Attributes.TryGetValue(name, out var value) && value.N is { } digits
            ? long.Parse(digits, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"An item of {Key.Sort} has no number '{name}'.");

    public DateTimeOffset Instant(string name) => Instants.Parse(Need(name));

    public byte[]? Bytes(string name) => Attributes.TryGetValue(name, out var value) ? value.B?.ToArray() : null;

    internal sealed record ToSeal(string Name, byte[] Plain, KeyRef Key, KeyRef? Within);
}
