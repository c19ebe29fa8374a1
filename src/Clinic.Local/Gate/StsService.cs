using System.Globalization;
using System.Security;
using System.Text;
using Clinic.Platform.Cloud.Policies;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Clinic.Local.Gate;

/// <summary>STS: gives out keys for one role and its tags, when the caller's policy and the role's trust both allow it.</summary>
internal sealed class StsService(Authorizer authorizer, Sessions sessions, TimeProvider clock) : IGateService
{
    private const string Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
    private const int TagsMax = 50;

    private static readonly string[] Known = ["Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds"];

    private static readonly TimeSpan DurationMin = TimeSpan.FromMinutes(15);

    // Functions run in sessions themselves, so every role here is chained, and AWS gives a chained role one hour at most.
    private static readonly TimeSpan DurationMax = TimeSpan.FromHours(1);

    public GateCall Understand(GateRequest request)
    {
        var form = Form(request);
        var operation = form["Action"].ToString();
        if (operation == "GetCallerIdentity") { return request.Call(operation, []); }
        if (operation != "AssumeRole")
        {
            throw new GateFaultException(400, "InvalidAction", $"Could not find operation {operation} for version 2011-06-15");
        }

        var tags = Tags(form);
        var context = request.Principal.Context(authorizer.Names);
        context.Set("sts:RoleSessionName", Required(form, "RoleSessionName"));
        foreach (var (key, value) in tags) { context.Set($"aws:RequestTag/{key}", value); }
        if (tags.Count > 0) { context.Set("aws:TagKeys", [.. tags.Keys]); }

        var role = Required(form, "RoleArn");
        List<PolicyRequest> requests = [new("sts:AssumeRole", role, context)];
        if (tags.Count > 0) { requests.Add(new("sts:TagSession", role, context)); }
        return request.Call(operation, requests);
    }

    public string? Refusal(GateRequest request, GateCall call) =>
        call.Operation == "GetCallerIdentity" ? null : authorizer.AssumeRefusal(request.Principal, call.Requests);

    public Task<GateAnswer> ExecuteAsync(GateRequest request, GateCall call, CancellationToken ct) => Task.FromResult(
        call.Operation == "AssumeRole" ? Assume(Form(request)) : Answer("GetCallerIdentity", Identity(request)));

    private GateAnswer Assume(Dictionary<string, StringValues> form)
    {
        var duration = form.TryGetValue("DurationSeconds", out var text)
            && int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : DurationMax;
        if (duration < DurationMin || duration > DurationMax)
        {
            throw new GateFaultException(
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
        }

        var arn = Required(form, "RoleArn");
        var role = Roles.All.FirstOrDefault(spec => authorizer.Names.RoleArn(spec.Name) == arn)
            ?? throw GateErrors.Denied(GateErrors.Sts, $"There is no role {arn}.");
        var expires = clock.GetUtcNow() + duration;
        var (session, token) = sessions.Issue(role, Required(form, "RoleSessionName"), Tags(form), expires);
        var until = expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Answer("AssumeRole",
            "<AssumedRoleUser><AssumedRoleId>AROALOCAL:" + SecurityElement.Escape(session.Principal.Session)
            + "</AssumedRoleId><Arn>" + SecurityElement.Escape(session.Principal.Arn(authorizer.Names))
            + "</Arn></AssumedRoleUser><Credentials>"
            + $"<AccessKeyId>{session.AccessKey}</AccessKeyId><SecretAccessKey>{session.Secret}</SecretAccessKey>"
            + $"<SessionToken>{token}</SessionToken><Expiration>{until}</Expiration></Credentials>");
    }

    private string Identity(GateRequest request) =>
        $"<Arn>{SecurityElement.Escape(request.Principal.Arn(authorizer.Names))}</Arn>"
        + $"<UserId>AROALOCAL</UserId><Account>{authorizer.Names.Account}</Account>";

    private static GateAnswer Answer(string operation, string result) => new(200, "text/xml", Encoding.UTF8.GetBytes(
        $"<{operation}Response xmlns=\"{Namespace}\"><{operation}Result>{result}</{operation}Result>"
        + $"<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></{operation}Response>"));

    private static Dictionary<string, StringValues> Form(GateRequest request)
    {
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body.Span));
        return form.Values.All(value => value.Count == 1)
            ? form
            : throw new GateFaultException(400, "MalformedInput", "A parameter is given twice.");
    }

    private static Dictionary<string, string> Tags(Dictionary<string, StringValues> form)
    {
        // Session policies narrow a session, a source identity needs a permission of its own, transitive tags reach further:
        // not knowing them, the stand-in must not pretend that they hold.
        if (form.Where(pair => !IsKnown(pair.Key, pair.Value)).Select(pair => pair.Key).FirstOrDefault() is { } unknown)
        {
            throw new GateFaultException(400, "ValidationError", $"{unknown} is not known to this stand-in.");
        }

        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var number = 1; number <= TagsMax; number++)
        {
            if (!form.TryGetValue($"Tags.member.{number}.Key", out var key)) { break; }
            var value = form.GetValueOrDefault($"Tags.member.{number}.Value").ToString();
            if (!tags.TryAdd(key.ToString(), value))
            {
                throw new GateFaultException(
                    400, "InvalidParameterValue", "Duplicate tag keys found. Tag keys are case insensitive.");
            }
        }

        // A gap in the numbers would hide a tag from the loop above.
        return tags.Count == form.Keys.Count(key => key.StartsWith("Tags.", StringComparison.Ordinal)
            && key.EndsWith(".Key", StringComparison.Ordinal))
            ? tags
            : throw new GateFaultException(400, "MalformedInput", "The tags are not numbered from one.");
    }

    /// <summary>An empty list goes out as its bare name.</summary>
    private static bool IsKnown(string name, StringValues value) => Known.Contains(name)
        || (name == "Tags" && value.ToString().Length == 0)
        || (name.Split('.') is ["Tags", "member", var number, "Key" or "Value"] && number.All(char.IsAsciiDigit));

    private static string Required(Dictionary<string, StringValues> form, string name) =>
        form.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text
            ? text
            : throw new GateFaultException(400, "ValidationError", $"{name} is missing.");
}
