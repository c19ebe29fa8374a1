using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>Keys that STS gave out, found again from the token alone: a restart of the gate ends no session.</summary>
/// <param name="Secret">What the holder signs with.</param>
internal sealed record Session(string AccessKey, string Secret, GatePrincipal Principal, DateTimeOffset Expires);

/// <summary>
/// Seals sessions into their tokens with AES-GCM, so that nobody but this gate can make one and it need remember none. The token
/// binds role, tags, expiry and access key to the secret.
/// </summary>
internal sealed class Sessions(byte[] key)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public (Session Session, string Token) Issue(
        RoleSpec role, string name, IReadOnlyDictionary<string, string> tags, DateTimeOffset expires)
    {
        var session = new Session(
            "ASIALOCAL" + Convert.ToHexString(RandomNumberGenerator.GetBytes(6)),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
            new GatePrincipal(role, name, tags),
            expires);
        return (session, Seal(Write(session)));
    }

    /// <summary>Null when the token was not made here, or belongs to another access key.</summary>
    public Session? Open(string accessKey, string token)
    {
        var blob = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, blob, out var length) || length <= NonceLength + TagLength) { return null; }
        var plain = new byte[length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(
                blob.AsSpan(0, NonceLength),
                blob.AsSpan(NonceLength, plain.Length),
                blob.AsSpan(NonceLength + plain.Length, TagLength),
                plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Read(plain) is { } session && session.AccessKey == accessKey ? session : null;
    }

    private string Seal(byte[] plain)
    {
        var blob = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(blob.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            blob.AsSpan(0, NonceLength),
            plain,
            blob.AsSpan(NonceLength, plain.Length),
            blob.AsSpan(NonceLength + plain.Length, TagLength));
        return Convert.ToBase64String(blob);
    }

    private static byte[] Write(Session session)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("key", session.AccessKey);
            writer.WriteString("secret", session.Secret);
            writer.WriteString("role", session.Principal.Role.Name);
            writer.WriteString("name", session.Principal.Session);
            writer.WriteNumber("expires", session.Expires.ToUnixTimeMilliseconds());
            writer.WriteStartObject("tags");
            foreach (var (tag, value) in session.Principal.Tags) { writer.WriteString(tag, value); }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static Session? Read(byte[] plain)
    {
        using var json = JsonDocument.Parse(plain);
        var root = json.RootElement;
        string Text(string name) => root.GetProperty(name).GetString()!;
        if (Roles.Find(Text("role")) is not { } role) { return null; }
        var tags = root.GetProperty("tags").EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!);
        return new Session(
            Text("key"),
            Text("secret"),
            new GatePrincipal(role, Text("name"), tags),
            DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("expires").GetInt64()));
    }
}
