using System.Globalization;

namespace Clinic.InfraTests.Differential;

/// <summary>
/// Reproducible drawing: one seed gives one list of questions. Another seed may be given to look further than the suite does.
/// </summary>
internal sealed class Draw(int seed)
{
    private const int SuiteSeed = 20_261_101;

    private readonly Random _random = new(seed);

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CLINIC_DRAW_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : SuiteSeed;

    public bool Chance(int percent) => _random.Next(100) < percent;

    public int Number(int from, int to) => _random.Next(from, to + 1);

    public T One<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    public IReadOnlyList<T> Some<T>(IReadOnlyList<T> all, int from, int to) =>
        [.. Enumerable.Range(0, Number(from, to)).Select(_ => One(all))];
}
