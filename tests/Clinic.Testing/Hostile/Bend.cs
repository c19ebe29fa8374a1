using Clinic.Testing.Sweeps;

namespace Clinic.Testing.Hostile;

/// <summary>What a bent request must get.</summary>
public enum Expected
{
    /// <summary>4xx as problem+json.</summary>
    Refused,

    /// <summary>The same, and the problem names at least one field with the rule that it breaks.</summary>
    RefusedByField,

    /// <summary>The answer of the request that is not bent: what was bent has no meaning here, by design.</summary>
    Unchanged,

    /// <summary>
    /// No well-formed HTTP: the server refuses it before the product sees it, with a bare status or by closing.
    /// </summary>
    ByServer,
}

/// <summary>One deviation from a request that works, and what must come of it.</summary>
/// <param name="Kind">The list of kinds is in the report of a run.</param>
/// <param name="What">Says which of its kind, for findings; holds nothing that varies between runs of one seed.</param>
/// <param name="Why">Why it is not refused by the product, where it is not.</param>
public sealed record Bend(
    string Kind, string What, Func<RawRequest, RawRequest> Apply, Expected Expected = Expected.Refused, string? Why = null)
{
    /// <summary>The server waits for what never comes, as long as it waits for anybody.</summary>
    public bool IsSlow { get; init; }
}

/// <summary>What is bent: an operation with its working request, and what the bends may use.</summary>
/// <param name="Base">The structure to bend; bends are applied to fresh requests of the same structure.</param>
/// <param name="Marker">Stands in every bent place that takes text; nothing may repeat it.</param>
/// <param name="Seed">Chooses among the possible places.</param>
public sealed record Subject(
    Route Route, ApiOperation Operation, HttpSample Sample, RawRequest Base, string Marker, ForeignThings Foreign, int Seed)
{
    /// <summary>The same for the same seed and route, however many routes there are.</summary>
    public Random Random(string purpose) => new(Mix($"{Seed} {Route.Name} {purpose}"));

    public bool HasBody => Base.Body is not null;

    /// <summary>Its body is a table: nearly every text is one, so what is wrong with JSON is not wrong with it.</summary>
    public bool IsSheet => Route.Name == "StartSheetImport";

    public bool IsBundle => Route.Name == "StartImport";

    private static int Mix(string text) => text.Aggregate(17, (sum, c) => unchecked((sum * 31) + c));
}

/// <summary>Things that exist and are not for this caller or this query.</summary>
/// <param name="Clinic">Id of another clinic.</param>
/// <param name="Path">The operation's path with ids of another clinic; null when it names nothing.</param>
/// <param name="Cursors">Real cursors, each of another query or clinic.</param>
public sealed record ForeignThings(string Clinic, string? Path, IReadOnlyList<string> Cursors);
