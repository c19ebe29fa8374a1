using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.PeopleToTell;

namespace Clinic.ScenarioTests;

[Trait("Promise", "INC-4")]
public sealed class TellingPatientsOfAnIncident
{
    [Fact]
    [Trait("Promise", "INC-7")]
    public async Task The_patients_of_a_frozen_clinic_are_each_told_once_on_a_role_that_opens_identities_and_no_care()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var told = await Register(clinic, 12);
        var restricted = await Register(clinic);
        var (silent, gone, leaving) = (await Register(clinic, hasMail: false), await Register(clinic), await Register(clinic));
        await Set(app, clinic.Id, restricted.Id, "restricted");
        await Set(app, clinic.Id, leaving.Id, "erased");
        await Erase(app, clinic.Id, gone.Id);
        using var keys = app.Gate.Record(d => d.Call.Tenant == clinic.Id && d.Call.Role == RoleNames.TenantNotice);
        var id = await OpenNow(operators, app, clinic.Id);
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        await app.Mail.Await(clinic.Email, "is frozen");
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id);

        (await operators.Post(Path(id, clinic.Id), Order())).Expect(HttpStatusCode.Accepted);
        var seen = await Finished(operators, Path(id, clinic.Id));

        Assert.Equal("total=15 told=13 withoutAddress=2 pending=0 laterOnes=0", Numbers(seen));
        Assert.Equal("platform", seen["orderedBy"]!.GetValue<string>());
        foreach (var address in told.Select(t => t.Address).Append(restricted.Address!))
        {
            Assert.Equal(1, await Mails(app, address));
        }

        Assert.Equal(0, await Mails(app, gone.Address!));
        Assert.Equal(0, await Mails(app, leaving.Address!));
        Assert.Null(silent.Address);
        await Until.Holds(async () => !await app.Raw.HasOpenMessages(clinic.Id), "quiet");
        OnNoticeAlone(calls.Decisions, keys.Decisions);

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        var owner = await app.SignInAnew(clinic);
        var own = (await owner.Get(Own(id))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(Numbers(seen), Numbers(own));
        Assert.NotNull(own["finishedAt"]);
        Assert.Equal(8, (await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentNoticesStepDone))).Count);
        Assert.NotEmpty(await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentNoticesRead)));
    }

    [Fact]
    public async Task The_mail_says_what_the_law_lists_and_nothing_of_her_record()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var (_, address) = await Register(clinic);
        var id = await OpenNow(operators, app, clinic.Id);

        var answer = (await clinic.Owner.Post(Own(id), Order())).Expect(HttpStatusCode.Accepted);
        Assert.Equal(Own(id), answer.Headers.Location!.ToString());
        var seen = await Finished(clinic.Owner, Own(id));

        Assert.Equal("owner", seen["orderedBy"]!.GetValue<string>());
        var mail = Assert.Single(await app.Mail.To(address!));
        Assert.Equal($"{clinic.Name}: {Subject}", mail.Subject);
        foreach (var part in (string[])[
            Incidents.Title, Consequences, Measures, Advice, Contact, "health records", "how to reach you",
            "When it was noticed", id])
        {
            Assert.Contains(part, mail.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Sunita", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("1986", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Incidents.Description[..20], mail.Text, StringComparison.Ordinal);
        foreach (var row in (await app.Raw.Of(clinic.Id, CloudParts.Records)).Values)
        {
            Assert.DoesNotContain(row.Values, v => v.S?.Contains("revoked within", StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public async Task It_is_ordered_once_by_whom_ever_and_a_repeated_request_is_answered_alike()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var (_, address) = await Register(clinic);
        var (owners, theirs) = (await OpenNow(operators, app, clinic.Id), await OpenNow(operators, app, clinic.Id));
        var key = Guid.CreateVersion7().ToString("N");

        var first = (await clinic.Owner.Post(Own(owners), Order(), key)).Expect(HttpStatusCode.Accepted);
        var again = (await clinic.Owner.Post(Own(owners), Order(), key)).Expect(HttpStatusCode.Accepted);
        Assert.Equal(first.Text, again.Text);
        (await clinic.Owner.Post(Own(owners), Order()))
            .ExpectProblem(HttpStatusCode.Conflict, "notices-ordered");
        (await operators.Post(Path(owners, clinic.Id), Order())).ExpectProblem(HttpStatusCode.Conflict, "notices-ordered");

        key = Guid.CreateVersion7().ToString("N");
        (await operators.Post(Path(theirs, clinic.Id), Order(), key)).Expect(HttpStatusCode.Accepted);
        await Finished(operators, Path(theirs, clinic.Id));
        (await operators.Post(Path(theirs, clinic.Id), Order(), key)).Expect(HttpStatusCode.Accepted);
        (await operators.Post(Path(theirs, clinic.Id), Order())).ExpectProblem(HttpStatusCode.Conflict, "notices-ordered");
        (await clinic.Owner.Post(Own(theirs), Order()))
            .ExpectProblem(HttpStatusCode.Conflict, "notices-ordered");

        await Finished(clinic.Owner, Own(owners));
        Assert.Equal(2, await Mails(app, address!));
    }

    [Fact]
    [Trait("Promise", "INC-9")]
    public async Task A_drill_counts_everybody_and_sends_nothing()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var people = await Register(clinic, 2);
        await Register(clinic, hasMail: false);
        var id = await OpenNow(operators, app, clinic.Id, r => r["drill"] = true);

        (await operators.Post(Path(id, clinic.Id), Order())).Expect(HttpStatusCode.Accepted);
        var seen = await Finished(operators, Path(id, clinic.Id));

        Assert.True(seen["drill"]!.GetValue<bool>());
        Assert.Equal("total=3 told=2 withoutAddress=1 pending=0 laterOnes=0", Numbers(seen));
        Assert.All(people, p => Assert.Equal(0, Mails(app, p.Address).GetAwaiter().GetResult()));
        Assert.Equal(2 + 1, (await app.Raw.Trail(clinic.Id, nameof(AuditAction.MailRehearsed))).Count);
    }

    [Fact]
    public async Task Whoever_came_after_it_was_noticed_is_not_told()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var id = await OpenNow(operators, app, clinic.Id, r => r["awareAt"] = Incidents.Text(
            app.Clock.GetUtcNow() - TimeSpan.FromMinutes(10)));
        var (_, address) = await Register(clinic);

        (await clinic.Owner.Post(Own(id), Order())).Expect(HttpStatusCode.Accepted);
        var seen = await Finished(clinic.Owner, Own(id));

        Assert.Equal("total=0 told=0 withoutAddress=0 pending=0 laterOnes=1", Numbers(seen));
        Assert.Equal(0, await Mails(app, address!));
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Another_clinic_a_wrong_role_and_a_clinic_that_is_not_concerned_are_refused()
    {
        var app = await ClinicApp.Get();
        var (clinic, other, operators) = (await app.SignUpClinic(), await app.SignUpClinic(), await app.SignInOperator());
        var id = await OpenNow(operators, app, clinic.Id);
        var doctor = await app.Join(clinic, "doctor");
        var own = Own(id);

        (await other.Owner.Post(own, Order())).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await other.Owner.Get(own)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await doctor.Client.Post(own, Order())).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await doctor.Client.Get(own)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.Post(own, Order())).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Post(Path(id, clinic.Id), Order())).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Get(Path(id, clinic.Id))).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        foreach (var wrong in (string[])[other.Id, "zzzzzzzz", "platform", "T%23"])
        {
            (await operators.Post(Path(id, wrong), Order())).ExpectProblem(HttpStatusCode.NotFound, "not-found");
            (await operators.Get(Path(id, wrong))).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        (await operators.Get(Path(id, clinic.Id))).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await clinic.Owner.Get(own)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        foreach (var (field, value) in ((string, string)[])[
            ("consequences", " "), ("measures", new string('x', 1501)), ("advice", "\u0007"), ("contact", new string('x', 301))])
        {
            var order = Order();
            order["words"]![field] = value;
            var refused = (await clinic.Owner.Post(own, order))
                .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
            Assert.Equal("words." + field, refused.Json["errors"]![0]!["field"]!.GetValue<string>());
        }

        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "INP#"));
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_message_that_comes_three_times_tells_once_and_a_clinic_has_no_say_over_another()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var people = await Register(clinic, 3);
        var id = await OpenNow(operators, app, clinic.Id);
        (await operators.Post(Path(id, clinic.Id), Order())).Expect(HttpStatusCode.Accepted);
        await Finished(operators, Path(id, clinic.Id));
        var messages = (await app.Raw.Of(clinic.Id, CloudParts.Records)).Values.Where(r => r["sk"].S == "OUT"
            && r["topic"].S is Topics.IncidentPeople or Topics.IncidentPerson).ToList();
        Assert.Equal(4, messages.Count);

        var sent = new List<string>();
        foreach (var message in messages.Concat(messages))
        {
            sent.Add(await Queues.Send(app, CloudParts.BreachAlerts, message["topic"].S, clinic.Id, message["id"].S));
        }

        var forged = Store(app, clinic.Id);
        var done = await forged.Commit(
            Change.By(forged.Caller, AuditAction.MessageRedriven)
                .Publish(Topics.IncidentPeopleOrdered, $"{Guid.Parse(id):N}#{clinic.Id}"),
            CancellationToken.None);
        Assert.True(done.Holds(out _));
        await Until.Holds(() => Task.FromResult(sent.TrueForAll(s => Queues.Result(s) == "message-done")), "answers");
        await Until.Holds(
            async () => (await app.Raw.Trail(clinic.Id, nameof(AuditAction.MessageRefused))).Count
                + (await app.Raw.Trail("platform", nameof(AuditAction.MessageRefused))).Count > 0, "refusal of the forged order");
        foreach (var person in people)
        {
            Assert.Equal(1, await Mails(app, person.Address));
        }
    }

    /// <summary>
    /// The workers asked for keys on TenantNotice alone, and for no purpose but those; what the operator's own request read, it
    /// read by rows without a sealed attribute.
    /// </summary>
    private static void OnNoticeAlone(
        IReadOnlyCollection<GateDecision> frozen, IReadOnlyCollection<GateDecision> onNotice)
    {
        var purposes = onNotice.Where(d => d.Call.Service == "kms")
            .SelectMany(d => d.Call.Requests.SelectMany(r => r.Context.Find(KeyPatterns.ContextPurpose) ?? [])).ToHashSet();
        Assert.Equal(new HashSet<string> { "contacts", "audit-detail", "identities" }, purposes);
        Assert.DoesNotContain(
            frozen, d => d.Call.Role != RoleNames.TenantNotice && (d.Call.Service == "kms"
                || d.Call.LeadingKeys.Any(k => k.Contains("#PAT#", StringComparison.Ordinal)
                    || k.Contains("#KEY", StringComparison.Ordinal))));
        Assert.Contains(frozen, d => d.Call.LeadingKeys.Any(k => k.Contains("#PAT#", StringComparison.Ordinal)));
        Assert.DoesNotContain(frozen.Concat(onNotice), d => !d.Allowed);
    }
}
