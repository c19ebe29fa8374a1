using System.Net;
using Clinic.Testing;
using Clinic.Testing.Sweeps;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>What the verb "replay" of Clinic.Soak does, on samples that need something made first, each in its own way.</summary>
[Collection(nameof(EveryRoute))]
public sealed class ReplayingASample
{
    [Fact]
    public async Task Makes_what_the_sample_names_and_sends_it_as_whoever_may()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var replay = new SampleReplay(SampleWorld.Of(app, clinic), await app.SignInOperator(), SampleShelf.OfRepository());
        (string Sample, HttpStatusCode Status)[] samples =
        [
            ("AmendPatient", HttpStatusCode.OK), ("ReadIncident", HttpStatusCode.OK), ("ReadPlatformIncident", HttpStatusCode.OK),
            ("ConfirmClinic", HttpStatusCode.NoContent), ("StartUploadedImport", HttpStatusCode.Accepted),
            ("EndSession", HttpStatusCode.NoContent), ("SignIn", HttpStatusCode.Created), ("SignOut", HttpStatusCode.NoContent),
        ];
        foreach (var (name, status) in samples)
        {
            var (sent, answer) = await replay.Send(SampleShelf.OfRepository().Need(name));
            Assert.True(status == answer.Status, $"{sent.Method} {sent.Path}: {answer.Status} {answer.Text}");
            Assert.DoesNotContain("{{", sent.Path + sent.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Says_which_sample_did_not_work()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var replay = new SampleReplay(SampleWorld.Of(app, clinic), clinic.Owner, SampleShelf.OfRepository());
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => replay.Send(SampleShelf.OfRepository().Need("ReadPlatformIncident")));
        Assert.Contains("OpenIncident answered 403", failed.Message, StringComparison.Ordinal);
    }
}
