namespace Clinic.Platform.Cloud.Policies;

/// <summary>
/// The partition keys and object keys as policies see them. Every pattern ends a tenant at a separator that no tenant id can
/// hold, so one tenant is never the prefix of another (ISO-2).
/// </summary>
public static class KeyPatterns
{
    public const string PrincipalTenant = "aws:PrincipalTag/" + RoleNames.TenantTag;
    public const string RequestTenant = "aws:RequestTag/" + RoleNames.TenantTag;
    public const string LeadingKeys = "dynamodb:LeadingKeys";
    public const string EnclosingOperation = "dynamodb:EnclosingOperation";
    public const string ViaService = "kms:ViaService";
    public const string ContextTenant = "kms:EncryptionContext:" + RoleNames.TenantTag;
    public const string ContextPurpose = "kms:EncryptionContext:purpose";

    public const string SourceAccount = "aws:SourceAccount";
    public const string ContextLogGroup = "kms:EncryptionContext:aws:logs:arn";

    /// <summary>Stands for the account of the stage in a condition, until the policy is bound.</summary>
    public const string ThisAccount = "{account}";

    /// <summary>The tenant that the session was tagged with.</summary>
    public const string OwnTenant = "${" + PrincipalTenant + "}";

    /// <summary>Everything of the caller's tenant, in every table that tenants share.</summary>
    public const string OwnItems = "T#" + OwnTenant + "#*";

    /// <summary>
    /// What a grant can name: one row at a time, of a patient or an import whose id is known. No roster, no search item, no
    /// session, no member.
    /// </summary>
    public static readonly string[] OwnGrantable =
        [OwnPart + "STATE", OwnPart + "ACC#*", OwnPart + "PAT#*", OwnPart + "IMP#*"];

    /// <summary>
    /// What telling of an incident or a freeze reads row by row: the clinic and its people, a patient's own partition among
    /// them. No session, no search item, no token.
    /// </summary>
    public static readonly string[] OwnTold =
    [
        OwnPart + "STATE", OwnPart + "CLINIC", OwnPart + "MEM#*", OwnPart + "PAT#*", OwnPart + "INC#*", OwnPart + "ACC#*",
        OwnPart + "OUT#*", OwnPart + "DLV#*",
    ];

    /// <summary>
    /// What it lists: who works there, who the patients are by id, how far the telling has come. Never a patient's partition,
    /// so what stands in it beside her head is found by nobody who does not know its id.
    /// </summary>
    public static readonly string[] OwnTellingLists =
        [OwnPart + "ROSTER", OwnPart + "PATS#*", OwnPart + "INC#*", OwnPart + "INP#*"];

    /// <summary>What it writes: nothing of a patient's, a member's or a session's.</summary>
    public static readonly string[] OwnTellingWrites =
    [
        OwnPart + "STATE", OwnPart + "INC#*", OwnPart + "INCS", OwnPart + "INP#*", OwnPart + "ACC#*", OwnPart + "ACCS",
        OwnPart + "CLK#*", OwnPart + "TOK#*", OwnPart + "OUT#*", OwnPart + "INB#*", OwnPart + "DLV#*",
    ];

    /// <summary>The clinic's own wrapped keys, and those of its patients.</summary>
    public static readonly string[] OwnKeys = [OwnPart + "KEY", OwnPart + "KEY#*"];

    private const string OwnPart = "T#" + OwnTenant + "#";

    public const string OwnObjects = "T/" + OwnTenant + "/*";

    /// <summary>In the bucket of uploads: what clients put, each under a key of its own.</summary>
    public const string Uploads = "up";

    /// <summary>What our own functions hand over there, sealed.</summary>
    public const string Handovers = "sealed";

    /// <summary>Copies for the scanner, apart from the clinics' own prefixes, so that it may be given these alone.</summary>
    public const string ScanPrefix = "scan/";

    public const string OwnUploads = "T/" + OwnTenant + "/" + Uploads + "/*";
    public const string OwnHandovers = "T/" + OwnTenant + "/" + Handovers + "/*";
    public const string OwnToScan = ScanPrefix + OwnObjects;
    public const string AnyUploads = "T/" + AnyTenant + "/" + Uploads + "/*";

    /// <summary>Given with a PUT whose object S3 encrypts under a key that comes with it (SSE-C).</summary>
    public const string UploadKeyAlgorithm = "s3:x-amz-server-side-encryption-customer-algorithm";
    public const string UploadKeyAes = "AES256";

    /// <summary>A tenant id has this form: exactly eight characters. Their alphabet IAM cannot say; the code can.</summary>
    public const string AnyTenant = "????????";

    public const string AnySession = "T#" + AnyTenant + "#SES#*";
    public const string AnyState = "T#" + AnyTenant + "#STATE";
    public const string AnyKeys = "T#" + AnyTenant + "#KEY*";

    /// <summary>Which keys are destroyed, by tenant.</summary>
    public const string OwnShreds = "shred/" + OwnObjects;
    public const string AnyShreds = "shred/T/*";
    public const string ShredPrefix = "shred/";
    public const string Logins = "L#*";
    public const string Due = "DUE#*";

    public static readonly string OwnLogGroups = $"arn:aws:logs:{CloudNames.Region}:{ThisAccount}:log-group:*";
    public static readonly string ViaDynamoDb = $"dynamodb.{CloudNames.Region}.amazonaws.com";
    public static readonly string ViaS3 = $"s3.{CloudNames.Region}.amazonaws.com";
}
