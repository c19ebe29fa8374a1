using System.Diagnostics.CodeAnalysis;
using Clinic.Platform.Http;

namespace Clinic.Chart;

/// <summary>The kind of a finding as a path names it. Visits, notes and documents have routes of their own.</summary>
public readonly record struct FindingKind(ChartKind Value) : IParsable<FindingKind>
{
    internal static readonly IReadOnlyList<ChartKind> All =
        [.. Enum.GetValues<ChartKind>().Except([ChartKind.Visit, ChartKind.Note, ChartKind.Document])];

    public static FindingKind Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var kind) ? kind : throw new FormatException("Not a kind of finding.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FindingKind result)
    {
        var found = All.Where(k => Codes.Of(k) == s).ToList();
        result = new FindingKind(found.FirstOrDefault());
        return found.Count == 1;
    }

    public override string ToString() => Codes.Of(Value);
}
