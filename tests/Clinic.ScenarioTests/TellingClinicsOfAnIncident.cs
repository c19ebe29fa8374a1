using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clinic.Identity;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Clinic.ScenarioTests.Incidents;

namespace Clinic.ScenarioTests;

public sealed class TellingClinicsOfAnIncident
{
    [Fact]
    [Trait("Promise", "INC-1")]
    public async Task Each_owner_is_mailed_and_the_incident_shows_who_was_told_within_a_day()
    {
        var app = await ClinicApp.Get();
        var (one, two) = (await app.SignUpClinic(), await app.SignUpClinic());
        var operators = await app.SignInOperator();

        var id = await Open(operators, app, [one.Id, two.Id, "zzzzzzzz"]);
        var seen = await Settled(operators, id);

        Assert.Equal(["told", "told", "unknown"], seen["clinics"]!.AsArray().Select(c => c!["state"]!.GetValue<string>()));
        Assert.Equal([true, true], seen["clinics"]!.AsArray().Take(2).Select(c => c!["inTime"]!.GetValue<bool>()));
        Assert.Equal("met", Clock(seen, "clinic-told")["state"]!.GetValue<string>());
        Assert.Equal("running", Clock(seen, "cert-in-report")["state"]!.GetValue<string>());
        foreach (var clinic in new[] { one, two })
        {
            var mail = Assert.Single(await IncidentMails(app, clinic.Email));
            Assert.Contains(Title, mail.Text, StringComparison.Ordinal);
            Assert.Contains("When it was noticed", mail.Text, StringComparison.Ordinal);
            Assert.Contains("health records", mail.Text, StringComparison.Ordinal);
            Assert.Contains("hello@clinic.example", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("courier mislaid", mail.Text, StringComparison.Ordinal);
            Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentReceived)));
        }
    }

    [Fact]
    [Trait("Promise", "INC-1")]
    public async Task A_clinic_reads_its_own_copy_and_nothing_of_the_other_clinics()
    {
        var app = await ClinicApp.Get();
        var (one, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var operators = await app.SignInOperator();
        var id = await Open(operators, app, [one.Id]);
        await Settled(operators, id);

        var copy = (await one.Owner.Get($"/v1/incidents/{id}")).Expect(HttpStatusCode.OK);
        Assert.Equal(Description, copy.Json["description"]!.GetValue<string>());
        Assert.Equal("data-breach", copy.Json["kind"]!.GetValue<string>());
        Assert.Null(copy.Json["clinics"]);
        var list = (await one.Owner.Get("/v1/incidents")).Expect(HttpStatusCode.OK);
        Assert.Equal(Title, Assert.Single(list.Json["incidents"]!.AsArray())!["title"]!.GetValue<string>());

        (await other.Owner.Get($"/v1/incidents/{id}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Empty((await other.Owner.Get("/v1/incidents")).Expect(HttpStatusCode.OK).Json["incidents"]!.AsArray());
        Assert.Single(await app.Raw.Trail(one.Id, nameof(AuditAction.IncidentRead)));
        Assert.Single(await app.Raw.Trail(one.Id, nameof(AuditAction.IncidentsListed)));
    }

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public async Task Owners_have_no_way_to_the_platform_and_operators_none_to_clinics()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        var id = await Open(operators, app, [clinic.Id]);
        await Settled(operators, id);

        (await clinic.Owner.Post("/platform/v1/incidents", Request(app, [clinic.Id])))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Get("/platform/v1/incidents")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Get($"/platform/v1/incidents/{id}")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.Get("/v1/incidents")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.Get($"/v1/incidents/{id}")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.Get("/v1/clinics/current")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await app.Client().Get("/platform/v1/incidents")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
    }

    [Fact]
    [Trait("Promise", "INC-9")]
    public async Task A_drill_runs_everything_and_sends_nothing()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();

        var id = await Open(operators, app, [clinic.Id], r => r["drill"] = true);
        var seen = await Settled(operators, id);

        Assert.True(seen["drill"]!.GetValue<bool>());
        Assert.Equal("told", seen["clinics"]![0]!["state"]!.GetValue<string>());
        Assert.Empty(await IncidentMails(app, clinic.Email));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.MailRehearsed)));
        var deliveries = (await app.Raw.Of(clinic.Id, CloudParts.Records))
            .Where(r => r.Key.StartsWith("DLV#", StringComparison.Ordinal));
        Assert.Single(deliveries, d => d.Value["state"].S == "drill");
        Assert.True((await clinic.Owner.Get($"/v1/incidents/{id}")).Expect(HttpStatusCode.OK).Json["drill"]!.GetValue<bool>());
    }

    [Fact]
    [Trait("Promise", "INC-1")]
    public async Task A_clinic_counts_as_told_when_the_last_of_its_owners_is()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var second = await AddOwner(app, clinic.Id, "second");
        var operators = await app.SignInOperator();
        using var unreachable = app.Gate.Before(c => Mentions(c, second)
            ? throw new GateFaultException(500, "ServiceUnavailable", "down") : Task.CompletedTask);

        var id = await Open(operators, app, [clinic.Id]);
        await Until.Holds(async () => (await IncidentMails(app, clinic.Email)).Count == 1, "mail to the first owner");
        await Until.Holds(
            async () => (await app.Raw.Trail(clinic.Id, nameof(AuditAction.MailRefused))).Count > 0
                && (await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentClinicMarked))).Count > 0,
            "refusal of the second and news of the first");
        Assert.Equal("pending", (await Read(operators, id))["clinics"]![0]!["state"]!.GetValue<string>());

        unreachable.Dispose();
        Assert.Equal("told", (await Settled(operators, id))["clinics"]![0]!["state"]!.GetValue<string>());
        Assert.Single(await IncidentMails(app, clinic.Email));
        Assert.Single(await IncidentMails(app, second));
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_crash_between_the_clinics_copy_and_the_platforms_mark_changes_nothing_in_the_end()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        int copies = 0, marks = 0;

        // After the clinic's own transaction, the platform's fails once; later the news back fails once in the same way.
        using var crash = app.Gate.Before(call => call is { Operation: "TransactWriteItems", Tenant: "platform" }
                && Body(call).Contains(clinic.Id, StringComparison.Ordinal)
                && (Body(call).Contains("Received", StringComparison.Ordinal) && Interlocked.Increment(ref copies) == 1
                    || Body(call).Contains("CLN#" + clinic.Id, StringComparison.Ordinal) && Interlocked.Increment(ref marks) == 1)
            ? throw new GateFaultException(400, "AccessDeniedException", "crashed here")
            : Task.CompletedTask);
        var id = await Open(operators, app, [clinic.Id]);
        var seen = await Settled(operators, id);

        Assert.Equal("told", seen["clinics"]![0]!["state"]!.GetValue<string>());
        Assert.True(copies >= 2 && marks >= 2, $"{copies} and {marks} attempts");
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentReceived)));
        Assert.Single(await IncidentMails(app, clinic.Email));
    }

    [Fact]
    [Trait("Promise", "MSG-7")]
    public async Task A_message_that_comes_three_times_tells_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        var id = await Open(operators, app, [clinic.Id]);
        await Settled(operators, id);
        var message = (await app.Raw.Of("platform", CloudParts.Records)).Values
            .Single(r => r["sk"].S == "OUT" && r["subject"].S == $"{Guid.Parse(id):N}#{clinic.Id}");

        var sent = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            sent.Add(await Queues.Send(app, CloudParts.BreachAlerts, Topics.IncidentOpened, "platform", message["id"].S));
        }

        await Until.Holds(() => Task.FromResult(sent.TrueForAll(s => Queues.Result(s) == "message-done")), "three answers");
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentReceived)));
        Assert.Single(await IncidentMails(app, clinic.Email));
    }

    [Fact]
    public async Task A_sign_up_that_nobody_confirmed_is_shown_as_such_and_gets_no_mail()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        var operators = await app.SignInOperator();

        var seen = await Settled(operators, await Open(operators, app, [clinic.Id]));

        Assert.Equal("unconfirmed", seen["clinics"]![0]!["state"]!.GetValue<string>());
        Assert.Empty(await IncidentMails(app, clinic.Email));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "INC#"));
    }

    [Fact]
    [Trait("Promise", "INC-3")]
    public async Task Clocks_run_from_awareness_and_a_late_notice_says_so()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        var aware = app.Clock.GetUtcNow() - TimeSpan.FromHours(30);

        var seen = await Settled(operators, await Open(operators, app, [clinic.Id], r => r["awareAt"] = Text(aware)));

        Assert.False(seen["clinics"]![0]!["inTime"]!.GetValue<bool>());
        Assert.Equal("late", Clock(seen, "clinic-told")["state"]!.GetValue<string>());
        Assert.Equal("overdue", Clock(seen, "cert-in-report")["state"]!.GetValue<string>());
        Assert.Equal(aware + TimeSpan.FromHours(6), Clock(seen, "cert-in-report")["due"]!.GetValue<DateTimeOffset>(),
            TimeSpan.FromMilliseconds(1));
        Assert.Contains("CERT-In", Clock(seen, "cert-in-report")["source"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Promise", "ENC-4")]
    public async Task What_happened_is_not_readable_in_the_tables()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        await Settled(operators, await Open(operators, app, [clinic.Id], r => r["title"] = "Quokka in the server room"));

        foreach (var row in await app.Raw.All(CloudParts.Records))
        {
            Assert.DoesNotContain(row.Values, v => v.S?.Contains("Quokka", StringComparison.Ordinal) == true
                || (v.B is { } b && System.Text.Encoding.UTF8.GetString(b.ToArray())
                    .Contains("Quokka", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task The_list_goes_on_with_a_cursor_that_another_tenant_cannot_use()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var operators = await app.SignInOperator();
        var opened = new List<string>();
        for (var i = 0; i < 27; i++)
        {
            opened.Add(await Open(operators, app, ["zzzzzzzz"], r => r["drill"] = true));
        }

        var first = (await operators.Get("/platform/v1/incidents")).Expect(HttpStatusCode.OK).Json;
        var next = first["next"]!.GetValue<string>();
        var second = (await operators.Get($"/platform/v1/incidents?cursor={next}")).Expect(HttpStatusCode.OK).Json;
        var listed = new[] { first, second }.SelectMany(p => p["incidents"]!.AsArray()).Select(i => i!["id"]!.GetValue<string>())
            .ToList();
        Assert.Equal(25, first["incidents"]!.AsArray().Count);
        Assert.Subset(listed.ToHashSet(), opened.ToHashSet());
        Assert.Equal(listed.Count, listed.Distinct().Count());
        (await clinic.Owner.Get($"/v1/incidents?cursor={next}")).ExpectProblem(HttpStatusCode.BadRequest, "cursor");
    }

    [Fact]
    public async Task The_same_idempotency_key_opens_one_incident()
    {
        var app = await ClinicApp.Get();
        var operators = await app.SignInOperator();
        var request = Request(app, ["zzzzzzzz"]);
        var key = Guid.CreateVersion7().ToString("N");

        var first = (await operators.Post("/platform/v1/incidents", request, key)).Expect(HttpStatusCode.Created);
        var again = (await operators.Post("/platform/v1/incidents", request, key)).Expect(HttpStatusCode.Created);

        Assert.Equal(first.Json["id"]!.GetValue<string>(), again.Json["id"]!.GetValue<string>());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.EndsWith(first.Json["id"]!.GetValue<string>(), first.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_clinics_fit_one_incident()
    {
        var app = await ClinicApp.Get();
        var operators = await app.SignInOperator();
        var many = Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"zzzzzz{i:D2}")).ToArray();

        var seen = await Settled(operators, await Open(operators, app, many));

        Assert.Equal(50, seen["clinics"]!.AsArray().Count(c => c!["state"]!.GetValue<string>() == "unknown"));
    }
}
