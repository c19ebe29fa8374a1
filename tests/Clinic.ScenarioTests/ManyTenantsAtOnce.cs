using System.Net;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Clinic.Testing;
using Clinic.Testing.Isolation;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A few per cent of <c>Clinic.Soak tenants</c>.</summary>
[Trait("Host", "InProcess")]
public sealed class ManyTenantsAtOnce
{
    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Every_answer_belongs_to_its_clinic()
    {
        var report = await ManyTenants.Run(await ClinicApp.Get(), clinics: 5, requests: 300, seed: 1);
        Assert.True(report.Findings.Count == 0, report.ToString());
    }

    /// <summary>The search sees what it is there for.</summary>
    [Theory]
    [InlineData("{\"family\":\"FamXy\"}", "famxy")]
    [InlineData("aFamXyFamXyz", "famxy famxyz")]
    [InlineData("Fam Xy", "")]
    public void A_mark_of_another_clinic_is_found(string text, string found) =>
        Assert.Equal(
            found.Split(' ', StringSplitOptions.RemoveEmptyEntries), new MarkSearch(["famxy", "famxyz"]).In(text).Order());

    [Fact]
    public async Task A_cold_clinic_costs_one_assume_role_however_many_ask()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var path = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        app.ForgetClinic(clinic.Id);
        using var assumed = app.Gate.Record(d => d.Call is { Service: "sts", Role: RoleNames.ApiBase }
            && d.Call.Requests.Any(r => r.Context.Find("aws:RequestTag/tenant")?.Contains(clinic.Id) == true));
        var sessions = app.ApiServices.GetRequiredService<TenantSessions>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => sessions.For(
            RoleNames.TenantData, TenantId.Parse(clinic.Id), CancellationToken.None).AsTask()));
        Assert.Single(assumed.Decisions);
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_sessions_that_a_process_holds_are_bounded()
    {
        var app = await ClinicApp.Get();
        using var sessions = new TenantSessions(ClinicApp.Access(RoleNames.ApiBase, app.Cloud), app.Clock);
        foreach (var tenant in Enumerable.Range(0, TenantSessions.SessionsMax + 40).Select(i => TenantId.Parse($"b{i:d7}")))
        {
            await sessions.For(RoleNames.TenantData, tenant, CancellationToken.None);
        }

        Assert.InRange(sessions.Held, TenantSessions.SessionsMax / 2, TenantSessions.SessionsMax);
    }
}
