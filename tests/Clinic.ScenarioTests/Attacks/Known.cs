namespace Clinic.ScenarioTests.Attacks;

/// <summary>Public failures and classes of failures that the attacks come from; what is said of each can be looked up.</summary>
internal static class Known
{
    public const string ObjectLevel = "OWASP API1:2023; First American 2019: a number in the address opened others' documents";
    public const string MassAssignment = "OWASP API3:2023; CWE-915";
    public const string FunctionLevel = "OWASP API5:2023";
    public const string Authentication = "OWASP API2:2023";
    public const string TrustedHeader = "CWE-290, CWE-807: a header that the client sends decides";
    public const string SplitToken = "CWE-639, CWE-384: parts of two tokens in one";
    public const string Csrf = "CWE-352";
    public const string WildcardSearch = "USPS Informed Visibility 2018: the search took wildcards";
    public const string Traversal = "CWE-22, CWE-180: decoded after it was checked";
    public const string QueryLogic = "CWE-943, CWE-155: separators and wildcards in keys";
    public const string Oracle = "CWE-203: the answer tells that there is one";
    public const string Cursor = "CWE-639: a key in a token that nobody authenticates";
    public const string Replay = "CWE-639, CWE-524: a stored answer found by a key that others can know";
    public const string Ticket = "CWE-639; AWS documentation, presigned URLs: who holds one acts as its signer";
    public const string Message = "CWE-345, CWE-441: a message is believed as it comes";
    public const string Reference = "CWE-639: an id inside a file";
    public const string NotebookKeys = "ChaosDB 2021: one tenant's foothold gave the keys of other tenants' databases";
    public const string WideRole = "AWS documentation, ABAC and session tags; CWE-266";
    public const string Deputy = "AWS documentation, the confused deputy; CWE-441";
    public const string TwoCases = "AWS AppSync 2022: a name in another case passed the check of tenants";
    public const string LeadingKeys = "AWS documentation, fine-grained access control of DynamoDB; CWE-285";
    public const string Copies = "CWE-345: bytes that do not say where they belong";
    public const string SharedKey = "CWE-323, CWE-1391: one key for all tenants";
    public const string SharedCache = "OpenAI 2023: a pooled connection gave one user another's data";
    public const string SharedSession = "GitHub 2021: a race gave one user another's session";
    public const string Trail = "CWE-778, CWE-117: an attacker writes or erases the trail";
    public const string Bucket = "CWE-639, CWE-732: object keys and lists of a shared bucket";
}
