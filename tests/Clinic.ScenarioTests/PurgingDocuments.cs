using System.Net;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What becomes of documents in time: those nobody confirms, those of whoever is erased.</summary>
[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
[Trait("Promise", "CLN-8")]
public sealed class PurgingDocuments
{
    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task A_document_that_nobody_confirms_is_purged_after_a_day_and_never_earlier()
    {
        var (app, clinic, patient) = await Begin();
        var bytes = DocumentsOfAClinic.Pdf();
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        var path = ticket.Headers.Location!.ToString();
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        var other = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);

        await Pass(app, clinic, Durations.DocumentUnfinished.Length - TimeSpan.FromMinutes(1));
        var late = (await clinic.Owner.Post(other.Headers.Location + "/parts", null)).Expect(HttpStatusCode.OK);
        Assert.Single(await app.Objects(clinic.Id, CloudParts.Incoming));
        await Pass(app, clinic, TimeSpan.FromMinutes(1));
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        (await clinic.Owner.Post(path + "/confirmation", null)).ExpectProblem(HttpStatusCode.Conflict, "document-not-awaited");

        // A ticket of the last minute is still good; what it brings goes with the row.
        await DocumentsOfAClinic.PutParts(late.Json, bytes);
        Assert.Single(await app.Objects(clinic.Id, CloudParts.Incoming));
        await Pass(app, clinic, Durations.DocumentTicketsOver.Length);
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        (await clinic.Owner.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#document-unfinished"));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, $"PAT#{Hex(patient)}|CHT#"));
    }

    [Fact]
    public async Task A_document_that_is_confirmed_while_it_is_being_purged_keeps_its_file()
    {
        var (app, clinic, patient) = await Begin();
        var bytes = DocumentsOfAClinic.Pdf();
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        var path = ticket.Headers.Location!.ToString();
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        app.Clock.Advance(Durations.DocumentUnfinished.Length);
        (await clinic.Owner.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);

        var met = 0;
        using (app.Gate.Before(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "TransactWriteItems"
                && call.LeadingKeys.Any(k => k.EndsWith($"#PAT#{Hex(patient)}", StringComparison.Ordinal))
                && Interlocked.Increment(ref met) == 1)
            {
                (await clinic.Owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
            }
        }))
        {
            await app.Tick();
        }

        Assert.Equal("available", (await clinic.Owner.AwaitDocument(path))["state"]!.GetValue<string>());
        Assert.Equal(bytes, (await clinic.Owner.Get(path + "/content")).Expect(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task What_a_ticket_brings_after_the_end_is_deleted_and_the_document_stays()
    {
        var (app, clinic, patient) = await Begin();
        var bytes = DocumentsOfAClinic.Pdf();
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        var path = ticket.Headers.Location!.ToString();
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        (await clinic.Owner.Post(path + "/confirmation", null)).Expect(HttpStatusCode.Accepted);
        await clinic.Owner.AwaitDocument(path);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        Assert.Single(await app.Objects(clinic.Id, CloudParts.Incoming));

        await Pass(app, clinic, Durations.DocumentTicketsOver.Length);

        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        Assert.Equal(bytes, (await clinic.Owner.Get(path + "/content")).Expect(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task A_message_that_comes_again_seals_nothing_twice()
    {
        var (app, clinic, patient) = await Begin();
        var path = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        var before = (await clinic.Owner.Get(path)).Text;
        var subject = Hex(patient) + Hex(path.Split('/')[^1]);

        await Send(app, clinic, Topics.DocumentUploaded, subject);

        Assert.Equal(before, (await clinic.Owner.Get(path)).Text);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentStored)));
        Assert.Contains(
            await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentChecked)), l => l.Note == "nothing to do");
    }

    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task Of_an_erased_patient_no_file_stays_sealed_or_not()
    {
        var (app, clinic, patient) = await Begin();
        var other = await clinic.Owner.RegisterPatient();
        var kept = await clinic.Owner.Keep(other, DocumentsOfAClinic.Pdf());
        var path = await clinic.Owner.Keep(patient, DocumentsOfAClinic.Pdf());
        var bytes = DocumentsOfAClinic.Pdf();
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, bytes);
        Assert.Equal(2, (await app.Objects(clinic.Id, CloudParts.Documents)).Count);

        await Send(app, clinic, Topics.PatientErasure, Hex(patient));

        (await clinic.Owner.Get(path + "/content")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await clinic.Owner.Post(ticket.Headers.Location + "/confirmation", null))
            .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        await Until.Holds(
            async () => (await app.Objects(clinic.Id, CloudParts.Documents)).Count == 1
                && (await app.Objects(clinic.Id, CloudParts.Incoming)).Count == 0,
            "removal of her files");
        (await clinic.Owner.Get(kept + "/content")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_document_whose_patient_is_erased_while_it_is_checked_is_refused_and_leaves_nothing()
    {
        var (app, clinic, patient) = await Begin();
        var erased = 0;
        using var hook = app.Gate.After(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "PutObject" && call.Role == RoleNames.TenantData
                && call.Requests.Any(r => r.Resource.Contains("-documents-", StringComparison.Ordinal))
                && Interlocked.Increment(ref erased) == 1)
            {
                await Send(app, clinic, Topics.PatientErasure, Hex(patient));
            }
        });
        var path = await clinic.Owner.Send(patient, DocumentsOfAClinic.Pdf());
        await Until.Holds(
            async () => (await app.Raw.Trail(clinic.Id, nameof(AuditAction.DocumentRefused)))
                .Any(l => l.Note == "patient-closed"),
            "refusal of the document");
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Documents));
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        (await clinic.Owner.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    /// <summary>A message of the clinic, and when its effect is there.</summary>
    private static async Task Send(ClinicApp app, SignedUpClinic clinic, string topic, string subject)
    {
        var queue = CloudParts.Queues.Single(q => q.Topics.Contains(topic)).Name;
        async Task<int> Done() => (await app.Raw.Places(clinic.Id, CloudParts.Records, $"INB#{queue}#")).Count;
        var before = await Done();
        var caller = Caller.System(TenantId.Parse(clinic.Id), "test", "message");
        var commit = await app.ApiServices.GetRequiredService<TenantStores>().For(caller)
            .Commit(Change.By(caller, AuditAction.MessageRedriven).Publish(topic, subject), CancellationToken.None);
        Assert.True(commit.Holds(out _));
        await Until.Holds(async () => await Done() > before, topic);
    }

    private static async Task Pass(ClinicApp app, SignedUpClinic clinic, TimeSpan time)
    {
        app.Clock.Advance(time);
        await app.Tick();
        (await clinic.Owner.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
    }

    private static string Hex(string id) => id.Replace("-", "", StringComparison.Ordinal);

    private static async Task<(ClinicApp App, SignedUpClinic Clinic, string Patient)> Begin()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        return (app, clinic, await clinic.Owner.RegisterPatient());
    }
}
