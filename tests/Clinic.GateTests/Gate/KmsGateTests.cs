using System.Security.Cryptography;
using System.Text;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Clinic.Platform.Cloud;
using Xunit;

namespace Clinic.GateTests.Gate;

public sealed class KmsGateTests
{
    private static readonly string Wrap = CloudNames.Local.KmsAlias(CloudParts.TenantWrap);

    [Fact]
    public async Task A_data_key_opens_again_with_its_own_context_only()
    {
        await using var harness = await GateHarness.StartAsync();
        var kms = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        var made = await kms.GenerateDataKeyAsync(new GenerateDataKeyRequest
        {
            KeyId = Wrap, KeySpec = DataKeySpec.AES_256, EncryptionContext = Context("aaaaaaaa", "contacts"),
        });
        var opened = await kms.DecryptAsync(Open(made.CiphertextBlob, Context("aaaaaaaa", "contacts")));

        Assert.Equal(32, made.Plaintext.Length);
        Assert.Equal(made.Plaintext.ToArray(), opened.Plaintext.ToArray());
        Assert.StartsWith("arn:aws:kms:ap-south-1:000000000000:key/", opened.KeyId, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidCiphertextException>(
            () => kms.DecryptAsync(Open(made.CiphertextBlob, Context("aaaaaaaa", "clinical"))));
        await Denied(() => kms.DecryptAsync(Open(made.CiphertextBlob, Context("bbbbbbbb", "contacts"))));
        await Denied(() => kms.DecryptAsync(Open(made.CiphertextBlob, null)));
    }

    [Fact]
    public async Task Only_the_worker_of_exports_signs_and_the_published_half_verifies_what_it_signed()
    {
        await using var harness = await GateHarness.StartAsync();
        var worker = harness.Kms(GateHarness.Function(RoleNames.Worker(CloudParts.Exports.Name)));
        var api = harness.Kms(GateHarness.Function(RoleNames.ApiBase));
        var text = Encoding.UTF8.GetBytes("What was signed.");

        var signature = (await worker.SignAsync(SignRequest(text, CloudParts.ExportSigning))).Signature.ToArray();
        var published = await api.GetPublicKeyAsync(new() { KeyId = CloudNames.Local.KmsAlias(CloudParts.ExportSigning) });

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(published.PublicKey.ToArray(), out _);
        const DSASignatureFormat form = DSASignatureFormat.Rfc3279DerSequence;
        Assert.True(key.VerifyData(text, signature, HashAlgorithmName.SHA256, form));
        text[0] ^= 1;
        Assert.False(key.VerifyData(text, signature, HashAlgorithmName.SHA256, form));
        await Denied(() => api.SignAsync(SignRequest(text, CloudParts.ExportSigning)));
        await Denied(() => worker.SignAsync(SignRequest(text, CloudParts.AuditSigning)));
        await Denied(() => worker.GetPublicKeyAsync(new() { KeyId = CloudNames.Local.KmsAlias(CloudParts.ExportSigning) }));
    }

    [Fact]
    public async Task A_blob_of_another_tenant_does_not_open_under_the_own_context()
    {
        await using var harness = await GateHarness.StartAsync();
        var theirs = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "bbbbbbbb"));
        var mine = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        var made = await theirs.GenerateDataKeyAsync(new GenerateDataKeyRequest
        {
            KeyId = Wrap, NumberOfBytes = 32, EncryptionContext = Context("bbbbbbbb", "contacts"),
        });

