using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class SendingMailsOnce
{
    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_message_that_comes_three_times_sends_one_mail()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await app.Mail.Await(clinic.Email, "Welcome");

        foreach (var topic in new[] { Topics.ClinicSignedUp, Topics.ClinicConfirmed })
        {
            var message = await Message(app, clinic.Id, topic);
            var sent = new List<string>();
            for (var i = 0; i < 3; i++)
            {
                sent.Add(await Queues.Send(app, CloudParts.Notifications, topic, clinic.Id, message));
            }

            await Until.Holds(() => Task.FromResult(sent.TrueForAll(s => Queues.Result(s) == "message-done")), "three answers");
        }

        Assert.Equal(2, (await app.Mail.To(clinic.Email)).Count);
        Assert.Equal(2, (await app.Raw.Trail(clinic.Id, nameof(AuditAction.MailSent))).Count);
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task Copies_that_come_while_the_mail_is_being_sent_send_no_second()
    {
        var app = await ClinicApp.Get();
        var request = Samples.SignUp();
        var address = request["owner"]!["email"]!.GetValue<string>();
        var copies = new List<string>();
        using var slow = app.Gate.Before(async call =>
        {
            if (IsMailTo(call, address) && copies.Count == 0)
            {
                var clinic = Tenant(call);
                copies.Add(await Queues.Send(app, CloudParts.Notifications, Topics.ClinicSignedUp, clinic,
                    await Message(app, clinic, Topics.ClinicSignedUp)));
                copies.Add(await Queues.Send(app, CloudParts.Notifications, Topics.ClinicSignedUp, clinic,
                    await Message(app, clinic, Topics.ClinicSignedUp)));
            }
        });
        var clinic = (await app.Client().Post("/v1/clinics", request)).Json["clinic"]!.GetValue<string>();

        await Until.Holds(() =>
            Task.FromResult(copies.Count == 2 && copies.TrueForAll(s => Queues.Result(s) == "message-done")), "two copies done");
        Assert.Single(await app.Mail.To(address));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.MailSent)));
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_worker_that_dies_after_sending_learns_from_the_providers_event_not_to_send_again()
    {
        var app = await ClinicApp.Get();
        var request = Samples.SignUp();
        var address = request["owner"]!["email"]!.GetValue<string>();
        var lost = 0;
        using var death = app.Gate.After(call => IsMailTo(call, address) && Interlocked.Increment(ref lost) == 1
            ? throw GateFaultException.Abort()
            : Task.CompletedTask);

        var clinic = (await app.Client().Post("/v1/clinics", request)).Json["clinic"]!.GetValue<string>();
        await AwaitDone(app, clinic, Topics.ClinicSignedUp);

        Assert.Equal(1, lost);
        Assert.Single(await app.Mail.To(address));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.MailAccepted)));
        Assert.Empty(await app.Raw.Trail(clinic, nameof(AuditAction.MailDoubted)));
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_mail_that_the_provider_refuses_is_sent_once_later()
    {
        var app = await ClinicApp.Get();
        var request = Samples.SignUp();
        var address = request["owner"]!["email"]!.GetValue<string>();
        var refusals = 0;
        using var down = app.Gate.Before(call => IsMailTo(call, address) && Interlocked.Increment(ref refusals) <= 2
            ? throw new GateFaultException(500, "InternalFailure", "down")
            : Task.CompletedTask);

        var clinic = (await app.Client().Post("/v1/clinics", request)).Json["clinic"]!.GetValue<string>();
        await AwaitDone(app, clinic, Topics.ClinicSignedUp);

        Assert.Equal(3, refusals);
        Assert.Single(await app.Mail.To(address));
        Assert.Equal(["500", "500"], (await app.Raw.Trail(clinic, nameof(AuditAction.MailRefused))).Select(l => l.Note));
    }

    [Theory]
    [Trait("Promise", "ISO-2")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forged_message_has_no_effect_is_noted_and_ends_in_the_dead_letters(bool ofAnotherClinic)
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        await app.Mail.Await(clinic.Email, "Welcome");
        await app.Mail.Await(other.Email, "Welcome");
        await AwaitDone(app, other.Id, Topics.ClinicConfirmed);
        await AwaitDone(app, clinic.Id, Topics.ClinicConfirmed);
        var before = (await app.Raw.Trail(clinic.Id)).Count + (await app.Raw.Trail(other.Id)).Count;

        var message = ofAnotherClinic
            ? await Message(app, other.Id, Topics.ClinicConfirmed)
            : Guid.CreateVersion7().ToString("N");
        var forged = await Queues.Send(app, CloudParts.Notifications, Topics.ClinicConfirmed, clinic.Id, message);

        await Until.Holds(async () => await Queues.IsDead(app, CloudParts.Notifications, message), "dead letter");
        var noted = (await app.Raw.Trail("platform", nameof(AuditAction.MessageRefused))).Where(l => l.Cause == forged).ToList();
        Assert.Equal(CloudParts.Notifications.ReceivesMax, noted.Count);
        Assert.All(noted, l => Assert.Equal("Refused", l.Outcome));
        Assert.Equal(before, (await app.Raw.Trail(clinic.Id)).Count + (await app.Raw.Trail(other.Id)).Count);
        Assert.Equal(2, (await app.Mail.To(clinic.Email)).Count);
        Assert.Equal(2, (await app.Mail.To(other.Email)).Count);
    }

    internal static bool IsMailTo(GateCall call, string address) =>
        call.Service == "ses" && System.Text.Encoding.UTF8.GetString(call.Body.Span).Contains(address, StringComparison.Ordinal);

    internal static async Task<string> Message(ClinicApp app, string clinic, string topic) =>
        (await app.Raw.Of(clinic, CloudParts.Records)).Values.Single(r => r["sk"].S == "OUT" && r["topic"].S == topic)["id"].S;

    internal static Task AwaitDone(ClinicApp app, string clinic, string topic) => Until.Holds(
        async () => (await app.Raw.Of(clinic, CloudParts.Records)).Values
            .Any(r => r["sk"].S == "OUT" && r["topic"].S == topic && r.ContainsKey("done")),
        $"message of {topic} that is done");

    private static string Tenant(GateCall call)
    {
        using var body = System.Text.Json.JsonDocument.Parse(call.Body);
        return body.RootElement.GetProperty("EmailTags").EnumerateArray()
            .First(t => t.GetProperty("Name").GetString() == "tenant")
            .GetProperty("Value").GetString()!;
    }
}
