using Clinic.Testing;
using Clinic.Thumbnails;
using Xunit;

namespace Clinic.Tests.Thumbnails;

/// <summary>A process for one image: what it answers, and that its time ends.</summary>
[Trait("Promise", "CLN-8")]
public sealed class DecodingInAProcess
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_image_goes_in_and_a_thumbnail_comes_out()
    {
        var answer = await DecoderProcess.Run(Pictures.Jpeg(1600, 1200, 6), "image/jpeg", Enough, CancellationToken.None);
        Assert.Equal((240, 320, "BRYG"), Pictures.Look(answer.Jpeg!));
    }

    [Fact]
    public async Task What_is_wrong_with_an_image_comes_back_as_a_code()
    {
        var bomb = await DecoderProcess.Run(Pictures.Bomb(30_000, 30_000), "image/png", Enough, CancellationToken.None);
        Assert.Equal(new ThumbnailAnswer(Fault: ImageFaults.TooLarge), bomb);
        var noise = await DecoderProcess.Run(DocumentsOfAClinic.Jpeg(), "image/jpeg", Enough, CancellationToken.None);
        Assert.Equal(new ThumbnailAnswer(Fault: ImageFaults.Unreadable), noise);
    }

    [Fact]
    public async Task A_decoder_whose_time_is_over_ends_and_the_image_is_unreadable()
    {
        var answer = await DecoderProcess.Run(Pictures.Jpeg(1600, 1200), "image/jpeg", TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(new ThumbnailAnswer(Fault: ImageFaults.Unreadable), answer);
    }
}