        await Denied(() => mine.DecryptAsync(Open(made.CiphertextBlob, Context("bbbbbbbb", "contacts"))));
        await Assert.ThrowsAsync<InvalidCiphertextException>(
            () => mine.DecryptAsync(Open(made.CiphertextBlob, Context("aaaaaaaa", "contacts"))));
    }

    [Fact]
    public async Task A_changed_blob_a_foreign_key_and_keys_in_two_cases_are_refused()
    {
        await using var harness = await GateHarness.StartAsync();
        var kms = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        var made = await kms.GenerateDataKeyAsync(new GenerateDataKeyRequest
        {
            KeyId = Wrap, NumberOfBytes = 16, EncryptionContext = Context("aaaaaaaa", "contacts"),
        });
        var changed = made.CiphertextBlob.ToArray();
        changed[^1] ^= 1;

        await Assert.ThrowsAsync<InvalidCiphertextException>(
            () => kms.DecryptAsync(Open(new MemoryStream(changed), Context("aaaaaaaa", "contacts"))));
        await Assert.ThrowsAsync<InvalidCiphertextException>(() => kms.DecryptAsync(
            Open(new MemoryStream(Encoding.ASCII.GetBytes("no blob")), Context("aaaaaaaa", "contacts"))));
        var wrongKey = Open(made.CiphertextBlob, Context("aaaaaaaa", "contacts"));
        wrongKey.KeyId = CloudNames.Local.KmsAlias(CloudParts.AuditVault);
        await Assert.ThrowsAsync<IncorrectKeyException>(() => kms.DecryptAsync(wrongKey));
        var twice = Context("aaaaaaaa", "contacts");
        twice["Tenant"] = "bbbbbbbb";
        var error = await Assert.ThrowsAsync<AmazonKeyManagementServiceException>(
            () => kms.DecryptAsync(Open(made.CiphertextBlob, twice)));
        Assert.Equal("ValidationException", error.ErrorCode);
    }

    /// <summary>A patient's identity key is wrapped by "identities", her others by "patients".</summary>
    [Fact]
    [Trait("Promise", "INC-7")]
    public async Task Notice_opens_contacts_audit_details_and_identities_and_no_key_that_leads_to_care()
    {
        await using var harness = await GateHarness.StartAsync();
        var data = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        var notice = harness.Kms(
            await harness.AssumeAsync(RoleNames.TenantNotice, "aaaaaaaa", RoleNames.Worker("breach-alerts")));
        foreach (var purpose in (string[])
            ["contacts", "audit-detail", "identities", "patients", "identity", "clinical", "index", "intake", "vault"])
        {
            var made = await data.GenerateDataKeyAsync(new GenerateDataKeyRequest
            {
                KeyId = Wrap, NumberOfBytes = 32, EncryptionContext = Context("aaaaaaaa", purpose),
            });
            var open = () => notice.DecryptAsync(Open(made.CiphertextBlob, Context("aaaaaaaa", purpose)));
            Assert.Equal(purpose is "contacts" or "audit-detail" or "identities", await Record.ExceptionAsync(open) is null);
        }
    }

    [Fact]
    [Trait("Promise", "ISO-6")]
    public async Task Support_opens_what_leads_to_identities_and_neither_care_nor_contacts_nor_search()
    {
        await using var harness = await GateHarness.StartAsync();
        var data = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        var support = harness.Kms(await harness.AssumeAsync(RoleNames.TenantSupport, "aaaaaaaa"));
        foreach (var purpose in (string[])["identities", "patients", "contacts", "audit-detail", "index", "intake"])
        {
            var made = await data.GenerateDataKeyAsync(new GenerateDataKeyRequest
            {
                KeyId = Wrap, NumberOfBytes = 32, EncryptionContext = Context("aaaaaaaa", purpose),
            });
            var open = () => support.DecryptAsync(Open(made.CiphertextBlob, Context("aaaaaaaa", purpose)));
            Assert.Equal(purpose == "identities", await Record.ExceptionAsync(open) is null);
        }
    }

    [Fact]
    public async Task A_gate_beside_another_has_its_keys_and_sessions_and_may_leave_the_policies_out()
    {
        await using var harness = await GateHarness.StartAsync();
        await using var beside = await harness.Gate.BesideAsync(options => options with { Evaluate = false });
        var theirs = harness.Kms(await harness.AssumeAsync(RoleNames.TenantData, "bbbbbbbb"));
        var made = await theirs.GenerateDataKeyAsync(new GenerateDataKeyRequest
        {
            KeyId = Wrap, NumberOfBytes = 32, EncryptionContext = Context("bbbbbbbb", "contacts"),
        });
        var mine = await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa");
        using var kms = new AmazonKeyManagementServiceClient(mine, new AmazonKeyManagementServiceConfig
        {
            ServiceURL = beside.Url.ToString(), AuthenticationRegion = CloudNames.Region, MaxErrorRetry = 0,
        });

        await Denied(() => harness.Kms(mine).DecryptAsync(Open(made.CiphertextBlob, Context("bbbbbbbb", "contacts"))));
        await Assert.ThrowsAsync<InvalidCiphertextException>(
            () => kms.DecryptAsync(Open(made.CiphertextBlob, Context("aaaaaaaa", "contacts"))));
        var opened = await kms.DecryptAsync(Open(made.CiphertextBlob, Context("bbbbbbbb", "contacts")));
        Assert.Equal(made.Plaintext.ToArray(), opened.Plaintext.ToArray());
    }

    [Fact]
    public async Task Master_keys_outlive_a_restart_with_the_folder()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("gate").FullName;
        MemoryStream blob;
        await using (var first = await GateHarness.StartAsync(options => options with { DataFolder = folder }))
        {
            var kms = first.Kms(await first.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
            blob = (await kms.GenerateDataKeyAsync(new GenerateDataKeyRequest
            {
                KeyId = Wrap, NumberOfBytes = 32, EncryptionContext = Context("aaaaaaaa", "contacts"),
            })).CiphertextBlob;
        }

        await using var second = await GateHarness.StartAsync(options => options with { DataFolder = folder });
        var later = second.Kms(await second.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        Assert.Equal(32, (await later.DecryptAsync(Open(blob, Context("aaaaaaaa", "contacts")))).Plaintext.Length);
        System.IO.Directory.Delete(folder, recursive: true);
    }

    private static async Task Denied(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AmazonKeyManagementServiceException>(call);
        Assert.Equal("AccessDeniedException", error.ErrorCode);
    }

    private static DecryptRequest Open(MemoryStream blob, Dictionary<string, string>? context) =>
        new() { CiphertextBlob = new MemoryStream(blob.ToArray()), EncryptionContext = context };

    private static Dictionary<string, string> Context(string tenant, string purpose) =>
        new() { ["tenant"] = tenant, ["purpose"] = purpose };

    private static SignRequest SignRequest(byte[] text, KmsKeySpec key) => new()
    {
        KeyId = CloudNames.Local.KmsAlias(key), Message = new MemoryStream(SHA256.HashData(text)),
        MessageType = MessageType.DIGEST, SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256,
    };
}
