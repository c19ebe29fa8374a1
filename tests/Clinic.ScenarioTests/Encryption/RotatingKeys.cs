using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests.Encryption;

[Collection(YearsGoBy.Name)]
[Trait("Host", "InProcess")]
public sealed class RotatingKeys(YearsApp years)
{
    private static readonly string Round = Durations.TenantKeyAge.Name;

    [Fact]
    [Trait("Promise", "ENC-5")]
    public async Task A_year_renews_the_clinics_keys_at_once_and_a_patients_with_use()
    {
        var clinic = await years.App.SignUpClinic();
        var used = await YearsApp.Register(clinic);
        var idle = await YearsApp.Register(clinic);

        await years.Pass(Durations.TenantKeyAge.Length + TimeSpan.FromMinutes(1), clinic);
        var rows = await years.KeyRows(clinic, "KEY|");
        Assert.All(
            (string[])["patients", "contacts", "audit-detail", "intake"], purpose => Assert.Contains($"KEY|{purpose}#002", rows));

        // Who loaded the keys before goes on; a row that a newer key sealed makes it load again.
        (await clinic.Owner.Get(used.Path)).Expect(HttpStatusCode.OK);
        await years.Pass(Durations.RoundGrace.Length, clinic);
        await years.AwaitPhase(clinic, Round, "WrappingAgain");
        Assert.All(await years.KeyRows(clinic, "KEY#PAT#"), row => Assert.EndsWith("#001#002", row));

        var version = (await clinic.Owner.Get(used.Path)).Expect(HttpStatusCode.OK).ETag;
        (await clinic.Owner.Put(used.Path, used.Form.DeepClone(), version)).Expect(HttpStatusCode.OK);
        Assert.Equal(["identity#001#002", "identity#002#002"], await Identity(clinic, used.Path));
        Assert.Equal(["identity#001#002"], await Identity(clinic, idle.Path));

        await years.Pass(Durations.OldWrapKept.Length, clinic);
        await years.AwaitPhase(clinic, Round, "Retiring");
        Assert.Contains("KEY|patients#001", await years.KeyRows(clinic));
        await years.Pass(Durations.RoundGrace.Length, clinic);
        Assert.DoesNotContain("KEY|patients#001", await years.KeyRows(clinic));

        // What the old key sealed, what the new one seals, and what nobody touched.
        years.App.ForgetClinic(clinic.Id);
        years.App.ForgetKeys(clinic.Id, used.Path.Split('/')[^1]);
        (await clinic.Owner.Get(used.Path)).Expect(HttpStatusCode.OK);
        Assert.Single((await clinic.Owner.Get(used.Path + "/versions")).Expect(HttpStatusCode.OK).Json["versions"]!.AsArray());
        (await clinic.Owner.Get(idle.Path)).Expect(HttpStatusCode.OK);
    }

    /// <summary>
    /// Several find the same old key and draw its next version at once: one row stands, and what was written is readable.
    /// </summary>
    [Fact]
    public async Task Changes_that_draw_the_same_key_at_once_draw_it_once()
    {
        var clinic = await years.App.SignUpClinic();
        var (path, _) = await YearsApp.Register(clinic);
        await years.Pass(Durations.PatientKeyAge.Length + TimeSpan.FromDays(1), clinic);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => clinic.Owner.Post(
            path + "/consents", new JsonObject { ["consents"] = new JsonArray(Samples.Consent("communication-sms")) })));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers, a => Assert.True(
            a.Status is HttpStatusCode.Created or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed, a.Text));
        Assert.Equal(["identity#001#001", "identity#002#002"], await Identity(clinic, path));
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
    }

    /// <summary>
    /// A process that does not know the clinic's new key yet wraps by the old one: the same number twice, two keys, and what each
    /// sealed stays readable through both rounds.
    /// </summary>
    [Fact]
    public async Task A_key_drawn_by_a_process_that_is_behind_is_not_lost()
    {
        var clinic = await years.App.SignUpClinic();
        var tenant = TenantId.Parse(clinic.Id);
        var (path, _) = await YearsApp.Register(clinic);
        var key = KeyRef.Of(YearsApp.IdOf(path), KeyClass.Identity);
        var behind = await years.Maker.DrawPatientKey(tenant, key, 2, static _ => null, CancellationToken.None);

        await years.Pass(Durations.TenantKeyAge.Length + TimeSpan.FromDays(1), clinic);
        (await clinic.Owner.Post(
            path + "/consents", new JsonObject { ["consents"] = new JsonArray(Samples.Consent("communication-sms")) }))
            .Expect(HttpStatusCode.Created);
        await years.PutKey(clinic, behind.Row);
        Assert.Equal(["identity#001#001", "identity#002#001", "identity#002#002"], await Identity(clinic, path));

        await years.Pass(Durations.RoundGrace.Length, clinic);
        await years.AwaitPhase(clinic, Round, "WrappingAgain");
        Assert.Equal(["identity#001#002", "identity#002#002", "identity#003#002"], await Identity(clinic, path));
        years.App.ForgetKeys(clinic.Id, path.Split('/')[^1]);
        var set = await years.Keyring.Find(tenant, key, CancellationToken.None);
        Assert.NotNull(set!.ById(behind.Version.Key.Id));
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
    }

    private async Task<IReadOnlyList<string>> Identity(SignedUpClinic clinic, string path)
    {
        var area = Keys.PatientKeyArea(YearsApp.IdOf(path));
        return [.. (await years.KeyRows(clinic, $"{area}|identity#")).Select(r => r.Split('|')[1]).Order()];
    }
}
