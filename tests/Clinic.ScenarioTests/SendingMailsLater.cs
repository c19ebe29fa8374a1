using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class SendingMailsLater
{
    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task Without_the_providers_event_a_doubtful_mail_is_sent_again_after_two_minutes_only()
    {
        var app = await ClinicApp.Get();
        var request = Samples.SignUp();
        var address = request["owner"]!["email"]!.GetValue<string>();
        var tries = 0;
        using var death = app.Gate.Before(call => SendingMailsOnce.IsMailTo(call, address)
            && Interlocked.Increment(ref tries) == 1
            ? throw GateFaultException.Abort()
            : Task.CompletedTask);
        var begun = app.Clock.GetUtcNow();
        var clinic = (await app.Client().Post("/v1/clinics", request)).Json["clinic"]!.GetValue<string>();

        await AwaitPutOff(clinic, more: 0);
        app.Clock.Advance(TimeSpan.FromSeconds(100) - (app.Clock.GetUtcNow() - begun));
        await AwaitPutOff(clinic, PutOff(clinic));
        Assert.Equal(1, tries);
        Assert.Empty(await app.Mail.To(address));

        app.Clock.Advance(TimeSpan.FromSeconds(30));
        await SendingMailsOnce.AwaitDone(app, clinic, Topics.ClinicSignedUp);
        Assert.Equal(2, tries);
        Assert.Single(await app.Mail.To(address));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.MailDoubted)));
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_message_that_nobody_marked_goes_out_again_after_a_quarter_of_an_hour_and_acts_once()
    {
        var app = await ClinicApp.Get();
        var request = Samples.SignUp();
        var address = request["owner"]!["email"]!.GetValue<string>();
        using var down = app.Gate.Before(call => SendingMailsOnce.IsMailTo(call, address)
            ? throw new GateFaultException(500, "InternalFailure", "down")
            : Task.CompletedTask);
        var clinic = (await app.Client().Post("/v1/clinics", request)).Json["clinic"]!.GetValue<string>();
        await AwaitPutOff(clinic, more: 0);
        var first = await SendingMailsOnce.Message(app, clinic, Topics.ClinicSignedUp);

        app.Clock.Advance(TimeSpan.FromMinutes(14));
        await app.Tick();
        Assert.Empty(await app.Raw.Trail(clinic, nameof(AuditAction.MessageRedriven)));

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(app.Tick(), app.Tick(), app.Tick());
        Assert.Equal(first, Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.MessageRedriven))).Subject);
        var rows = (await app.Raw.Of(clinic, CloudParts.Records)).Values.Where(r => r["sk"].S == "OUT").ToList();
        Assert.Equal(2, rows.Count);
        Assert.Equal(first, Assert.Single(rows, r => !r.ContainsKey("done"))["origin"].S);

        // The old copy is still in its queue; it is known, and over.
        var copy = await Queues.Send(app, CloudParts.Notifications, Topics.ClinicSignedUp, clinic, first);
        await Until.Holds(() => Task.FromResult(Queues.Result(copy) == "message-done"), "end of the old copy");

        down.Dispose();
        await Until.Holds(
            async () => (await app.Raw.Of(clinic, CloudParts.Records)).Values.Where(r => r["sk"].S == "OUT")
                .All(r => r.ContainsKey("done")), "effect");
        Assert.Single(await app.Mail.To(address));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.MailSent)));
        Assert.DoesNotContain(await app.Raw.Trail("platform", nameof(AuditAction.MessageRefused)), l => l.Cause == copy);
    }

    private static int PutOff(string clinic) =>
        LogCapture.Lines.Count(l => l.Contains($"tenant {clinic}: message-later", StringComparison.Ordinal));

    private static Task AwaitPutOff(string clinic, int more) =>
        Until.Holds(() => Task.FromResult(PutOff(clinic) > more), "delivery that is put off");
}
