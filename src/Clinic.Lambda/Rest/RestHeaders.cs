using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Clinic.Lambda;

/// <summary>Which headers pass. Those of one connection (RFC 9110, 7.6.1) concern nobody beyond it, either way.</summary>
internal static class RestHeaders
{
    private static readonly FrozenSet<string> OfOneHop = FrozenSet.ToFrozenSet(
        ["Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
            "Transfer-Encoding", "Upgrade"],
        StringComparer.OrdinalIgnoreCase);

    public static bool IsOfOneHop(string name) => OfOneHop.Contains(name);

    /// <summary>True for a header that a Connection header declares to be of one hop too.</summary>
    public static bool IsNamedBy(StringValues connection, string name)
    {
        foreach (var line in connection)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (line.AsSpan()[range].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static void RemoveThoseOfOneHop(IHeaderDictionary headers)
    {
        if (headers.Connection is { Count: > 0 } connection)
        {
            foreach (var name in headers.Keys.Where(n => IsNamedBy(connection, n)).ToList())
            {
                headers.Remove(name);
            }
        }

        foreach (var name in OfOneHop)
        {
            headers.Remove(name);
        }
    }
}
