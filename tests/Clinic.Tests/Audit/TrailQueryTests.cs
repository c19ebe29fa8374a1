using Clinic.Audit;
using Clinic.Platform.Trail;
using Xunit;

namespace Clinic.Tests.Audit;

public sealed class TrailQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public void Without_a_window_the_last_week_is_meant()
    {
        Assert.True(new TrailQuery().Decide(Now, Week).Holds(out var window, out _));
        Assert.Equal(Week, window.To - window.From);
        Assert.True(window.To > Now);
    }

    [Fact]
    public void A_cursor_of_an_open_window_still_fits_a_moment_later()
    {
        new TrailQuery { Action = "PatientRead" }.Decide(Now, Week).Holds(out var one, out _);
        new TrailQuery { Action = "PatientRead" }.Decide(Now.AddSeconds(9), Week).Holds(out var later, out _);
        Assert.Equal(one!.Identity, later!.Identity);
        Assert.Equal(AuditAction.PatientRead, one.Action);
    }

    public static TheoryData<TrailQuery, string> Broken => new()
    {
        { new TrailQuery { From = Now, To = Now }, "from" },
        { new TrailQuery { Action = "patientread" }, "action" },
        { new TrailQuery { Action = "7" }, "action" },
        { new TrailQuery { Action = "-1" }, "action" },
        { new TrailQuery { Action = "9999" }, "action" },
        { new TrailQuery { To = DateTimeOffset.MinValue }, "to" },
        { new TrailQuery { To = DateTimeOffset.MinValue.AddDays(3) }, "to" },
        { new TrailQuery { Size = 0 }, "size" },
        { new TrailQuery { Size = 101 }, "size" },
        { new TrailQuery { Actor = "" }, "actor" },
        { new TrailQuery { Actor = new string('a', 81) }, "actor" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_names_its_field(TrailQuery query, string field)
    {
        Assert.False(query.Decide(Now, Week).Holds(out _, out var why));
        Assert.Contains(why.Errors, e => e.Field == field);
    }
}
