namespace Clinic.Testing.Hostile;

/// <summary>Judges the answer to a bent request.</summary>
public static class HostileCheck
{
    private const string RequestId = "X-Request-Id";

    /// <summary>What the server itself says, to what is no HTTP or more than it reads: no product has seen the request.</summary>
    private static readonly int[] ServerStatuses = [400, 405, 408, 411, 413, 414, 417, 431, 501, 505];

    /// <summary>Null when it is as it must be.</summary>
    /// <param name="usual">What the request that is not bent gets.</param>
    public static string? Finding(Bend bend, RawRequest sent, RawAnswer? answer, string marker, int usual)
    {
        if (answer is null)
        {
            return "is not answered";
        }

        if (Echo(answer, marker) is { } place)
        {
            return $"{answer.Status}, and repeats what was sent in {place}";
        }

        return bend.Expected switch
        {
            Expected.Unchanged => answer.Status == usual ? null : $"{answer.Status} where {usual} is usual: {Short(answer)}",
            Expected.ByServer when IsServers(answer) => null,
            Expected.RefusedByField => Refusal(sent, answer) ?? Field(answer),
            _ => Refusal(sent, answer),
        };
    }

    /// <summary>The product gives each of its answers an id.</summary>
    public static bool IsServers(RawAnswer answer) =>
        answer.Status == 0 || (answer.Header(RequestId) is null && answer.Body.Length == 0
            && ServerStatuses.Contains(answer.Status));

    private static string? Refusal(RawRequest sent, RawAnswer answer)
    {
        if (answer.Status is < 400 or >= 500)
        {
            return $"{answer.Status}: {Short(answer)}";
        }

        if (answer.Header("Content-Type")?.StartsWith("application/problem+json", StringComparison.Ordinal) is not true)
        {
            return $"{answer.Status} without a problem document: {Short(answer)}";
        }

        if (answer.Status == 405 && answer.Header("Allow") is null)
        {
            return "405 without saying which methods are allowed";
        }

        // The answer to HEAD has no body by definition.
        return sent.Method == "HEAD" || (answer.Json?["status"]?.ToString() == $"{answer.Status}"
            && answer.Json["type"]?.ToString().StartsWith("urn:clinic:problem:", StringComparison.Ordinal) is true)
            ? null
            : $"{answer.Status} with a problem that is none: {Short(answer)}";
    }

    /// <summary>What is larger than the route takes is refused before it is read: there is no member to name.</summary>
    private static string? Field(RawAnswer answer) =>
        answer.Status == 413 ? null : answer.Json?["errors"]?.AsArray() is { Count: > 0 } errors
            && errors.All(e => e?["field"]?.ToString() is { Length: > 0 } && e["rule"]?.ToString() is { Length: > 0 })
            ? null
            : $"{answer.Status} without a field: {Short(answer)}";

    private static string? Echo(RawAnswer answer, string marker)
    {
        if (answer.Text.Contains(marker, StringComparison.OrdinalIgnoreCase))
        {
            return "its body";
        }

        return answer.Headers
            .FirstOrDefault(h => $"{h.Name}: {h.Value}".Contains(marker, StringComparison.OrdinalIgnoreCase)).Name;
    }

    private static string Short(RawAnswer answer) => answer.Text.Length <= 200 ? answer.Text : answer.Text[..200];
}
