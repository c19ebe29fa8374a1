using System.Text.Json.Serialization;

namespace Clinic.Thumbnails;

/// <summary>
/// One image to make small. It comes as addresses that are good for a minute and the headers that open what lies there: each is a
/// secret, so an event goes into no log (events/lambda/thumbnails).
/// </summary>
/// <param name="ContentType">What the image was found to begin as: no other decoder is let at it.</param>
/// <param name="SizeBytes">Of all parts together.</param>
internal sealed record ThumbnailRequest(string ContentType, long SizeBytes, IReadOnlyList<ImagePart> Parts);

/// <summary>One piece of the image, in order.</summary>
internal sealed record ImagePart(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>One of both.</summary>
/// <param name="Jpeg">In base64.</param>
/// <param name="Fault">One of <see cref="ImageFaults"/>.</param>
internal sealed record ThumbnailAnswer(byte[]? Jpeg = null, string? Fault = null);

/// <summary>Why an image has no thumbnail, for what it is.</summary>
internal static class ImageFaults
{
    public const string TooLarge = "too-large";
    public const string Unreadable = "unreadable";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ThumbnailRequest))]
[JsonSerializable(typeof(ThumbnailAnswer))]
internal sealed partial class ThumbnailJson : JsonSerializerContext;
