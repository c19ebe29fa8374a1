using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>KMS without KMS: wraps and unwraps under keys of its own, and enforces the encryption context as AWS does.</summary>
internal sealed class KmsService(Authorizer authorizer, KeyFolder keys) : IGateService
{
    private const string TargetPrefix = "TrentService.";
    private const int PlaintextMax = 4096;
    private const int DataKeyMax = 1024;

    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    private readonly KmsBlobs _blobs = new(keys);
    private readonly KmsSignatures _signatures = new(authorizer, keys);

    public GateCall Understand(GateRequest request)
    {
        var target = request.Wire.Headers["X-Amz-Target"].ToString();
        if (!target.StartsWith(TargetPrefix, StringComparison.Ordinal)) { throw Unsupported(target); }
        var operation = target[TargetPrefix.Length..];
        using var json = Parse(request.Body);
        var body = json.RootElement;
        var (key, alias) = KeyOf(operation, body);
        var context = request.Principal.Context(authorizer.Names);
        if (alias is not null) { context.Set("kms:RequestAlias", alias); }
        var pairs = EncryptionContext(body);
        if (operation == "Sign" && Text(body, "SigningAlgorithm") is { } algorithm)
        {
            context.Set("kms:SigningAlgorithm", algorithm);
        }

        foreach (var (name, value) in pairs) { context.Set("kms:EncryptionContext:" + name, value); }
        if (pairs.Count > 0) { context.Set("kms:EncryptionContextKeys", [.. pairs.Keys]); }
        return request.Call(operation, [new PolicyRequest("kms:" + operation, authorizer.Arns.Key(key), context)]);
    }

    public string? Refusal(GateRequest request, GateCall call) => authorizer.Refusal(request.Principal, call.Requests);

    public Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct)
    {
        using var json = Parse(request.Body);
        var body = json.RootElement;
        var (key, _) = KeyOf(call.Operation, body);
        var context = EncryptionContext(body);
        if (key.Signing != (call.Operation is "Sign" or "GetPublicKey"))
        {
            throw new GateFaultException(400, "InvalidKeyUsageException", "The key is not for this operation.");
        }

        var answer = call.Operation switch
        {
            "Sign" => _signatures.Sign(key, body),
            "GetPublicKey" => _signatures.PublicKey(key),
            "GenerateDataKey" => DataKey(key, Length(body), context, withPlaintext: true),
            "GenerateDataKeyWithoutPlaintext" => DataKey(key, Length(body), context, withPlaintext: false),
            "Encrypt" => Write(key, _blobs.Seal(key, Bytes(body, "Plaintext", PlaintextMax), context), plaintext: null),
            "Decrypt" => Write(key, blob: null, _blobs.Open(Bytes(body, "CiphertextBlob", int.MaxValue), context)),
            _ => throw Unsupported(call.Operation),
        };
        return Task.FromResult(answer);
    }

    private GateAnswer DataKey(KmsKeySpec key, int length, IReadOnlyDictionary<string, string> context, bool withPlaintext)
    {
        var plaintext = RandomNumberGenerator.GetBytes(length);
        return Write(key, _blobs.Seal(key, plaintext, context), withPlaintext ? plaintext : null);
    }

    private GateAnswer Write(KmsKeySpec key, byte[]? blob, byte[]? plaintext)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (blob is not null) { writer.WriteBase64String("CiphertextBlob", blob); }
            if (plaintext is not null) { writer.WriteBase64String("Plaintext", plaintext); }
            writer.WriteString("KeyId", authorizer.Arns.Key(key));
            writer.WriteString("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
            writer.WriteEndObject();
        }

        return new GateAnswer(200, "application/x-amz-json-1.1", buffer.WrittenMemory);
    }

    /// <summary>Decrypt takes the key from the blob; a key named beside it must be the same one.</summary>
    private (KmsKeySpec Key, string? Alias) KeyOf(string operation, JsonElement body)
    {
        var named = Text(body, "KeyId");
        (KmsKeySpec Key, string? Alias)? found = named is null ? null : Named(named);
        if (operation != "Decrypt") { return found ?? throw Invalid("KeyId is missing."); }
        var ofBlob = KmsBlobs.KeyOf(Bytes(body, "CiphertextBlob", int.MaxValue));
        if (found is { } both && both.Key != ofBlob)
        {
            throw new GateFaultException(
                400,
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this operation.");
        }

        return (ofBlob, found?.Alias);
    }

    private (KmsKeySpec Key, string? Alias) Named(string id)
    {
        foreach (var key in CloudParts.KmsKeys)
        {
            var aliasArn = authorizer.Names.KmsAlias(key);
            var alias = aliasArn[aliasArn.IndexOf("alias/", StringComparison.Ordinal)..];
            if (id == aliasArn || id == alias) { return (key, alias); }
            var arn = authorizer.Arns.Key(key);
            if (id == arn || arn.EndsWith(":key/" + id, StringComparison.Ordinal)) { return (key, null); }
        }

        throw new GateFaultException(400, "NotFoundException", $"{id} is not found.");
    }

    private static SortedDictionary<string, string> EncryptionContext(JsonElement body)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!body.TryGetProperty("EncryptionContext", out var given) || given.ValueKind == JsonValueKind.Null) { return pairs; }
        if (given.ValueKind != JsonValueKind.Object) { throw Invalid("EncryptionContext is no map."); }
        foreach (var pair in given.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String)
            {
                throw Invalid("Encryption context values are strings.");
            }

            // Condition keys compare without case, the context with: "Tenant" beside "tenant" would leave one unchecked.
            if (pairs.Keys.Contains(pair.Name, StringComparer.OrdinalIgnoreCase))
            {
                throw Invalid("Encryption context keys differ in case only.");
            }

            pairs[pair.Name] = pair.Value.GetString()!;
        }

        return pairs;
    }

    private static int Length(JsonElement body)
    {
        if (body.TryGetProperty("NumberOfBytes", out var bytes) && bytes.ValueKind == JsonValueKind.Number)
        {
            return bytes.TryGetInt32(out var length) && length is > 0 and <= DataKeyMax
                ? length
                : throw Invalid($"NumberOfBytes must be 1 to {DataKeyMax}.");
        }

        return Text(body, "KeySpec") switch
        {
            "AES_256" => 32,
            "AES_128" => 16,
            _ => throw Invalid("Give KeySpec or NumberOfBytes."),
        };
    }

    internal static byte[] Bytes(JsonElement body, string name, int max) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.TryGetBytesFromBase64(out var bytes) && bytes.Length > 0 && bytes.Length <= max
            ? bytes
            : throw Invalid($"{name} is missing or too long.");

    internal static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static GateFaultException Invalid(string message) => new(400, "ValidationException", message);

    private static GateFaultException Unsupported(string operation) =>
        new(400, "UnsupportedOperationException", $"{operation} is not carried out by this stand-in.");

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, NoDuplicates);
        }
        catch (JsonException)
        {
            throw new GateFaultException(400, "SerializationException", "The request is no JSON that the gate takes.");
        }
    }
}
