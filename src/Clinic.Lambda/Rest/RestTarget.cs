using System.Text;
using Microsoft.AspNetCore.Http;

namespace Clinic.Lambda;

/// <summary>
/// Paths and queries. An event brings the path as the client encoded it and the query decoded; the pipeline wants them the way
/// Kestrel gives them: the path decoded once, except for encoded slashes, and the query encoded.
/// </summary>
internal static class RestTarget
{
    /// <summary>
    /// Null for what Kestrel refuses. <c>%2F</c> stays, so that it never becomes a separator; everything else is decoded once
    /// and once only: <c>%252e</c> becomes the text <c>%2e</c>, not a dot. Dot segments go after decoding (RFC 3986, 5.2.4).
    /// </summary>
    public static string? Decode(string path) =>
        path.Contains("%00", StringComparison.Ordinal) || path.Contains('\0')
            ? null
            : WithoutDotSegments(path.Contains('%') ? PathString.FromUriComponent(path).Value! : path);

    /// <summary>
    /// Where the application is mounted, and the path in it. The gateway's own address puts the stage before the path in the
    /// context and leaves it out of <c>path</c>; a domain whose mapping is named like the stage leaves it in both. Only a whole
    /// segment is a stage: <c>/production</c> does not begin with stage <c>prod</c>.
    /// </summary>
    public static (string PathBase, string Path) Mount(string path, string? contextPath, string? stage)
    {
        if (string.IsNullOrEmpty(stage) || contextPath is null || !StartsWithSegment(contextPath, stage))
        {
            return ("", path);
        }

        var mount = "/" + stage;
        var rest = contextPath[mount.Length..];
        if (path == (rest.Length == 0 ? "/" : rest))
        {
            return (mount, path);
        }

        return path == contextPath ? (mount, rest.Length == 0 ? "/" : rest) : ("", path);
    }

    /// <summary>One pair; the names come decoded too, so both are encoded whatever they hold.</summary>
    public static void Append(StringBuilder query, string name, string value) =>
        query.Append(query.Length == 0 ? '?' : '&')
            .Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));

    private static bool StartsWithSegment(string path, string segment) =>
        path.Length > segment.Length && path[0] == '/' && path.AsSpan(1).StartsWith(segment, StringComparison.Ordinal)
        && (path.Length == segment.Length + 1 || path[segment.Length + 1] == '/');

    private static string WithoutDotSegments(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }

        var kept = new List<string>();
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }

            if (segments[i] == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (i == segments.Length - 1)
            {
                // "/a/." and "/a/b/.." name the folder: its slash stays.
                kept.Add("");
            }
        }

        return "/" + string.Join('/', kept);
    }
}
