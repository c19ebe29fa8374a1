using System.Buffers;
using System.Security;
using System.Text;
using System.Text.Json;

namespace Clinic.Local.Gate;

/// <summary>The same refusal is spelled differently by each service, and SDKs act on the spelling.</summary>
internal static class GateErrors
{
    public const string DynamoDb = "dynamodb";
    public const string S3 = "s3";
    public const string Kms = "kms";
    public const string Sts = "sts";
    public const string Ses = "ses";
    public const string Lambda = "lambda";

    public static GateFaultException Missing(string service) => Make(
        service,
        "Request is missing Authentication Token",
        "MissingAuthenticationTokenException",
        "AccessDenied",
        "MissingAuthenticationToken");

    public static GateFaultException UnknownKey(string service) => Make(
        service,
        "The security token included in the request is invalid.",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId");

    public static GateFaultException BadSignature(string service) => Make(
        service,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and"
            + " signing method.",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "SignatureDoesNotMatch");

    public static GateFaultException Expired(string service)
    {
        const string message = "The security token included in the request is expired";

        // S3 answers 400 here and 403 to everything else about credentials.
        return service == S3
            ? new GateFaultException(400, "ExpiredToken", message)
            : Make(service, message, "ExpiredTokenException", "ExpiredToken", "ExpiredToken");
    }

    public static GateFaultException Denied(string service, string message) =>
        Make(service, message, "AccessDeniedException", "AccessDenied", "AccessDenied");

    public static GateAnswer Answer(string service, GateFaultException fault, bool head)
    {
        if (service is not (S3 or Sts))
        {
            var type = service == DynamoDb && fault.Code.Contains("Access", StringComparison.Ordinal)
                ? "com.amazon.coral.service#" + fault.Code
                : fault.Code;
            var answer = new GateAnswer(fault.Status, "application/x-amz-json-1.0", Json(type, fault));
            answer.Headers.Add(new("x-amzn-ErrorType", fault.Code));
            return answer;
        }

        // The answer to HEAD has no body, so the SDK knows the error by its status alone.
        return new GateAnswer(fault.Status, "application/xml", head ? [] : Encoding.UTF8.GetBytes(Xml(service, fault)));
    }

    private static GateFaultException Make(string service, string message, string json, string s3, string sts) => service switch
    {
        S3 => new GateFaultException(403, s3, message),
        Sts => new GateFaultException(403, sts, message),
        Ses or Lambda => new GateFaultException(403, json, message),
        _ => new GateFaultException(400, json, message),
    };

    private static byte[] Json(string type, GateFaultException fault)
    {
        if (fault.JsonBody is not null) { return Encoding.UTF8.GetBytes(fault.JsonBody); }
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("__type", type);
            writer.WriteString("message", fault.Message);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Xml(string service, GateFaultException fault)
    {
        var error = $"<Code>{SecurityElement.Escape(fault.Code)}</Code>"
            + $"<Message>{SecurityElement.Escape(fault.Message)}</Message>";
        return service == S3
            ? $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{error}<RequestId>local</RequestId></Error>"
            : "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
                + $"{error}</Error><RequestId>local</RequestId></ErrorResponse>";
    }
}
