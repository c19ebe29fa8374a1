using System.Text.Json;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>DynamoDB: works out what each member of a call touches, then passes the bytes on as they came.</summary>
internal sealed class DynamoService(Authorizer authorizer, HttpClient http, Uri upstream) : IGateService
{
    private const string TargetPrefix = "DynamoDB_20120810.";

    // DynamoDB Local wants some credential and, run with one shared database, does not care which.
    private const string AnyCredential =
        "AWS4-HMAC-SHA256 Credential=local/20000101/ap-south-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

    // A name given twice could mean one item to the gate and another to the stand-in.
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    private readonly DynamoMembers _members = new(authorizer.Names);

    public GateCall Understand(GateRequest request)
    {
        var target = request.Wire.Headers["X-Amz-Target"].ToString();
        if (!target.StartsWith(TargetPrefix, StringComparison.Ordinal))
        {
            // The streams API too: functions get stream records from their event source, not by asking.
            throw GateErrors.Denied(GateErrors.DynamoDb, $"User is not authorized to perform: {target}");
        }

        var operation = target[TargetPrefix.Length..];
        using var json = Parse(request.Body);
        var members = _members.Of(operation, json.RootElement);
        var requests = new List<PolicyRequest>(members.Count + 1);
        var context = request.Principal.Context(authorizer.Names);
        foreach (var member in members)
        {
            var asked = context.Copy();
            if (member.LeadingKeys.Count > 0) { asked.Set(KeyPatterns.LeadingKeys, member.LeadingKeys); }
            if (member.Enclosing is not null) { asked.Set(KeyPatterns.EnclosingOperation, member.Enclosing); }
            requests.Add(new PolicyRequest("dynamodb:" + member.Action, member.Resource, asked));
        }

        requests.AddRange(AtRest(members, context));
        return request.Call(operation, requests);
    }

    public string? Refusal(GateRequest request, GateCall call) => authorizer.Refusal(request.Principal, call.Requests);

    public async Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, upstream)
        {
            Content = new ReadOnlyMemoryContent(request.Body),
        };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        message.Headers.TryAddWithoutValidation("X-Amz-Target", TargetPrefix + call.Operation);
        message.Headers.TryAddWithoutValidation("Authorization", AnyCredential);
        var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
        return await GateAnswer.HeldAsync(answer, ct);
    }

    /// <summary>DynamoDB opens a table's key as the caller, once for each table that a call touches (the KMS trap).</summary>
    private IEnumerable<PolicyRequest> AtRest(IReadOnlyList<DynamoMember> members, PolicyContext context) =>
        members.Select(member => member.Table).Distinct().Select(table => new PolicyRequest(
            "kms:Decrypt",
            authorizer.Arns.Key(Platform.Cloud.CloudParts.DataAtRest),
            context.Copy()
                .Set(KeyPatterns.ViaService, KeyPatterns.ViaDynamoDb)
                .Set("kms:EncryptionContext:aws:dynamodb:tableName", table)
                .Set("kms:EncryptionContext:aws:dynamodb:subscriberId", authorizer.Names.Account)));

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, NoDuplicates);
        }
        catch (JsonException)
        {
            throw new GateFaultException(400, "SerializationException", "The request is no JSON that the gate takes.");
        }
    }
}
