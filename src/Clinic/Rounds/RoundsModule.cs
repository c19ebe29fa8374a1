using Clinic.Platform.Clocks;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Rounds;

/// <summary>Rounds over all patients of a clinic: search epochs, and keys wrapped anew (ENC-5).</summary>
internal static class RoundsModule
{
    public static void AddServices(IServiceCollection services) =>
        services.AddSingleton<StrikeRound>().AddSingleton<WalkRound>().AddSingleton<RoundActs>();

    public static void Register(ClockHandlers clocks)
    {
        foreach (var round in (Duration[])[Durations.IndexEpochAge, Durations.TenantKeyAge])
        {
            clocks.On(round.Name, (s, due, now, ct) => s.GetRequiredService<StrikeRound>().Handle(due, now, ct));
        }
    }

    public static void Register(Consumers consumers) => consumers.On(
        Topics.RoundWalks, (s, message, ct) => s.GetRequiredService<WalkRound>().Handle(message, ct));

    /// <summary>The clocks of a clinic that begins to work.</summary>
    public static Change Start(Change change, DateTimeOffset now) => change
        .Insert(RoundItem.Clock(Durations.IndexEpochAge.Name, now + Durations.IndexEpochAge.Length))
        .Insert(RoundItem.Clock(Durations.TenantKeyAge.Name, now + Durations.TenantKeyAge.Length));
}
