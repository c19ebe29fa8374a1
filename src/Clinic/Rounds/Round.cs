using System.Globalization;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Rounds;

/// <summary>What a round does to each patient of a clinic, one after another.</summary>
internal enum RoundPhase
{
    /// <summary>Writes her search items in the next epoch.</summary>
    Filling,

    /// <summary>Deletes her search items of the epoch before.</summary>
    Emptying,

    /// <summary>Wraps her keys under the clinic's new key.</summary>
    Wrapping,

    /// <summary>The same once more, for what a process with an old key in memory may have wrapped meanwhile.</summary>
    WrappingAgain,

    /// <summary>Nothing more: the clinic's old key is destroyed when the clock strikes.</summary>
    Retiring,
}

/// <summary>
/// Where a round over all patients of a clinic stands. It waits for its clock, walks in steps, and turns to its next phase.
/// </summary>
/// <param name="Name">Of row and clock: that of <see cref="Durations.IndexEpochAge"/> or of
/// <see cref="Durations.TenantKeyAge"/>.</param>
/// <param name="Target">The version of the clinic's key that the round brings in.</param>
/// <param name="Part">Which part of the roster it is at.</param>
/// <param name="From">The last patient of that part that is done; null at its beginning.</param>
/// <param name="Seen">Patients done in this phase.</param>
internal sealed record Round(
    string Name, RoundPhase Phase, int Target, bool Walks, int Part, string? From, long Seen, long Version)
{
    /// <summary>The clock's subject: a clinic has one round of a name.</summary>
    public const string Subject = "clinic";

    public bool IsOfIndex => Name == Durations.IndexEpochAge.Name;

    /// <summary>
    /// Which of the clinic's keys end with it. Those that wrap patients' are drawn together, so one number is theirs.
    /// </summary>
    public IReadOnlyList<TenantPurpose> Purposes =>
        IsOfIndex ? [TenantPurpose.Index] : [TenantPurpose.Patients, TenantPurpose.Identities];

    public static Round Begin(string name, int target) =>
        new(name, name == Durations.IndexEpochAge.Name ? RoundPhase.Filling : RoundPhase.Wrapping, target, false, 0, null, 0, 1);

    public Round Walk() => this with { Walks = true, Version = Version + 1 };

    public Round Turn(RoundPhase phase) =>
        this with { Phase = phase, Walks = false, Part = 0, From = null, Seen = 0, Version = Version + 1 };

    /// <summary>After a page; a page without a next ends its part of the roster.</summary>
    public Round Step(int seen, string? next) => this with
    {
        Part = next is null ? Part + 1 : Part,
        From = next,
        Seen = Seen + seen,
        Version = Version + 1,
    };

    public bool IsThrough => Part == Keys.PatientRosters;
}

internal static class RoundItem
{
    public static Item Write(Round round)
    {
        var item = new Item(Keys.Round(round.Name))
            .Set("phase", round.Phase.ToString())
            .Set("target", round.Target)
            .Set("walks", round.Walks ? 1 : 0)
            .Set("part", round.Part)
            .Set("seen", round.Seen)
            .SetVersion(round.Version);
        return round.From is { } from ? item.Set("from", from) : item;
    }

    public static async Task<Round?> Read(TenantStore store, string name, CancellationToken ct) =>
        await store.Get(Keys.Round(name), ct) is { } item
            ? new Round(
                name, Enum.Parse<RoundPhase>(item.Need("phase")), (int)item.Number("target"), item.Number("walks") == 1,
                (int)item.Number("part"), item.Text("from"), item.Number("seen"), item.Version)
            : null;

    /// <summary>The round's clock, set anew.</summary>
    public static Item Clock(string name, DateTimeOffset due) => ClockRow.Start(name, Round.Subject, due);

    public static string Number(int version) => version.ToString(CultureInfo.InvariantCulture);
}
