using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Clinic.Platform.Http;

/// <summary>
/// A body is of the route's own media type, UTF-8 and as it is: no other charset is transcoded and no coding is undone, so what
/// is checked and hashed is what was sent, and nothing small unpacks into something large. The framework would take whatever
/// ends in +json, read past a coding that it does not know, and fail on a charset that it does not know.
/// </summary>
internal sealed class BodyForm(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        var takes = http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes;
        if (!Holds(http.Request.Headers, takes, out var type))
        {
            return Problems.Write(http, Problems.MediaType);
        }

        if (type?.Parameters.Count > 0)
        {
            // Known to be UTF-8 now; the framework does not know it in quotes.
            http.Request.ContentType = type.MediaType.Value;
        }

        return next(http);
    }

    /// <param name="takes">Media types of the route; null when it says none and looks itself.</param>
    /// <param name="type">Null for what is no media type, or none: routes that read a body refuse that themselves.</param>
    internal static bool Holds(IHeaderDictionary headers, IReadOnlyList<string>? takes, out MediaTypeHeaderValue? type)
    {
        var isPlain = headers.ContentEncoding.All(c => Same(c, "identity"));
        if (!MediaTypeHeaderValue.TryParse(headers.ContentType.ToString(), out type))
        {
            return isPlain;
        }

        var media = type.MediaType.Value;
        return isPlain && IsUtf8(type) && (takes is null || takes.Any(t => Same(media, t)));
    }

    private static bool IsUtf8(MediaTypeHeaderValue type) => type.Parameters.Where(p => Same(p.Name.Value, "charset"))
        .All(p => Same(HeaderUtilities.RemoveQuotes(p.Value).Value, "utf-8"));

    private static bool Same(string? one, string other) => string.Equals(one?.Trim(), other, StringComparison.OrdinalIgnoreCase);
}
