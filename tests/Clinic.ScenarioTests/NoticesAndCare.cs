using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.ScenarioTests.Attacks;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// What a wrong line in telling patients could reach of their care: the role's own walls, without those of the code.
/// </summary>
public sealed class NoticesAndCare
{
    [Fact]
    [Trait("Promise", "INC-7")]
    public async Task On_the_role_of_notices_who_she_is_opens_and_nothing_of_her_care_is_listed_or_opened()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var (patient, address) = await PeopleToTell.Register(clinic);
        await clinic.Owner.Record($"/v1/patients/{patient}", "allergy", Charts.Allergy(Charts.Word()), app.Clock.GetUtcNow());
        var tenant = TenantId.Parse(clinic.Id);
        var services = app.WorkerServices(CloudParts.BreachAlerts);
        var store = services.GetRequiredService<TenantStores>().For(Caller.Notice(tenant, "test", "test"));
        var area = Keys.Patient(patient).Area;

        var head = await PatientItem.ReadForRounds(store, [patient], CancellationToken.None);
        Assert.Equal(address, Assert.Single(head!).Record.Email);

        // Lists: refused at the policies, whatever the sort key.
        var listed = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() =>
            store.Query(area, "CHT#", Page<Item>.SizeMax, null, newestFirst: false, CancellationToken.None));
        Assert.Equal("AccessDeniedException", listed.ErrorCode);

        // A row whose id somebody knows: bytes, whose key this role's keyring does not ask for ...
        var place = (await app.Raw.Places(clinic.Id, CloudParts.Records, area + "|CHT#"))[0].Split('|');
        var row = await store.Get(new Key(place[0], place[1]), CancellationToken.None);
        Assert.NotNull(row);
        await Assert.ThrowsAsync<KeyGoneException>(() =>
            store.Open(row, "b", KeyRef.Of(patient, KeyClass.Clinical), CancellationToken.None));

        // ... and, were it to ask, KMS refuses, for what wraps the key of her care and for nothing that wraps her identity's.
        var kms = (await services.GetRequiredService<TenantSessions>()
            .For(RoleNames.TenantNotice, tenant, CancellationToken.None)).Kms;
        var keys = await app.Raw.Of(clinic.Id, CloudParts.Keys);
        var denied = await Assert.ThrowsAnyAsync<AmazonKeyManagementServiceException>(() =>
            kms.DecryptAsync(Thief.Unwrap(keys["KEY|patients#001"]["k"].B.ToArray(), tenant, "patients")));
        Assert.Equal("AccessDeniedException", denied.ErrorCode);
        await kms.DecryptAsync(Thief.Unwrap(keys["KEY|identities#001"]["k"].B.ToArray(), tenant, "identities"));
        Assert.Contains($"KEY#PAT#{Keys.Hex(patient.Value)}|clinical#001#001", keys.Keys);
        await Assert.ThrowsAsync<InvalidCiphertextException>(() =>
            kms.DecryptAsync(Thief.Unwrap(keys["KEY|patients#001"]["k"].B.ToArray(), tenant, "identities")));
    }
}
