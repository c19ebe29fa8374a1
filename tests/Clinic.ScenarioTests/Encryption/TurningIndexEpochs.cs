using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests.Encryption;

/// <summary>Search items move to a new key each month, while the clinic works on.</summary>
[Collection(YearsGoBy.Name)]
[Trait("Host", "InProcess")]
public sealed class TurningIndexEpochs(YearsApp years)
{
    private static readonly string Round = Durations.IndexEpochAge.Name;

    [Fact]
    [Trait("Promise", "ENC-5")]
    public async Task Search_works_before_during_and_after_and_the_old_epoch_is_gone()
    {
        var clinic = await years.App.SignUpClinic();
        var early = await YearsApp.Register(clinic);
        var amended = await YearsApp.Register(clinic);

        await years.Pass(Durations.IndexEpochAge.Length, clinic);
        Assert.Equal(2, (await years.State(clinic)).FillingEpoch);
        var late = await YearsApp.Register(clinic);
        Assert.NotEmpty(await Items(clinic, 2, late.Path));
        await Amend(clinic, amended.Path, amended.Form, Samples.Phone(Samples.Next()));

        await years.Pass(Durations.RoundGrace.Length, clinic);
        await years.AwaitPhase(clinic, Round, "Emptying");
        var state = await years.State(clinic);
        Assert.Equal((2, null, 1), (state.IndexEpoch, state.FillingEpoch, state.LeavingEpoch));
        foreach (var (path, form) in (IEnumerable<(string, JsonNode)>)[early, amended, late])
        {
            Assert.Equal([path], await YearsApp.Found(clinic, form["phone"]!));
            Assert.Equal(
                (await Items(clinic, 1, path)).Select(i => i.Length), (await Items(clinic, 2, path)).Select(i => i.Length));
        }

        // An amendment of this time takes away what stood in the old epoch, and writes nothing into it.
        var before = late.Form["phone"]!.DeepClone();
        await Amend(clinic, late.Path, late.Form, Samples.Phone(Samples.Next()));
        Assert.Empty(await Items(clinic, 1, late.Path));
        Assert.Empty(await YearsApp.Found(clinic, before));

        await years.Pass(Durations.RoundGrace.Length, clinic);
        await years.AwaitPhase(clinic, Round, "Retiring");
        Assert.Empty(await years.App.Raw.Places(clinic.Id, CloudParts.Records, "IDX#1#"));
        Assert.Contains("KEY|index#001", await years.KeyRows(clinic));

        await years.Pass(Durations.RoundGrace.Length, clinic);
        Assert.Null(await years.Row(clinic, Keys.Round(Round)));
        Assert.DoesNotContain("KEY|index#001", await years.KeyRows(clinic));
        Assert.Equal([late.Path], await YearsApp.Found(clinic, late.Form["phone"]!));

        // A backup of the old epoch's items cannot be asked any more: nobody can make its tokens.
        await Assert.ThrowsAsync<KeyGoneException>(async () => await years.Keyring.WithIndexKey(
            TenantId.Parse(clinic.Id), 1, 0, static (_, _) => 0, CancellationToken.None));
    }

    /// <summary>
    /// The walk is more than a page, and its worker dies at another call each time its message comes: what is done twice does no
    /// harm, and nobody is left out.
    /// </summary>
    [Fact]
    [Trait("Promise", "ENC-5")]
    public async Task A_walk_that_dies_again_and_again_leaves_nobody_out()
    {
        var clinic = await years.App.SignUpClinic();
        var patients = new List<(string Path, JsonNode Form)>();
        for (var i = 0; i < 40; i++)
        {
            patients.Add(await YearsApp.Register(clinic));
        }

        await years.Pass(Durations.IndexEpochAge.Length, clinic);
        var (calls, deaths) = (0, 0);
        using (years.App.Gate.Before(call => Dies(call) ? throw new GateFaultException(400, "AccessDeniedException", "died here")
            : Task.CompletedTask))
        {
            await years.Pass(Durations.RoundGrace.Length, clinic);
            await years.AwaitPhase(clinic, Round, "Emptying");
        }

        Assert.True(deaths >= 4, $"{deaths} deaths");
        foreach (var (path, form) in patients)
        {
            Assert.Equal([path], await YearsApp.Found(clinic, form["phone"]!));
        }

        // At the second, fifth… transaction of the walk; its message comes again each time.
        bool Dies(GateCall call)
        {
            if (call.Tenant != clinic.Id || call.Operation != "TransactWriteItems"
                || !call.LeadingKeys.Any(k => k.Contains("#IDX#2#", StringComparison.Ordinal)))
            {
                return false;
            }

            var isDeath = Interlocked.Increment(ref calls) is 2 or 5 or 6 or 9;
            deaths += isDeath ? 1 : 0;
            return isDeath;
        }
    }

    private static async Task Amend(
        SignedUpClinic clinic, string path, JsonNode form, string phone)
    {
        form["phone"] = phone;
        var version = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).ETag;
        (await clinic.Owner.Put(path, form.DeepClone(), version)).Expect(HttpStatusCode.OK);
    }

    private async Task<IReadOnlyList<string>> Items(SignedUpClinic clinic, int epoch, string path) =>
        [.. (await years.App.Raw.Places(clinic.Id, CloudParts.Records, $"IDX#{epoch}#"))
            .Where(p => p.EndsWith(Keys.Hex(YearsApp.IdOf(path).Value), StringComparison.Ordinal)).Order()];
}
