using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Http;

/// <summary>A body that is read as bytes.</summary>
internal static class RequestBody
{
    private const int PartBytes = 81_920;

    /// <summary>Null when it is larger; nothing above the limit is kept.</summary>
    /// <exception cref="BadHttpRequestException">What comes is no body of HTTP, or ends before its end.</exception>
    public static async Task<byte[]?> Read(HttpContext http, int bytesMax, CancellationToken ct)
    {
        if (http.Request.ContentLength > bytesMax)
        {
            return null;
        }

        using var body = new MemoryStream();
        var part = new byte[PartBytes];
        while (await Part(http, part, ct) is var read and > 0)
        {
            if (body.Length + read > bytesMax)
            {
                return null;
            }

            body.Write(part, 0, read);
        }

        return body.ToArray();
    }

    private static async Task<int> Part(HttpContext http, byte[] part, CancellationToken ct)
    {
        try
        {
            return await http.Request.Body.ReadAsync(part, ct);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // The server says so of some chunks that are none. Elsewhere the same type is an outage.
            throw new BadHttpRequestException("The body is broken.", broken);
        }
    }
}
