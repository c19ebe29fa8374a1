using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Http;

/// <summary>Versions as strong entity tags: "3". A weak or foreign tag never matches.</summary>
public static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    public static void Write(HttpContext http, long version) => http.Response.Headers.ETag = Of(version);

    /// <summary>The version that the client read, from If-Match.</summary>
    public static Outcome<long> Required(HttpContext http)
    {
        var text = http.Request.Headers.IfMatch.ToString();
        if (text.Length == 0)
        {
            return Problems.VersionRequired;
        }

        return text.Length > 2 && text[0] == '"' && text[^1] == '"'
            && long.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : Problems.Stale;
    }
}
