using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Clinic.Api;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Testing;
using Clinic.Testing.Faults;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>The Api with the budget of the product and nothing behind it: how soon it says so.</summary>
[Collection(FaultApp.Name)]
[Trait("Host", "InProcess")]
public sealed class AgainstADeadStore
{
    /// <summary>API Gateway gives up at 29 s; a client should hear of it long before.</summary>
    private static readonly TimeSpan AnswerMax = new CallBudget().Request + TimeSpan.FromSeconds(3);

    /// <summary>At once, because most of it is waiting.</summary>
    [Fact]
    public async Task A_store_that_refuses_or_takes_no_connection_or_never_answers_is_503_in_time() =>
        await Task.WhenAll(
            Ask(new Uri("http://127.0.0.1:1"), TimeSpan.FromSeconds(4)), TakesNoConnection(), NeverAnswers());

    private static async Task TakesNoConnection()
    {
        // A full queue of connections: further ones are neither taken nor refused.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            .ToList();
        waiting.ForEach(s => _ = s.ConnectAsync(full.LocalEndPoint!));
        await Ask(new Uri($"http://{full.LocalEndPoint}"), TimeSpan.FromSeconds(7));
        waiting.ForEach(s => s.Dispose());
    }

    private static async Task NeverAnswers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(100);
        await Ask(new Uri($"http://{silent.LocalEndpoint}"), AnswerMax);
    }

    /// <summary>A read, a change, a sign-in and a sign-up at once: each waits for another service first.</summary>
    private static async Task Ask(Uri store, TimeSpan max)
    {
        var access = new AwsAccess(CloudNames.Local, store, new Amazon.Runtime.BasicAWSCredentials(
            LocalPrincipals.AccessKey(RoleNames.ApiBase), LocalPrincipals.SecretKey(RoleNames.ApiBase)));
        await using var api = ApiHost.Build([], access, b =>
        {
            b.WebHost.UseUrls("http://127.0.0.1:0");
            b.Logging.ClearProviders().AddProvider(new LogCapture());
        });
        await api.StartAsync();
        var url = new Uri(api.Urls.Single());
        var token = SessionToken.Draw(TenantId.Draw());
        using var client = new ClinicClient(url, url) { CsrfToken = token.CsrfToken };
        client.Cookies.Add(url, new Cookie("session", $"{token.Tenant.Value}.{token.Secret}"));
        var path = $"/v1/patients/{Guid.CreateVersion7()}";
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(
            client.Get(path),
            client.Put(path, Samples.Registration()["patient"]!, "\"1\""),
            client.SignIn("nobody@clinic.example", Samples.Password),
            client.Post("/v1/clinics", Samples.SignUp()));
        var took = Stopwatch.GetElapsedTime(started);

        Assert.All(answers, a =>
        {
            a.ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.Equal(new CallBudget().RetryAfter, a.Headers.RetryAfter?.Delta);
        });
        Assert.True(took < max, $"{took.TotalMilliseconds:0} ms");
    }
}
