using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>The worker as Lambda runs it: the published executable in a process of its own.</summary>
public sealed class KillingAWorker
{
    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_worker_killed_just_when_the_provider_took_the_mail_sends_it_once()
    {
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Notifications);
        var worker = app.Process(CloudParts.Notifications);
        var request = Samples.SignUp();
        var address = request["owner"]!["email"]!.GetValue<string>();
        var hits = 0;
        using var kill = app.Gate.After(call =>
        {
            if (SendingMailsOnce.IsMailTo(call, address) && Interlocked.Increment(ref hits) == 1)
            {
                worker.Kill();
            }

            return Task.CompletedTask;
        });

        var clinic = (await app.Client().Post("/v1/clinics", request)).Json["clinic"]!.GetValue<string>();
        await SendingMailsOnce.AwaitDone(app, clinic, Topics.ClinicSignedUp);

        Assert.Equal(1, hits);
        Assert.Equal(1, worker.Restarts);
        Assert.Single(await app.Mail.To(address));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.MailSent)));
    }
}
