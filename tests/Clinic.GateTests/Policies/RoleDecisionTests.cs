using Clinic.Platform.Cloud.Policies;
using Xunit;

namespace Clinic.GateTests.Policies;

/// <summary>
/// What each role may and may not, one line each: role, session tag, action, resource, then leading keys and context. Notation
/// in <see cref="Asked"/>. The refusals come first, because they are what the roles are for.
/// </summary>
public sealed class RoleDecisionTests
{
    private const string UnderKey = " s3:x-amz-server-side-encryption-customer-algorithm=";

    [Theory]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem records T#bbbbbbbb#PAT#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem records T#aaaaaaaab#PAT#1")]
    [InlineData("TenantData aaaaaaa dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem records T#aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem records t#aaaaaaaa#PAT#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem records -")]
    [InlineData("TenantData - dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantData - dynamodb:GetItem records T##PAT#1")]
    [InlineData("TenantData ******** dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantData ???????? dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:Query records T#bbbbbbbb#PAT")]
    [InlineData("TenantData aaaaaaaa dynamodb:Query records -")]
    [InlineData("TenantData aaaaaaaa dynamodb:Query records/due DUE#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:Query records/due T#aaaaaaaa#X")]
    [InlineData("TenantData aaaaaaaa dynamodb:Scan records -")]
    [InlineData("TenantData aaaaaaaa dynamodb:Scan records T#aaaaaaaa#X")]
    [InlineData("TenantData aaaaaaaa dynamodb:PartiQLSelect records T#aaaaaaaa#X")]
    [InlineData("TenantData aaaaaaaa dynamodb:ExecuteStatement records -")]
    [InlineData("TenantData aaaaaaaa dynamodb:DescribeTable records -")]
    [InlineData("TenantData aaaaaaaa dynamodb:DeleteTable records -")]
    [InlineData("TenantData aaaaaaaa dynamodb:BatchGetItem records T#aaaaaaaa#1|T#bbbbbbbb#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:BatchWriteItem records T#aaaaaaaa#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem records T#aaaaaaaa#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:UpdateItem records T#aaaaaaaa#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:DeleteItem records T#aaaaaaaa#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem records T#bbbbbbbb#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem records - tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem records/due T#aaaaaaaa#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:UpdateItem keys T#aaaaaaaa#KEY tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:DeleteItem keys T#aaaaaaaa#KEY tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:DeleteItem keys T#aaaaaaaa#KEY")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem keys T#aaaaaaaa#KEY")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem keys T#bbbbbbbb#KEY")]
    [InlineData("TenantData aaaaaaaa dynamodb:UpdateItem audit T#aaaaaaaa#AUD#2026010100#0 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:DeleteItem audit T#aaaaaaaa#AUD#2026010100#0 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem audit T#bbbbbbbb#AUD#2026010100#0")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem audit-index T#aaaaaaaa#P#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem directory L#1")]
    [InlineData("TenantData aaaaaaaa s3:GetObject documents:T/bbbbbbbb/1")]
    [InlineData("TenantData aaaaaaaa s3:GetObject documents:T/aaaaaaaab/1")]
    [InlineData("TenantData aaaaaaaa s3:GetObject documents:T/aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa s3:GetObject trail:T/aaaaaaaa/1")]
    [InlineData("TenantData aaaaaaaa s3:PutObject trail:T/aaaaaaaa/1")]
    [InlineData("TenantData - s3:GetObject documents:T//1")]
    [InlineData("TenantData aaaaaaaa s3:ListBucket documents: s3:prefix=T/aaaaaaaa/")]
    [InlineData("TenantData aaaaaaaa s3:DeleteObjectVersion documents:T/aaaaaaaa/1")]
    [InlineData("TenantData aaaaaaaa s3:PutObjectTagging incoming:scan/T/aaaaaaaa/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:GetObjectTagging incoming:scan/T/bbbbbbbb/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:GetObjectTagging documents:T/aaaaaaaa/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:GetObjectTagging incoming:T/aaaaaaaa/up/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:GetObject incoming:scan/T/aaaaaaaa/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:scan/T/bbbbbbbb/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:T/aaaaaaaa/up/1")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:T/aaaaaaaa/up/1" + UnderKey + "AES128")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:T/bbbbbbbb/up/1" + UnderKey + "AES256")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:T/aaaaaaaa/imports/1/source")]
    [InlineData("TenantData aaaaaaaa s3:PutObject documents:T/aaaaaaaa/1 aws:SecureTransport=false")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=bbbbbbbb")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:tenant-wrap")]
    [InlineData("TenantData aaaaaaaa kms:GenerateDataKey key:tenant-wrap kms:EncryptionContext:purpose=contacts")]
    [InlineData("TenantData - kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:data-at-rest")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:data-at-rest kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:audit-vault kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa kms:ScheduleKeyDeletion key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa kms:Sign key:audit-signing")]
    [InlineData("TenantData aaaaaaaa kms:Sign key:export-signing")]
    [InlineData("ApiBase - kms:Sign key:export-signing")]
    [InlineData("Worker-imports - kms:Sign key:export-signing")]
    [InlineData("Worker-exports - kms:Sign key:audit-signing")]
    [InlineData("TenantData aaaaaaaa ses:SendEmail mail:clinic.example")]
    [InlineData("TenantOnboard - dynamodb:GetItem directory X#1")]
    [InlineData("TenantOnboard - dynamodb:GetItem directory -")]
    [InlineData("TenantOnboard - dynamodb:UpdateItem directory L#1")]
    [InlineData("TenantOnboard - dynamodb:Scan directory -")]
    [InlineData("TenantOnboard - dynamodb:PutItem records T#aaaaaaaa#1 tx")]
    [InlineData("TenantAuditRead aaaaaaaa dynamodb:Query audit T#bbbbbbbb#AUD#2026010100#0")]
    [InlineData("TenantAuditRead aaaaaaaa dynamodb:PutItem audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("TenantAuditRead aaaaaaaa dynamodb:Query records T#aaaaaaaa#1")]
    [InlineData("TenantAuditRead aaaaaaaa kms:GenerateDataKey key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantAuditRead aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=bbbbbbbb")]
    [InlineData("TenantShred aaaaaaaa dynamodb:DeleteItem keys T#bbbbbbbb#KEY")]
    [InlineData("TenantShred aaaaaaaa dynamodb:DeleteItem records T#aaaaaaaa#1")]
    [InlineData("TenantShred aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=clinical")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=bbbbbbbb kms:EncryptionContext:purpose=contacts")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:PutItem records T#aaaaaaaa#DLV#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:PutItem records T#aaaaaaaa#PAT#1 tx")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:UpdateItem records T#aaaaaaaa#MEM#1 tx")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:DeleteItem records T#aaaaaaaa#DLV#1 tx")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:Query records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:Query records T#aaaaaaaa#IDX#1#P#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:GetItem records T#aaaaaaaa#SES#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:Query records T#bbbbbbbb#PATS#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:Query keys T#bbbbbbbb#KEY#PAT#1")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=patients")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=bbbbbbbb kms:EncryptionContext:purpose=identities")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:PutItem keys T#aaaaaaaa#KEY tx")]
    [InlineData("TenantNotice aaaaaaaa s3:GetObject documents:T/aaaaaaaa/1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:GetItem records T#bbbbbbbb#PAT#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:GetItem records T#aaaaaaaa#PATS#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:GetItem records T#aaaaaaaa#IDX#1#P#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:GetItem records T#aaaaaaaa#MEM#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:Query records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:BatchGetItem records T#aaaaaaaa#PAT#1|T#aaaaaaaa#SES#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:PutItem records T#aaaaaaaa#ACC#1 tx")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:Query audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("TenantSupport aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=contacts")]
    [InlineData("TenantSupport aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=patients")]
    [InlineData("TenantSupport aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("ClockRole - dynamodb:Query records DUE#1")]
    [InlineData("ClockRole - dynamodb:Query records T#aaaaaaaa#1")]
    [InlineData("ClockRole - dynamodb:Query records/due T#aaaaaaaa#1")]
    [InlineData("ClockRole - dynamodb:Scan records/due -")]
    [InlineData("ClockRole - dynamodb:GetItem records T#aaaaaaaa#1")]
    [InlineData("ApiBase - dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("ApiBase - dynamodb:BatchGetItem records T#aaaaaaaa#SES#1|T#aaaaaaaa#PAT#1")]
    [InlineData("ApiBase - dynamodb:GetItem records T#aaaaaaaa#PAT#SES#1")]
    [InlineData("ApiBase - dynamodb:GetItem records T#aaaaaaaa#STATE#2")]
    [InlineData("ApiBase - dynamodb:Query records T#aaaaaaaa#SES#1")]
    [InlineData("ApiBase - dynamodb:PutItem records T#aaaaaaaa#SES#1 tx")]
    [InlineData("ApiBase - dynamodb:PutItem directory L#1")]
    [InlineData("ApiBase - dynamodb:GetItem keys T#aaaaaaaa#KEY")]
    [InlineData("ApiBase - dynamodb:PutItem audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("ApiBase - kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("ApiBase - ses:SendEmail mail:clinic.example")]
    [InlineData("Worker-imports - ses:SendEmail mail:clinic.example")]
    [InlineData("Worker-retention - ses:SendEmail mail:clinic.example")]
    [InlineData("Worker-imports - sqs:ReceiveMessage queue:notifications")]
    [InlineData("Worker-imports - sqs:SendMessage queue:imports")]
    [InlineData("Worker-retention - dynamodb:Query records/due DUE#1")]
    [InlineData("Worker-imports - s3:GetObject incoming:T/aaaaaaaa/1")]
    [InlineData("Worker-documents - s3:GetObject incoming:T/aaaaaaaa/1")]
    [InlineData("Worker-documents - s3:PutObject documents:T/aaaaaaaa/1")]
    [InlineData("Worker-documents - dynamodb:Query records/due DUE#1")]
    [InlineData("Worker-documents - sqs:ReceiveMessage queue:imports")]
    [InlineData("Worker-documents - sqs:SendMessage queue:documents")]
    [InlineData("Worker-documents - ses:SendEmail mail:clinic.example")]
    public void Refuses(string request) => Assert.NotEqual(PolicyVerdict.Allowed, Asked.Verdict(request));

    [Theory]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantData platform dynamodb:GetItem records T#platform#STATE")]
    [InlineData("TenantData aaaaaaaa dynamodb:Query records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantData aaaaaaaa dynamodb:BatchGetItem records T#aaaaaaaa#1|T#aaaaaaaa#2")]
    [InlineData("TenantData aaaaaaaa dynamodb:ConditionCheckItem records T#aaaaaaaa#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem records T#aaaaaaaa#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:UpdateItem records T#aaaaaaaa#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:DeleteItem records T#aaaaaaaa#SES#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem keys T#aaaaaaaa#KEY#PAT#1 tx")]
    [InlineData("TenantData aaaaaaaa dynamodb:GetItem keys T#aaaaaaaa#KEY")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("TenantData aaaaaaaa dynamodb:PutItem audit T#aaaaaaaa#AUD#2026010100#0 tx")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:T/aaaaaaaa/up/1" + UnderKey + "AES256")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:T/aaaaaaaa/sealed/1")]
    [InlineData("TenantData aaaaaaaa s3:GetObject documents:T/aaaaaaaa/1")]
    [InlineData("TenantData aaaaaaaa s3:PutObject incoming:scan/T/aaaaaaaa/documents/1/001")]
    [InlineData("TenantData aaaaaaaa s3:GetObjectTagging incoming:scan/T/aaaaaaaa/documents/1/001")]
    [InlineData("TenantData aaaaaaaa kms:GenerateDataKey key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantData aaaaaaaa kms:Decrypt key:data-at-rest kms:ViaService=dynamodb.ap-south-1.amazonaws.com")]
    [InlineData("TenantData aaaaaaaa kms:GenerateDataKey key:data-at-rest kms:ViaService=s3.ap-south-1.amazonaws.com")]
    [InlineData("TenantOnboard - dynamodb:PutItem directory L#1")]
    [InlineData("TenantOnboard - dynamodb:DeleteItem directory L#1")]
    [InlineData("TenantAuditRead aaaaaaaa dynamodb:Query audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("TenantAuditRead aaaaaaaa dynamodb:Query audit-index T#aaaaaaaa#P#1")]
    [InlineData("TenantAuditRead aaaaaaaa kms:Decrypt key:tenant-wrap kms:EncryptionContext:tenant=aaaaaaaa")]
    [InlineData("TenantShred aaaaaaaa dynamodb:DeleteItem keys T#aaaaaaaa#KEY#PAT#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:UpdateItem records T#aaaaaaaa#DLV#1 tx")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:Query records T#aaaaaaaa#PATS#1")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:BatchGetItem records T#aaaaaaaa#PAT#1|T#aaaaaaaa#STATE")]
    [InlineData("TenantNotice aaaaaaaa dynamodb:Query keys T#aaaaaaaa#KEY#PAT#1")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=identities")]
    [InlineData("TenantNotice aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=contacts")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:BatchGetItem records T#aaaaaaaa#ACC#1|T#aaaaaaaa#STATE")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:GetItem records T#aaaaaaaa#PAT#1")]
    [InlineData("TenantSupport aaaaaaaa dynamodb:PutItem audit T#aaaaaaaa#AUD#2026010100#0")]
    [InlineData("TenantSupport aaaaaaaa kms:Decrypt key:tenant-wrap "
        + "kms:EncryptionContext:tenant=aaaaaaaa kms:EncryptionContext:purpose=identities")]
    [InlineData("ClockRole - dynamodb:Query records/due DUE#1")]
    [InlineData("ApiBase - dynamodb:GetItem directory L#1")]
    [InlineData("ApiBase - dynamodb:BatchGetItem records T#aaaaaaaa#SES#1|T#aaaaaaaa#STATE")]
    [InlineData("ApiBase - kms:Decrypt key:data-at-rest kms:ViaService=dynamodb.ap-south-1.amazonaws.com")]
    [InlineData("Worker-notifications - ses:SendEmail mail:clinic.example")]
    [InlineData("Worker-breach-alerts - ses:SendEmail mail:clinic.example")]
    [InlineData("Worker-imports - sqs:DeleteMessage queue:imports")]
    [InlineData("Worker-documents - sqs:ReceiveMessage queue:documents")]
    public void Allows(string request) => Assert.Equal(PolicyVerdict.Allowed, Asked.Verdict(request));

    [Fact]
    public void Nobody_may_scan_use_PartiQL_or_manage_tables()
    {
        string[] never =
        [
            "dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate",
            "dynamodb:PartiQLDelete", "dynamodb:BatchWriteItem", "dynamodb:CreateTable", "dynamodb:DeleteTable",
            "dynamodb:UpdateTable", "dynamodb:ExportTableToPointInTime", "iam:PassRole", "sts:GetFederationToken",
        ];
        foreach (var statement in Roles.All.SelectMany(role => role.Identity.Statements))
        {
            foreach (var action in statement.Actions)
            {
                Assert.DoesNotContain(never, name => PolicyPattern.Matches(action, name, PolicyContext.Empty, ignoreCase: true));
            }
        }
    }

    [Fact]
    public void A_role_widened_by_mistake_still_cannot_change_the_trail()
    {
        var wide = new BoundPolicy("wide", [new BoundStatement("S", PolicyEffect.Allow, ["*"], ["*"], [], [])]);
        var request = Asked.Parse("TenantData aaaaaaaa dynamodb:DeleteItem audit T#aaaaaaaa#AUD#2026010100#0 tx").Request;
        var policy = BoundPolicy.Bind(ResourcePolicies.Of(Platform.Cloud.CloudParts.Audit)!, Asked.Arns);

        Assert.Equal(PolicyVerdict.Denied, PolicyEvaluator.Decide(request, [wide], [policy], "arn:aws:iam::0:role/x"));
        Assert.Equal(PolicyVerdict.Allowed, PolicyEvaluator.Decide(request, [wide], [], "arn:aws:iam::0:role/x"));
    }
}
