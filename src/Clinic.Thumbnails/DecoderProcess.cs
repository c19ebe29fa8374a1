using System.Diagnostics;

namespace Clinic.Thumbnails;

/// <summary>
/// A process for one image: it has the image on its input and an empty environment, and is killed when its time is over. What an
/// image does to a decoder ends with it, and is an answer about this image instead of a failed invocation.
/// </summary>
internal static class DecoderProcess
{
    public const string Verb = "decode";

    /// <summary>Of the decoder's own code, which needs little: pixels are the library's and not in this heap.</summary>
    private const string HeapMaxHex = "0x8000000";

    public static async Task<ThumbnailAnswer> Run(byte[] image, string contentType, TimeSpan timeMax, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(timeMax);
        using var process = Process.Start(StartOf(contentType)) ?? throw new InvalidOperationException("No decoder.");
        try
        {
            // Nobody reads what it complains of: it may quote the image.
            process.BeginErrorReadLine();
            var jpeg = Read(process.StandardOutput.BaseStream, time.Token);
            var feed = Feed(process.StandardInput.BaseStream, image, time.Token);
            await Task.WhenAll(jpeg, feed, process.WaitForExitAsync(time.Token))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited || !jpeg.IsCompletedSuccessfully)
            {
                return new ThumbnailAnswer(Fault: ImageFaults.Unreadable);
            }

            return process.ExitCode switch
            {
                Decode.Made when await jpeg is { } made => new ThumbnailAnswer(Jpeg: made),
                Decode.TooLarge => new ThumbnailAnswer(Fault: ImageFaults.TooLarge),
                _ => new ThumbnailAnswer(Fault: ImageFaults.Unreadable),
            };
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>This very executable again, on Lambda by its own name and elsewhere by way of dotnet.</summary>
    private static ProcessStartInfo StartOf(string contentType)
    {
        var host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Clinic.Thumbnails.dll"));
        }

        start.ArgumentList.Add(Verb);
        start.ArgumentList.Add(contentType);
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapMaxHex;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (root is not null)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }

        return start;
    }

    private static async Task Feed(Stream input, byte[] image, CancellationToken ct)
    {
        await using (input)
        {
            await input.WriteAsync(image, ct);
        }
    }

    /// <summary>Null when it is more than a thumbnail may be.</summary>
    private static async Task<byte[]?> Read(Stream output, CancellationToken ct)
    {
        var bytes = new byte[Bounds.ThumbnailBytesMax + 1];
        var length = await output.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return length is 0 or > Bounds.ThumbnailBytesMax ? null : bytes[..length];
    }
}
