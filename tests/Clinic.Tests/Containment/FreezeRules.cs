using Clinic.Containment;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Containment;

[Trait("Promise", "INC-7")]
public sealed class FreezeRules
{
    private static readonly DateTimeOffset Now = new(2027, 6, 1, 10, 0, 0, TimeSpan.Zero);

    /// <summary>A session opens a door only in an active clinic, in its time, and when no freeze came since it began.</summary>
    [Theory]
    [InlineData(TenantStatus.Active, null, null, 1, true)]
    [InlineData(TenantStatus.Active, "f1", "f1", 1, true)]
    [InlineData(TenantStatus.Active, "f1", null, 1, false)]
    [InlineData(TenantStatus.Active, "f2", "f1", 1, false)]
    [InlineData(TenantStatus.Active, null, null, 0, false)]
    [InlineData(TenantStatus.Frozen, "f1", null, 1, false)]
    [InlineData(TenantStatus.Frozen, "f1", "f1", 1, false)]
    [InlineData(TenantStatus.Unconfirmed, null, null, 1, false)]
    [InlineData(TenantStatus.Purged, null, null, 1, false)]
    public void A_session_admits(TenantStatus status, string? clinics, string? sessions, int hoursLeft, bool admitted)
    {
        var session = new SessionFacts(
            default, default, Role.Owner, LocationScope.All, Now, Now.AddHours(hoursLeft), sessions);
        Assert.Equal(admitted, SessionRow.Admits(session, new TenantState(status, 1) { Freeze = clinics }, Now));
    }

    /// <summary>What becomes of a clinic's state, by the platform's row for freeze f2.</summary>
    [Theory]
    [InlineData(FreezeStep.Frozen, TenantStatus.Active, null, null, "Freeze")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Active, "f1", null, "Freeze")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Frozen, "f1", FreezeBy.Owner, "Freeze")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Frozen, "f1", FreezeBy.Platform, "Nothing")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Frozen, "f2", FreezeBy.Platform, "Nothing")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Active, "f2", null, "Nothing")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Unconfirmed, null, null, "Nothing")]
    [InlineData(FreezeStep.Frozen, TenantStatus.Purged, null, null, "Nothing")]
    [InlineData(FreezeStep.Released, TenantStatus.Frozen, "f2", FreezeBy.Platform, "Lift")]
    [InlineData(FreezeStep.Released, TenantStatus.Frozen, "f3", FreezeBy.Platform, "Nothing")]
    [InlineData(FreezeStep.Released, TenantStatus.Frozen, "f2", FreezeBy.Owner, "Nothing")]
    [InlineData(FreezeStep.Released, TenantStatus.Active, "f2", null, "Nothing")]
    [InlineData(FreezeStep.ReleaseOffered, TenantStatus.Frozen, "f2", FreezeBy.Owner, "Offer")]
    [InlineData(FreezeStep.ReleaseOffered, TenantStatus.Frozen, "f2", FreezeBy.Platform, "Nothing")]
    [InlineData(FreezeStep.ReleaseOffered, TenantStatus.Active, "f2", null, "Nothing")]
    public void A_state_is_brought_to_what_the_row_says(
        FreezeStep step, TenantStatus status, string? last, FreezeBy? by, string act)
    {
        var freeze = new Freeze("f2", step, FreezeBy.Platform, null, null, "o1", Now, new FreezeWords(null, null), 1);
        var state = new TenantState(status, 1) { Freeze = last, FrozenBy = by };
        Assert.Equal(act, FreezeState.Decide(freeze, state).ToString());
        Assert.Equal(FreezeAct.Nothing, FreezeState.Decide(freeze with { Step = step }, After(freeze, state)));
    }

    [Fact]
    public void An_owners_freeze_is_offered_back_and_the_platforms_lifted()
    {
        var request = new ReleaseClinicRequest(ReleaseReason.Contained, "text");
        var owners = new TenantState(TenantStatus.Frozen, 1) { Freeze = "f1", FrozenBy = FreezeBy.Owner };
        Assert.True(ReleaseClinic.Decide(request, owners, null, Now).Holds(out var offered, out _));
        Assert.Equal((FreezeStep.ReleaseOffered, "f1", FreezeBy.Owner), (offered.Step, offered.Id, offered.By));

        var order = new FreezeClinicRequest(FreezeReason.Breach, "text");
        Assert.True(FreezeClinic.Decide(order, owners, offered, Now).Holds(out var platforms, out _));
        Assert.Equal((FreezeStep.Frozen, FreezeBy.Platform, 2L), (platforms.Step, platforms.By, platforms.Version));
        var frozen = new TenantState(TenantStatus.Frozen, 1) { Freeze = platforms.Id, FrozenBy = FreezeBy.Platform };
        Assert.True(FreezeClinic.Decide(order, frozen, platforms, Now).Holds(out var same, out _));
        Assert.Same(platforms, same);
        Assert.True(ReleaseClinic.Decide(request, frozen, platforms, Now).Holds(out var lifted, out _));
        Assert.Equal((FreezeStep.Released, platforms.Id, 3L), (lifted.Step, lifted.Id, lifted.Version));

        var works = new TenantState(TenantStatus.Active, 1);
        Assert.False(ReleaseClinic.Decide(request, works, lifted, Now).Holds(out _, out var why));
        Assert.Equal(FreezeRefusals.NotFrozen, why);
        Assert.False(FreezeClinic.Decide(order, new TenantState(TenantStatus.Unconfirmed, 1), null, Now).Holds(out _, out why));
        Assert.Equal(FreezeRefusals.NotOpen, why);
    }

    /// <summary>The state as the act leaves it: brought twice, nothing more is done.</summary>
    private static TenantState After(Freeze freeze, TenantState before) => FreezeState.Decide(freeze, before) switch
    {
        FreezeAct.Freeze => before with { Status = TenantStatus.Frozen, Freeze = freeze.Id, FrozenBy = FreezeBy.Platform },
        FreezeAct.Lift => before with { Status = TenantStatus.Active, FrozenBy = null },
        FreezeAct.Offer => before with { ReleaseOffer = freeze.Offer },
        _ => before,
    };
}
