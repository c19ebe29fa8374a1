using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Http;

/// <summary>
/// Idempotency-Key on POST: scoped to clinic, actor, route and key. The claim is a row of the handler's own transaction, so a
/// crash leaves either both or neither; a replay repeats the earlier answer, another body is 422.
/// </summary>
internal sealed class IdempotencyFilter(RequestDelegate next, TenantStores stores)
{
    public const string Header = "Idempotency-Key";
    private const int BodyBytesMax = 8 * 1024 * 1024;
    public const string ReplayedHeader = "Idempotency-Replayed";

    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || http.Request.Headers[Header].ToString() is not { Length: > 0 } key
            || Caller.Of(http) is not { } caller || http.GetEndpoint()?.Metadata.GetMetadata<NotIdempotent>() is not null)
        {
            await next(http);
            return;
        }

        if (http.Request.Headers[Header].Count > 1 || key.Length is < 8 or > 128 || key.Any(c => c is <= ' ' or > '~'))
        {
            await Problems.Write(http, IdempotencyRefusals.BadKey);
            return;
        }

        var claim = await Claim(http, caller, key);
        (caller with { Idempotency = claim }).Enter(http);
        var body = http.Response.Body;
        using var held = new MemoryStream();
        http.Response.Body = held;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        if (await claim.Earlier is { } earlier)
        {
            await Replay(http, claim, earlier);
            return;
        }

        held.Position = 0;
        await held.CopyToAsync(body, http.RequestAborted);
    }

    /// <summary>The look-up starts here and is awaited by Commit: it runs beside what the handler reads.</summary>
    private async Task<IdempotencyClaim> Claim(HttpContext http, Caller caller, string key)
    {
        // In memory whatever its size: the default writes larger bodies to a file, and a body may be a patient's record.
        http.Request.EnableBuffering(bufferThreshold: BodyBytesMax);
        var body = await RequestBody.Read(http, BodyBytesMax, http.RequestAborted)
            ?? throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        http.Request.Body.Position = 0;

        // Keyed, because a short body such as a phone number could be guessed from a plain hash.
        var store = stores.For(caller);
        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(body));
        var mac = await store.Mac("idempotency-body", bodyHash, BlindIndex.ExactBytes, http.RequestAborted);
        var route = Endpoints.Name(http);
        var place = Keys.Idempotency(
            Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Actor}|{route}|{http.Request.Path}|{key}"))));
        return new IdempotencyClaim(place, mac, store.Get(place, http.RequestAborted));
    }

    private static async Task Replay(HttpContext http, IdempotencyClaim claim, Item earlier)
    {
        // What the handler said this time is dropped; headers that belong to every answer stay.
        http.Response.Headers.Remove("Location");
        http.Response.Headers.Remove("ETag");
        http.Response.ContentType = null;
        http.Response.ContentLength = null;
        if (!IdempotencyItem.IsSameBody(earlier, claim))
        {
            await Problems.Write(http, IdempotencyRefusals.OtherBody);
            return;
        }

        var answer = IdempotencyItem.Read(earlier);
        http.Response.StatusCode = answer.Status;
        http.Response.Headers[ReplayedHeader] = "true";
        if (answer.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }

        if (answer.ETag is { } etag)
        {
            http.Response.Headers.ETag = etag;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }
}
