using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Observe;
using Clinic.Platform.Store;
using Microsoft.Extensions.Logging;

namespace Clinic.Documents;

[JsonConverter(typeof(CodeConverter<ThumbnailState>))]
public enum ThumbnailState
{
    /// <summary>It is no picture, or none could be made: the document stands by itself.</summary>
    None,
    Made,
}

/// <summary>Why a picture has no thumbnail.</summary>
[JsonConverter(typeof(CodeConverter<ThumbnailFault>))]
public enum ThumbnailFault
{
    /// <summary>More bytes or pixels than are decoded.</summary>
    TooLarge,

    /// <summary>No decoder makes a whole image of it, or not in time.</summary>
    Unreadable,

    /// <summary>Nobody knows: the function did not answer, or not with a thumbnail.</summary>
    Failed,
}

/// <param name="Fault">Null when it was made, or was never to be.</param>
internal sealed record ThumbnailResult(ThumbnailState State, ThumbnailFault? Fault = null)
{
    public static readonly ThumbnailResult Nothing = new(ThumbnailState.None);

    public static ThumbnailResult Without(ThumbnailFault fault) => new(ThumbnailState.None, fault);
}

/// <summary>What the function gets (events/lambda/thumbnails). Addresses and headers are secrets for a minute.</summary>
internal sealed record ThumbnailOrder(string ContentType, long SizeBytes, IReadOnlyList<ThumbnailOrderPart> Parts);

internal sealed record ThumbnailOrderPart(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>What it answers: one of both.</summary>
internal sealed record ThumbnailReply(byte[]? Jpeg = null, string? Fault = null);

/// <summary>
/// Has a small picture made of a photo that was found to be what it was said to be, by the function that has no key and no
/// right, and seals it beside the document under the document's own key. There is one try: what goes wrong is a document
/// without one.
/// </summary>
internal sealed class ThumbnailMaker(
    DocumentFiles files, FunctionCalls functions, CallBudget budget, ILogger<ThumbnailMaker> logger)
{
    /// <summary>As the function has it; what is larger need not be signed and asked for.</summary>
    public const long ImageBytesMax = 32 * 1024 * 1024;

    /// <summary>A thumbnail in base64, and the names around it.</summary>
    private const int ReplyBytesMax = ((ThumbnailJpeg.BytesMax / 3) + 1) * 4 + 256;

    public async Task<ThumbnailResult> Make(TenantStore store, Document document, CancellationToken ct)
    {
        if (!document.MayHaveThumbnail)
        {
            return ThumbnailResult.Nothing;
        }

        if (document.SizeBytes > ImageBytesMax)
        {
            return ThumbnailResult.Without(ThumbnailFault.TooLarge);
        }

        var order = new ThumbnailOrder(
            document.Media.Type, document.SizeBytes, await files.ToRead(store.Caller.Tenant, document, ct));
        var reply = await Ask(order, store, ct);
        if (reply?.Jpeg is not { } jpeg)
        {
            return ThumbnailResult.Without(FaultOf(reply?.Fault));
        }

        if (!ThumbnailJpeg.Fits(jpeg))
        {
            Log.NoThumbnail(logger, "not-a-thumbnail", store.Caller.Tenant.Value);
            return ThumbnailResult.Without(ThumbnailFault.Failed);
        }

        using var cipher = await DocumentItem.ThumbnailCipher(store, document, jpeg.Length, ct)
            ?? throw new InvalidOperationException("A document that is being sealed has no key.");
        await files.PutThumbnail(store.Caller.Tenant, document, cipher, jpeg, ct);
        return new ThumbnailResult(ThumbnailState.Made);
    }

    /// <summary>Null when there was no answer, or none that can be read.</summary>
    private async Task<ThumbnailReply?> Ask(ThumbnailOrder order, TenantStore store, CancellationToken ct)
    {
        try
        {
            var answer = await functions.Invoke(
                FunctionNames.Thumbnails, JsonSerializer.SerializeToUtf8Bytes(order, DocumentsJson.Default.ThumbnailOrder),
                budget.Thumbnail, ReplyBytesMax, ct);
            return JsonSerializer.Deserialize(answer, DocumentsJson.Default.ThumbnailReply);
        }
        catch (FunctionCallException failed)
        {
            Log.NoThumbnail(logger, failed.Code, store.Caller.Tenant.Value);
        }
        catch (JsonException)
        {
            Log.NoThumbnail(logger, "no-json", store.Caller.Tenant.Value);
        }

        return null;
    }

    private static ThumbnailFault FaultOf(string? code) => code switch
    {
        "too-large" => ThumbnailFault.TooLarge,
        "unreadable" => ThumbnailFault.Unreadable,
        _ => ThumbnailFault.Failed,
    };
}
