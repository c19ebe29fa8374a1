using System.Net;
using System.Text.Json;
using Clinic.Local.Gate;

namespace Clinic.Testing.Faults;

/// <summary>Something that a client does, with what is known of it beforehand.</summary>
/// <param name="Prepare">Makes what it needs, undisturbed, and says what will be sent.</param>
public sealed record Act(string Name, Func<FaultLane, Task<ActRun>> Prepare);

/// <summary>One doing of an act: the same request may be sent again, as a client does after a 503.</summary>
public sealed record ActRun(Func<Task<Reply>> Send, HttpStatusCode Success)
{
    /// <summary>Whose rows tell what it did.</summary>
    public required Func<IReadOnlyCollection<string>> Tenants { get; init; }

    /// <summary>Its calls among all that pass the gate.</summary>
    public required Func<GateCall, bool> Concerns { get; init; }

    /// <summary>What must not be in any answer but the right one; null when it discloses nothing.</summary>
    public string? Secret { get; init; }

    /// <summary>
    /// What a repeat may be told when the first had its effect and nobody heard of it; null: the same as the first.
    /// </summary>
    public HttpStatusCode? RepeatAfterEffect { get; init; }

    /// <summary>Without an Idempotency-Key a repeat is an act of its own.</summary>
    public bool RepeatsItself { get; init; }

    /// <summary>Waits until the workers are done with it; null when none has to do with it.</summary>
    public Func<Task>? Settle { get; init; }

    /// <summary>Checks what no row shows, mails, when the act was done so many times; null when all is well.</summary>
    public Func<int, Task<string?>>? Look { get; init; }
}

/// <summary>What a client gets.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, string? Problem, bool HasRetryAfter)
{
    public static Reply Of(Answered answer) => new(
        answer.Status, answer.Text,
        answer.ContentHeaders.ContentType?.MediaType == "application/problem+json" ? answer.ProblemCode : null,
        answer.Headers.RetryAfter is not null);
}

/// <summary>A clinic of its own for acts that go one after another; lanes run side by side.</summary>
public sealed class FaultLane(ClinicApp app, SignedUpClinic clinic)
{
    public ClinicApp App => app;

    public SignedUpClinic Clinic => clinic;

    /// <summary>What a lane keeps between acts: a patient with a large record, an operator.</summary>
    public Dictionary<string, object> Kept { get; } = [];

    public ActRun Run(Func<Task<Answered>> send, HttpStatusCode success) => new(async () => Reply.Of(await send()), success)
    {
        Tenants = () => [clinic.Id],
        Concerns = call => CallsOf.Tenants(call).Contains(clinic.Id),
    };

    public async Task<T> Keep<T>(string name, Func<Task<T>> make)
        where T : class
    {
        if (!Kept.TryGetValue(name, out var kept))
        {
            Kept[name] = kept = await make();
        }

        return (T)kept;
    }
}

/// <summary>Whose a call is.</summary>
internal static class CallsOf
{
    /// <summary>Tenants whose session, keys, role or mail the call is about.</summary>
    public static IReadOnlySet<string> Tenants(GateCall call)
    {
        var tenants = new HashSet<string>(StringComparer.Ordinal);
        Add(call.Tenant);
        foreach (var key in call.LeadingKeys.Select(k => k.Split('#')).Where(k => k is ["T", _, _, ..]))
        {
            Add(key[1]);
        }

        foreach (var request in call.Service == "sts" ? call.Requests : [])
        {
            Add(request.Context.Single("aws:RequestTag/tenant"));
        }

        if (call.Service == "ses")
        {
            using var body = JsonDocument.Parse(call.Body);
            Add(body.RootElement.GetProperty("EmailTags").EnumerateArray()
                .First(t => t.GetProperty("Name").GetString() == "tenant").GetProperty("Value").GetString());
        }

        return tenants;

        void Add(string? tenant)
        {
            if (tenant is not null)
            {
                tenants.Add(tenant);
            }
        }
    }

    /// <summary>Login pointers: of no tenant.</summary>
    public static bool Directory(GateCall call) => call.LeadingKeys.Any(k => k.StartsWith("L#", StringComparison.Ordinal));
}
