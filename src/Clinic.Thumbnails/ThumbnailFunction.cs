using System.Text.Json;

namespace Clinic.Thumbnails;

/// <summary>
/// Fetches an image and has it made small by a process that lives for this image alone. Of an image that is at fault it says so;
/// it throws when the invocation itself went wrong.
/// </summary>
internal sealed class ThumbnailFunction : IDisposable
{
    private static readonly UriCreationOptions AsSigned = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
    })
    {
        Timeout = Bounds.FetchMax,
    };

    /// <exception cref="JsonException">It is no request.</exception>
    /// <exception cref="HttpRequestException">The image is not there for us.</exception>
    public async Task<ReadOnlyMemory<byte>> Handle(ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        var request = JsonSerializer.Deserialize(payload.Span, ThumbnailJson.Default.ThumbnailRequest)
            ?? throw new JsonException("No request.");
        return JsonSerializer.SerializeToUtf8Bytes(await Answer(request, ct), ThumbnailJson.Default.ThumbnailAnswer);
    }

    public void Dispose() => http.Dispose();

    private async Task<ThumbnailAnswer> Answer(ThumbnailRequest request, CancellationToken ct)
    {
        if (request.SizeBytes > Bounds.BytesMax)
        {
            return new ThumbnailAnswer(Fault: ImageFaults.TooLarge);
        }

        var image = await Fetch(request, ct);
        return image is null
            ? new ThumbnailAnswer(Fault: ImageFaults.Unreadable)
            : await DecoderProcess.Run(image, request.ContentType, Bounds.DecodeMax, ct);
    }

    /// <summary>Null when there is more or less of it than was said.</summary>
    private async Task<byte[]?> Fetch(ThumbnailRequest request, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(Bounds.FetchMax);
        var image = new byte[request.SizeBytes];
        var at = 0;
        foreach (var part in request.Parts)
        {
            using var get = new HttpRequestMessage(HttpMethod.Get, new Uri(part.Url, AsSigned));
            foreach (var (name, value) in part.Headers)
            {
                get.Headers.TryAddWithoutValidation(name, value);
            }

            using var answer = await http.SendAsync(get, HttpCompletionOption.ResponseHeadersRead, time.Token);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(time.Token);
            at += await body.ReadAtLeastAsync(image.AsMemory(at), image.Length - at, throwOnEndOfStream: false, time.Token);
            if (await body.ReadAsync(new byte[1], time.Token) > 0)
            {
                return null;
            }
        }

        return at == image.Length ? image : null;
    }
}
