using Clinic.Platform.Http;

namespace Clinic.Platform.Store;

/// <summary>
/// Opaque cursors: the sort key where the next part begins and a keyed hash over query and key. One from another clinic or
/// another query is refused; none shows a value that was searched for.
/// </summary>
internal static class Cursors
{
    private const int MacBytes = 16;
    private const int LengthMax = 400;
    private static readonly Refusal Foreign = new(400, "cursor", "This cursor does not belong to this query.")
    {
        Errors = [new FieldError("cursor", "the next of the part before")],
    };

    public static async Task<string?> Write(TenantStore store, string query, string? sort, CancellationToken ct)
    {
        if (sort is null)
        {
            return null;
        }

        var mac = await Mac(store, query, sort, ct);
        return Base64Url.Write(mac + sort);
    }

    public static async Task<Outcome<CursorPosition>> Read(TenantStore store, string query, string? cursor, CancellationToken ct)
    {
        if (cursor is null)
        {
            return new CursorPosition(null);
        }

        var text = cursor.Length <= LengthMax ? Base64Url.Read(cursor) : null;
        if (text is null || text.Length <= MacBytes * 2)
        {
            return Foreign;
        }

        var sort = text[(MacBytes * 2)..];
        var mac = await Mac(store, query, sort, ct);
        return Base64Url.SameSecret(mac, text[..(MacBytes * 2)]) ? new CursorPosition(sort) : Foreign;
    }

    private static ValueTask<string> Mac(TenantStore store, string query, string sort, CancellationToken ct) =>
        store.Mac("cursor", $"{query}\0{sort}", MacBytes, ct);
}

/// <summary>Where to go on; null at the beginning.</summary>
internal sealed record CursorPosition(string? Sort);
