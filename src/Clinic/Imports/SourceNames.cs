using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Records;

namespace Clinic.Imports;

/// <summary>
/// Names of foreign things in our keys: keyed hashes, because a foreign id may be a number that a person is known by. Of a
/// clinic's own key, so that the same file at two clinics gives nothing that could be linked (ISO-4).
/// </summary>
internal sealed class SourceNames(Keyring keyring)
{
    private const int TokenBytes = 16;

    public ValueTask<string> Resource(TenantId tenant, string source, string type, string id, CancellationToken ct) =>
        Mac(tenant, $"resource\0{source}\0{type}\0{id}", ct);

    public async ValueTask<Key> Patient(TenantId tenant, string source, string reference, CancellationToken ct) =>
        Keys.Source(await Mac(tenant, $"patient\0{source}\0{reference}", ct));

    /// <summary>What two contents are compared by; keyed, because a short resource could be guessed from a plain hash.</summary>
    public ValueTask<string> Content(TenantId tenant, ReadOnlyMemory<byte> json, CancellationToken ct) =>
        Mac(tenant, "content\0" + Convert.ToHexStringLower(FhirText.Hash(json.Span)), ct);

    /// <summary>
    /// The upload key of a file that a resource brings along: two workers that take one step at once lay the same object.
    /// </summary>
    public async ValueTask<UploadKey> UploadKeyOf(TenantId tenant, string token, CancellationToken ct) => new(
        await keyring.WithIntakeKey(
            tenant, "upload\0" + token, static (key, t) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(t)), ct));

    private ValueTask<string> Mac(TenantId tenant, string text, CancellationToken ct) => keyring.WithIntakeKey(
        tenant, text, static (key, t) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(t)).AsSpan(0, TokenBytes)), ct);
}
