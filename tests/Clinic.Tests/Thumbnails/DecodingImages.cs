using System.Text;
using Clinic.Documents;
using Clinic.Testing;
using Clinic.Thumbnails;
using Xunit;

namespace Clinic.Tests.Thumbnails;

/// <summary>What becomes of an image, honest or not.</summary>
[Trait("Promise", "CLN-8")]
public sealed class DecodingImages
{
    private const string Jpeg = "image/jpeg";
    private const string Png = "image/png";
    private const string Words = "Ranganathan, left knee, at home";

    /// <summary>The smallest GIF.</summary>
    private static readonly byte[] Film =
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    ];

    /// <summary>Exif 2.32, 4.6.4: where the file's first row and column are seen.</summary>
    [Theory]
    [InlineData(1, 320, 240, "RGBY")]
    [InlineData(2, 320, 240, "GRYB")]
    [InlineData(3, 320, 240, "YBGR")]
    [InlineData(4, 320, 240, "BYRG")]
    [InlineData(5, 240, 320, "RBGY")]
    [InlineData(6, 240, 320, "BRYG")]
    [InlineData(7, 240, 320, "YGBR")]
    [InlineData(8, 240, 320, "GYRB")]
    public void A_photo_stands_upright(int orientation, int width, int height, string quarters)
    {
        var made = Thumbnail.Of(Pictures.Jpeg(1600, 1200, orientation, Words), Jpeg);

        Assert.Equal((width, height, quarters), Pictures.Look(made.Jpeg!));
    }

    [Fact]
    public void Of_what_the_file_said_besides_nothing_goes_along()
    {
        var photo = Pictures.Jpeg(1600, 1200, 6, Words);
        var text = Encoding.Latin1.GetString(photo);
        Assert.Contains("Exif", text, StringComparison.Ordinal);
        Assert.Contains(Words, text, StringComparison.Ordinal);
        Assert.False(ThumbnailJpeg.Fits(Pictures.Jpeg(320, 240, 6, Words)));

        var made = Thumbnail.Of(photo, Jpeg).Jpeg!;

        Assert.True(ThumbnailJpeg.Fits(made));
        var small = Encoding.Latin1.GetString(made);
        Assert.DoesNotContain("Exif", small, StringComparison.Ordinal);
        Assert.DoesNotContain("Ranganathan", small, StringComparison.Ordinal);
        Assert.DoesNotContain("ICC_PROFILE", small, StringComparison.Ordinal);
    }

    [Fact]
    public void A_png_becomes_a_jpeg_and_what_is_transparent_white()
    {
        var made = Thumbnail.Of(Pictures.Png(900, 300), Png).Jpeg!;
        Assert.Equal((320, 107, Pictures.Quarters), Pictures.Look(made));
        Assert.True(ThumbnailJpeg.Fits(made));
        Assert.Equal((64, 64, "WWWW"), Pictures.Look(Thumbnail.Of(Pictures.Transparent(64, 64), Png).Jpeg!));
    }

    [Fact]
    public void What_is_small_is_not_made_larger_and_what_is_thin_keeps_a_side()
    {
        Assert.Equal((40, 30, Pictures.Quarters), Pictures.Look(Thumbnail.Of(Pictures.Jpeg(40, 30), Jpeg).Jpeg!));
        Assert.Equal((320, 1), Size(Thumbnail.Of(Pictures.Png(2000, 2), Png)));
    }

    [Fact]
    public void The_worst_picture_is_small_enough_in_bytes()
    {
        var made = Thumbnail.Of(Pictures.Noise(400, 400), Png).Jpeg!;
        Assert.InRange(made.Length, 1, Bounds.ThumbnailBytesMax);
        Assert.True(ThumbnailJpeg.Fits(made));
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(50_000, 1_001)]
    public void A_file_that_names_too_many_pixels_is_not_decoded(int width, int height)
    {
        var bomb = Pictures.Bomb(width, height);
        Assert.True(bomb.Length < 1_000);
        var before = Environment.WorkingSet;

        Assert.Equal(ImageFaults.TooLarge, Thumbnail.Of(bomb, Png).Fault);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100_000_000);
    }

    public static TheoryData<string, byte[], string> NoImages => new()
    {
        { "random bytes behind a signature", DocumentsOfAClinic.Jpeg(), Jpeg },
        { "the first half of a photo", Pictures.Jpeg(1600, 1200)[..9_000], Jpeg },
        { "the first half of a scan", Pictures.Png(900, 300)[..400], Png },
        { "a scan that says to be a photo", Pictures.Png(90, 30), Jpeg },
        { "a photo that says to be a scan", Pictures.Jpeg(90, 30), Png },
        { "a film", Film, "image/gif" },
        { "rows that are missing", Pictures.Bomb(2_000, 2_000), Png },
        { "nothing", [], Jpeg },
    };

    [Theory]
    [MemberData(nameof(NoImages))]
    public void What_is_no_whole_image_of_its_type_is_unreadable(string what, byte[] bytes, string type)
    {
        Assert.NotEmpty(what);
        Assert.Equal(new ThumbnailAnswer(Fault: ImageFaults.Unreadable), Thumbnail.Of(bytes, type));
    }

    [Fact]
    public void Of_a_photo_that_is_a_page_too_the_photo_alone_is_left()
    {
        byte[] both = [.. Pictures.Jpeg(640, 480, 1, "<script>alert(1)</script>"), .. "<html><script>alert(2)</script>"u8];

        var made = Thumbnail.Of(both, Jpeg).Jpeg!;

        Assert.DoesNotContain("<script", Encoding.Latin1.GetString(made), StringComparison.OrdinalIgnoreCase);
        Assert.True(ThumbnailJpeg.Fits(made));
    }

    [Fact]
    public void The_decoder_takes_so_many_bytes_and_no_more()
    {
        using var output = new MemoryStream();
        using var endless = new MemoryStream(new byte[Bounds.BytesMax + 1]);
        Assert.Equal(Decode.TooLarge, Decode.Run(Jpeg, endless, output));
        using var none = new MemoryStream(DocumentsOfAClinic.Jpeg());
        Assert.Equal(Decode.Unreadable, Decode.Run(Jpeg, none, output));
        Assert.Equal(0, output.Length);
        using var photo = new MemoryStream(Pictures.Jpeg(640, 480));
        Assert.Equal(Decode.Made, Decode.Run(Jpeg, photo, output));
        Assert.True(ThumbnailJpeg.Fits(output.ToArray()));
    }

    private static (int Width, int Height) Size(ThumbnailAnswer answer)
    {
        var (width, height, _) = Pictures.Look(answer.Jpeg!);
        return (width, height);
    }
}
