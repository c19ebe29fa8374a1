using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Clinic.Testing.Faults;
using Clinic.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests.Encryption;

/// <summary>After her keys nothing of a patient opens: not in the tables, not in copies of them, not after a restore.</summary>
[Collection(YearsGoBy.Name)]
[Trait("Host", "InProcess")]
public sealed class ErasingAPatient(YearsApp years)
{
    private StoreParts Parts => years.App.ApiServices.GetRequiredService<StoreParts>();

    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task Nothing_of_an_erased_patient_opens_in_a_copy_taken_before()
    {
        var (clinic, path, form) = await WithHistory();
        var id = YearsApp.IdOf(path);
        var copy = await CopiedRows.Take(years.App, clinic.Id);
        var (count, opened) = await copy.TryToOpen(Parts, id);
        Assert.True(count >= 9, $"{count} sealed values");
        Assert.Equal(count, opened);

        await Erase(clinic, id);
        ForgetAll(clinic, id);
        Assert.Equal((count, 0), await copy.TryToOpen(Parts, id));
        foreach (var route in (string[])["", "/versions", "/consents", "/export", "/chart"])
        {
            (await clinic.Owner.Get(path + route)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        Assert.Empty(await YearsApp.Found(clinic, form["phone"]!));
        Assert.Empty((await CopiedRows.Take(years.App, clinic.Id)).SearchItems(Keys.Hex(id.Value)));
        Assert.Empty(await years.KeyRows(clinic, Keys.PatientKeyArea(id)));

        // The trail of her stays, sealed for ever, and still verifies.
        Assert.Empty(ChainCheck.Complaints((await years.App.Raw.Of(clinic.Id, CloudParts.Audit)).Values));
        Assert.NotEmpty(await years.App.Raw.Trail(clinic.Id, nameof(AuditAction.PatientAmended)));
        Assert.NotEmpty(await years.App.Raw.Trail(clinic.Id, nameof(AuditAction.PatientKeysDestroyed)));
        (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created);
    }

    /// <summary>The control and the proof in one: the old keys do open the copy, until the ledger is replayed on them.</summary>
    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task A_restore_of_the_keys_opens_nothing_once_the_ledger_is_replayed()
    {
        var (clinic, path, _) = await WithHistory();
        var (other, otherForm) = await YearsApp.Register(clinic);
        var id = YearsApp.IdOf(path);
        var copy = await CopiedRows.Take(years.App, clinic.Id);
        await Erase(clinic, id);

        await copy.RestoreKeys(years.App, CloudNames.Local.Table(CloudParts.Keys));
        ForgetAll(clinic, id);
        var (count, opened) = await copy.TryToOpen(Parts, id);
        Assert.Equal(count, opened);

        var report = await Replay(CloudNames.Local.Table(CloudParts.Keys));
        Assert.True(report["entries"]!.GetValue<int>() >= 1);
        Assert.True(report["destroyed"]!.GetValue<int>() >= 2);
        Assert.Null(report["next"]);
        ForgetAll(clinic, id);
        Assert.Equal((count, 0), await copy.TryToOpen(Parts, id));

        // Nobody else lost anything, and a second replay finds nothing to do.
        (await clinic.Owner.Get(other)).Expect(HttpStatusCode.OK);
        Assert.Equal([other], await YearsApp.Found(clinic, otherForm["phone"]!));
        Assert.Equal(0, (await Replay(CloudNames.Local.Table(CloudParts.Keys)))["destroyed"]!.GetValue<int>());
    }

    /// <summary>AWS restores into a new table; the function reaches it by its name's beginning, and no other table.</summary>
    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task The_ledger_is_replayed_on_a_table_of_its_own_before_anybody_reads_it()
    {
        var (clinic, path, _) = await WithHistory();
        var id = YearsApp.IdOf(path);
        var copy = await CopiedRows.Take(years.App, clinic.Id);
        await Erase(clinic, id);

        var table = CloudNames.Local.RestoredPrefix(CloudParts.Keys) + "2026-11-25";
        using var admin = AdminClients.DynamoDb(years.App.Cloud.StandIns.DynamoDb);
        await admin.CreateTableAsync(new Amazon.DynamoDBv2.Model.CreateTableRequest
        {
            TableName = table,
            BillingMode = Amazon.DynamoDBv2.BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", "S"), new("sk", "S")],
            KeySchema = [new("pk", "HASH"), new("sk", "RANGE")],
        });
        await copy.RestoreKeys(years.App, table);
        Assert.True((await Replay(table))["destroyed"]!.GetValue<int>() >= 2);
        var left = await admin.ScanAsync(new Amazon.DynamoDBv2.Model.ScanRequest { TableName = table });
        Assert.DoesNotContain(left.Items, r => r["pk"].S.Contains(Keys.Hex(id.Value), StringComparison.Ordinal));
        Assert.NotEmpty(left.Items);

        await Assert.ThrowsAsync<ArgumentException>(() => Replay(CloudNames.Local.Table(CloudParts.Records)));
    }

    [Fact]
    public async Task An_erasure_that_comes_twice_or_of_nobody_changes_nothing_more()
    {
        var (clinic, path, _) = await WithHistory();
        var id = YearsApp.IdOf(path);
        await Erase(clinic, id);
        var rows = await years.App.Raw.Places(clinic.Id, CloudParts.Records, $"PAT#{Keys.Hex(id.Value)}");
        await Erase(clinic, id);
        await Erase(clinic, Id.New<PatientId>(years.App.Clock.GetUtcNow()));
        Assert.Equal(
            rows, await years.App.Raw.Places(clinic.Id, CloudParts.Records, $"PAT#{Keys.Hex(id.Value)}"));
    }

    /// <summary>
    /// A patient with an earlier version, consents, an allergy that was amended, kept resources, one too large for a row.
    /// </summary>
    private async Task<(SignedUpClinic Clinic, string Path, JsonNode Form)> WithHistory()
    {
        var clinic = await years.App.SignUpClinic();
        var patient = Bundles.Patient();
        var large = Bundles.Observation(patient, new string('n', 90_000));
        var report = await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(patient, large, Bundles.Observation(patient))));
        var path = await clinic.Owner.OnlyPatient(report);
        var form = Samples.Registration()["patient"]!;
        var version = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).ETag;
        (await clinic.Owner.Put(path, form.DeepClone(), version)).Expect(HttpStatusCode.OK);
        string[] purposes = ["personal-data", "health-data", "communication-sms"];
        JsonArray consents = [.. purposes.Select(p => Samples.Consent(p))];
        (await clinic.Owner.Post(path + "/consents", new JsonObject { ["consents"] = consents })).Expect(HttpStatusCode.Created);
        var allergy = await clinic.Owner.Record(
            path, "allergy", Charts.Allergy(Charts.Word()), years.App.Clock.GetUtcNow());
        (await clinic.Owner.Put(allergy, new JsonObject { ["allergy"] = Charts.Allergy(Charts.Word()) }, "\"1\""))
            .Expect(HttpStatusCode.OK);
        Assert.Equal([path], await YearsApp.Found(clinic, form["phone"]!));
        return (clinic, path, form);
    }

    /// <summary>The message that a decided erasure sends.</summary>
    private async Task Erase(SignedUpClinic clinic, PatientId id)
    {
        var caller = Caller.System(TenantId.Parse(clinic.Id), "test", "erasure");
        var before = await Done(clinic);
        var store = years.App.ApiServices.GetRequiredService<TenantStores>().For(caller);
        var commit = await store.Commit(
            Change.By(caller, AuditAction.MessageRedriven).Publish(Topics.PatientErasure, Keys.Hex(id.Value)),
            CancellationToken.None);
        Assert.True(commit.Holds(out _));
        await Until.Holds(async () => await Done(clinic) == before + 1, "erasure");
    }

    private async Task<int> Done(SignedUpClinic clinic) =>
        (await years.App.Raw.Places(clinic.Id, CloudParts.Records, $"INB#{CloudParts.Retention.Name}#")).Count;

    /// <summary>What five minutes do: no process keeps a key of hers.</summary>
    private void ForgetAll(SignedUpClinic clinic, PatientId id)
    {
        years.App.ForgetClinic(clinic.Id);
        foreach (var name in (KeyRef[])[KeyRef.Of(id, KeyClass.Identity), KeyRef.Of(id, KeyClass.Clinical)])
        {
            years.Keyring.Forget(TenantId.Parse(clinic.Id), name);
        }
    }

    /// <summary>Invokes the function as an operator does, on its own role behind the gate.</summary>
    private async Task<JsonNode> Replay(string table)
    {
        await using var services = WorkerHost.Build(ClinicApp.Access(RoleNames.Restorer, years.App.Cloud), null);
        var function = services.FunctionOf(name => name == "FUNCTION" ? WorkerFunctions.Restorer : null);
        var request = new JsonObject { ["keysTable"] = table };
        return JsonNode.Parse((await function(Bundles.Bytes(request), CancellationToken.None)).Span)!;
    }
}
