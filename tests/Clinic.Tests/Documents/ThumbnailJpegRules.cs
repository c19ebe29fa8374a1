using System.Text.Json;
using Clinic.Documents;
using Clinic.Testing;
using Clinic.Thumbnails;
using Xunit;

namespace Clinic.Tests.Documents;

/// <summary>The worker does not take the function's word for what it answers.</summary>
[Trait("Promise", "CLN-8")]
public sealed class ThumbnailJpegRules
{
    [Fact]
    public void A_small_and_plain_jpeg_fits()
    {
        Assert.True(ThumbnailJpeg.Fits(Plain()));
        Assert.True(ThumbnailJpeg.Fits(Thumbnail.Of(Pictures.Jpeg(320, 320), "image/jpeg").Jpeg));
    }

    public static TheoryData<string, byte[]> Others => new()
    {
        { "EXIF", Pictures.With(Plain(), (0xE1, "Exif\0\0"u8.ToArray())) },
        { "a comment", Pictures.With(Plain(), (0xFE, "<script>"u8.ToArray())) },
        { "a colour profile", Pictures.With(Plain(), (0xE2, "ICC_PROFILE\0"u8.ToArray())) },
        { "a preview", Pictures.With(Plain(), (0xE0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0])) },
        { "an unknown segment", Pictures.With(Plain(), (0xF7, [0])) },
        { "too wide", Pictures.Jpeg(321, 20) },
        { "too high", Pictures.Jpeg(20, 321) },
        { "too many bytes", [.. Plain()[..^2], .. new byte[ThumbnailJpeg.BytesMax], 0xFF, 0xD9] },
        { "something after its end", [.. Plain(), .. "<html>"u8] },
        { "cut off", Plain()[..^2] },
        { "no frame", [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9] },
        { "a segment longer than the file", [0xFF, 0xD8, 0xFF, 0xDB, 0xFF, 0xFF, 0xFF, 0xD9] },
        { "a frame too short", [0xFF, 0xD8, 0xFF, 0xC0, 0, 4, 8, 0, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9] },
        { "a PNG", Pictures.Png(20, 20) },
        { "a page", "<html><script>alert(1)</script></html>"u8.ToArray() },
        { "nothing", [] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Anything_else_does_not(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        Assert.False(ThumbnailJpeg.Fits(bytes));
    }

    /// <summary>Both sides read the one sample, and write what the other reads.</summary>
    [Fact]
    public void Worker_and_function_speak_of_the_same()
    {
        var sample = File.ReadAllBytes(Repository.Path("events", "lambda", "thumbnails", "photo.json"));
        var asked = JsonSerializer.Deserialize(sample, ThumbnailJson.Default.ThumbnailRequest)!;
        var order = JsonSerializer.Deserialize(sample, DocumentsJson.Default.ThumbnailOrder)!;
        Assert.Equal((asked.ContentType, asked.SizeBytes, 1), (order.ContentType, order.SizeBytes, order.Parts.Count));
        Assert.Equal(asked.Parts.Single().Url, order.Parts[0].Url);
        Assert.Equal(asked.Parts.Single().Headers, order.Parts[0].Headers);
        Assert.Equal(
            asked.Parts.Single().Url,
            JsonSerializer.Deserialize(
                JsonSerializer.SerializeToUtf8Bytes(order, DocumentsJson.Default.ThumbnailOrder),
                ThumbnailJson.Default.ThumbnailRequest)!.Parts.Single().Url);

        var answer = JsonSerializer.SerializeToUtf8Bytes(
            new ThumbnailAnswer(Jpeg: [1, 2], Fault: ImageFaults.TooLarge), ThumbnailJson.Default.ThumbnailAnswer);
        var reply = JsonSerializer.Deserialize(answer, DocumentsJson.Default.ThumbnailReply)!;
        Assert.Equal((byte[])[1, 2], reply.Jpeg);
        Assert.Equal("too-large", reply.Fault);
        Assert.Equal(
            (ThumbnailJpeg.BytesMax, ThumbnailJpeg.SideMax, ThumbnailMaker.ImageBytesMax),
            (Bounds.ThumbnailBytesMax, Bounds.SideMax, Bounds.BytesMax));
    }

    private static byte[] Plain() => Pictures.Jpeg(40, 30);
}
