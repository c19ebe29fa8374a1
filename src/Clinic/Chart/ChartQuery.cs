using System.Globalization;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>What of a record a list is asked for.</summary>
/// <param name="Kinds">Empty takes all that the caller sees.</param>
/// <param name="Identity">What a cursor of it belongs to.</param>
internal sealed record ChartQuery(
    IReadOnlyList<ChartKind> Kinds, DateTimeOffset? From, DateTimeOffset? To, bool IncludeRetracted, int Size, string Identity)
{
    private const int SizeDefault = 20;
    private const int KindTextMax = 200;

    /// <param name="kind">Codes with commas between; a parameter that is given several times comes so too.</param>
    /// <param name="seen">The kinds that the caller may see.</param>
    public static Outcome<ChartQuery> Decide(
        PatientId patient, string? kind, DateTimeOffset? from, DateTimeOffset? to, bool? includeRetracted, int? size,
        IReadOnlyList<ChartKind> seen)
    {
        var named = kind is null ? [] : (kind.Length <= KindTextMax ? kind : "").Split(',').Distinct().ToList();
        var kinds = seen.Where(k => named.Contains(Codes.Of(k))).ToList();
        var known = Enum.GetValues<ChartKind>().Select(Codes.Of).ToHashSet();
        var rules = new FieldRules()
            .Need(named.All(known.Contains), "kind", "kinds of entries, with commas between")
            .Need(from is null || to is null || from < to, "from", "before 'to'")
            .Need(size is null or (>= 1 and <= Page<Item>.SizeMax), "size", $"1 to {Page<Item>.SizeMax}");
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        var names = string.Join(',', named.Order(StringComparer.Ordinal));
        var identity = string.Create(
            CultureInfo.InvariantCulture, $"chart {patient} {names} {from:O} {to:O} {includeRetracted is true}");
        return new ChartQuery(kinds, from, to, includeRetracted is true, size ?? SizeDefault, identity)
        {
            IsOfNothing = named.Count > 0 && kinds.Count == 0,
        };
    }

    /// <summary>Only kinds were named that the caller does not see.</summary>
    public bool IsOfNothing { get; private init; }

    /// <summary>Ids tell the millisecond, and nothing before 1970; the body tells the instant.</summary>
    public bool Holds(DateTimeOffset at) => (From is not { } from || at >= from) && (To is not { } to || at < to);
}
