using System.Net;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Clinic.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What the matrix of faults cannot see: how many knock, who left, what the log and the platform's trail say.</summary>
[Collection(FaultApp.Name)]
[Trait("Host", "InProcess")]
public sealed class StoreOutages(FaultApp faults)
{
    private const int Callers = 12;

    [Fact]
    public async Task Many_callers_of_a_cold_clinic_knock_at_sts_once_and_a_failure_is_not_kept()
    {
        var app = faults.App;
        var clinic = await app.SignUpClinic();
        var keyring = app.ApiServices.GetRequiredService<Keyring>();
        var key = KeyRef.Of(TenantPurpose.Index);
        Task<DataKeySet?[]> Knock() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ =>
            keyring.Find(TenantId.Parse(clinic.Id), key, CancellationToken.None).AsTask()));

        app.ForgetClinic(clinic.Id);
        var knocks = 0;
        using (app.Gate.Before(call => IsSts(call, clinic) ? Refuse(ref knocks) : Task.CompletedTask))
        {
            await Assert.ThrowsAsync<Amazon.SecurityToken.AmazonSecurityTokenServiceException>(Knock);
        }

        // One flight of credentials with its tries, however many waited for it.
        Assert.Equal(1 + FaultMatrix.SmallBudget.RetriesMax, knocks);
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id || IsSts(d.Call, clinic));
        Assert.All(await Knock(), Assert.NotNull);
        Assert.Equal(
            ["AssumeRole", "Decrypt", "Query"],
            calls.Decisions.Select(d => d.Call.Operation).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(2 + Keyring.FromSignUp.Count, calls.Decisions.Count);
    }

    [Fact]
    public async Task A_client_that_leaves_while_its_write_is_under_way_finds_it_done_once()
    {
        var app = faults.App;
        var clinic = await app.SignUpClinic();
        var (body, key) = (Samples.Registration(), Guid.CreateVersion7().ToString("N"));
        using var leaving = new CancellationTokenSource();
        using (app.Gate.After(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "TransactWriteItems" && !leaving.IsCancellationRequested)
            {
                await leaving.CancelAsync();
                throw GateFaultException.Abort();
            }
        }))
        {
            using var http = new HttpClient { BaseAddress = app.Url };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/patients");
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
            request.Headers.Add("Cookie", clinic.Owner.Cookies.GetCookieHeader(app.Site));
            request.Headers.Add("X-CSRF-Token", clinic.Owner.CsrfToken);
            request.Headers.Add("Idempotency-Key", key);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.SendAsync(request, leaving.Token));
        }

        var answer = (await clinic.Owner.Post("/v1/patients", body, key)).Expect(HttpStatusCode.Created);
        Assert.True(answer.Headers.Contains("Idempotency-Replayed"));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientRegistered)));
        var places = await app.Raw.Places(clinic.Id, CloudParts.Records, "PAT#");
        Assert.Single(places, p => p.EndsWith("|HEAD", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Promise", "AUD-1")]
    public async Task A_denial_that_the_platforms_trail_cannot_take_is_503_until_it_can_and_then_counted()
    {
        var app = faults.App;
        using var stranger = app.Client();
        using (app.Gate.Before(call => call.LeadingKeys.Any(k => k.StartsWith("T#platform#AUD#", StringComparison.Ordinal))
            ? throw new GateFaultException(500, "InternalServerError", "planted")
            : Task.CompletedTask))
        {
            for (var i = 0; i < 3; i++)
            {
                (await stranger.Delete("/v1/sessions/current")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
            }
        }

        (await stranger.Delete("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        Assert.Contains(
            await app.Raw.Trail("platform", nameof(AuditAction.AccessDenied)),
            l => l is { Subject: "SignOut", Note: "session-required and 3 before" });
    }

    [Fact]
    public async Task The_log_says_503_of_what_was_answered_503()
    {
        var app = faults.App;
        var clinic = await app.SignUpClinic();
        using (app.Gate.Before(call => call.LeadingKeys.Any(k => k.StartsWith($"T#{clinic.Id}#", StringComparison.Ordinal))
            ? throw GateFaultException.Abort()
            : Task.CompletedTask))
        {
            var answer = (await clinic.Owner.Get("/v1/audit")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
            var id = answer.Headers.GetValues("X-Request-Id").Single();
            await Until.Holds(
                () => Task.FromResult(LogCapture.Lines.Any(l => l.Contains(id, StringComparison.Ordinal) && l.Contains(" 503 ",
                    StringComparison.Ordinal))),
                "line of the answer");
        }
    }

    private static bool IsSts(GateCall call, SignedUpClinic clinic) =>
        call.Service == "sts" && call.Requests.Any(r => r.Context.Single("aws:RequestTag/tenant") == clinic.Id);

    private static Task Refuse(ref int knocks)
    {
        Interlocked.Increment(ref knocks);
        throw new GateFaultException(503, "ServiceUnavailable", "planted");
    }
}
