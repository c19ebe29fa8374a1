using Clinic.Lockbox;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Lockbox;

[Trait("Promise", "ISO-6")]
public sealed class GrantRules
{
    private static readonly DateTimeOffset Now = new(2027, 6, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly MemberId Operator = new(new Guid("00000000-0000-7000-8000-000000000001"));
    private static readonly PatientId Hers = new(new Guid("00000000-0000-7000-8000-000000000002"));
    private static readonly PatientId Other = new(new Guid("00000000-0000-7000-8000-000000000003"));
    private static readonly TenantState Works = new(TenantStatus.Active, 1);

    private static Access Granted => Asked with
    {
        Stored = AccessState.Granted,
        Granted = new AccessScope([AccessField.Contact], [Hers], 4),
        Ends = Now.AddHours(4),
        Version = 2,
    };

    private static Access Asked => new(
        new AccessRequest(
            new AccessId(new Guid("00000000-0000-7000-8000-000000000004")), TenantId.Parse("abcd0123"), Operator,
            AccessReason.Fault, new AccessScope([AccessField.Identity, AccessField.Contact], [Hers], 8), Now, null),
        AccessState.Asked, Now, null, null, null, null, 1);

    /// <summary>Each line bends one thing of a door that opens.</summary>
    [Theory]
    [InlineData("nothing", null)]
    [InlineData("a field beside it", null)]
    [InlineData("another operator", "grant-not-in-force")]
    [InlineData("not approved", "grant-not-in-force")]
    [InlineData("taken back", "grant-not-in-force")]
    [InlineData("its last instant", "grant-not-in-force")]
    [InlineData("frozen", "grant-not-in-force")]
    [InlineData("a freeze since", "grant-not-in-force")]
    [InlineData("another patient", "grant-scope")]
    [InlineData("another field", "grant-scope")]
    public void The_door_opens_only_when_all_of_it_holds(string bend, string? code)
    {
        var access = bend switch
        {
            "not approved" => Asked,
            "taken back" => Granted with { Stored = AccessState.Revoked },
            _ => Granted,
        };
        var clinic = bend switch
        {
            "frozen" => Works with { Status = TenantStatus.Frozen },
            "a freeze since" => Works with { Freeze = "f1" },
            _ => Works,
        };
        AccessField[] fields = bend switch
        {
            "another field" => [AccessField.Identity],
            "a field beside it" => [AccessField.Identity, AccessField.Contact],
            _ => [AccessField.Contact],
        };
        var why = GrantDoor.Decide(
            access, clinic, bend == "another operator" ? new MemberId(Other.Value) : Operator, fields,
            bend == "another patient" ? Other : Hers, bend == "its last instant" ? Now.AddHours(4) : Now);
        Assert.Equal(code, why?.Code);
    }

    [Theory]
    [InlineData("as it is", true)]
    [InlineData("narrowed", true)]
    [InlineData("more hours", false)]
    [InlineData("more fields", false)]
    [InlineData("more patients", false)]
    [InlineData("no patient left", false)]
    public void An_approval_lies_within_what_was_asked_for(string how, bool holds)
    {
        var answer = how switch
        {
            "as it is" => new ApproveAccessRequest(),
            "narrowed" => new ApproveAccessRequest([AccessField.Contact], null, 1),
            "more hours" => new ApproveAccessRequest(Hours: 9),
            "more fields" => new ApproveAccessRequest([AccessField.Contact, AccessField.Trail]),
            "more patients" => new ApproveAccessRequest(Patients: [Hers, Other]),
            _ => new ApproveAccessRequest(Patients: []),
        };
        var decided = AnswerAccess.DecideApproval(answer, Asked, Owner(Works with { Freeze = "f7" }), Now);
        Assert.Equal(holds, decided.Holds(out var access, out var why));
        Assert.Equal(holds ? null : "invalid-fields", why?.Code);
        if (holds)
        {
            Assert.Equal((AccessState.Granted, 2L, "f7"), (access!.Stored, access.Version, access.Freeze));
            Assert.Equal(Now.AddHours(access.Granted!.Hours), access.Ends);
        }
    }

    [Fact]
    public void Answers_come_in_time_and_once()
    {
        var late = Now.AddHours(72);
        Assert.Equal(AccessState.Expired, Asked.State(Works, late));
        Assert.Equal(AccessState.Asked, Asked.State(Works, late.AddTicks(-1)));
        Refused(AccessRefusals.Answered, AnswerAccess.DecideApproval(new(), Asked, Owner(Works), late));
        Refused(AccessRefusals.Answered, AnswerAccess.DecideRefusal(Asked, Owner(Works), late));
        Refused(AccessRefusals.Answered, AnswerAccess.DecideRefusal(Granted, Owner(Works), Now));
        Refused(AccessRefusals.NotGranted, AnswerAccess.DecideRevocation(Asked, Owner(Works), Now));
        Refused(AccessRefusals.NotGranted, AnswerAccess.DecideRevocation(Granted, Owner(Works), Now.AddHours(4)));
        Assert.True(AnswerAccess.DecideRevocation(Granted, Owner(Works), Now).Holds(out var revoked, out _));
        Assert.Equal((AccessState.Revoked, 3L), (revoked.Stored, revoked.Version));
    }

    [Theory]
    [InlineData("hers", true, true)]
    [InlineData("other", true, false)]
    [InlineData("none", true, false)]
    [InlineData("none", false, true)]
    [InlineData("hers", false, false)]
    [InlineData("search", true, false)]
    [InlineData("search", false, false)]
    public void A_trail_shows_the_patients_named_or_what_concerns_none(string entry, bool names, bool shown)
    {
        var row = new Item(Keys.Audit(Now, 0));
        row = entry switch
        {
            "hers" => row.Set("pat", Keys.Hex(Hers.Value)),
            "other" => row.Set("pat", Keys.Hex(Other.Value)),
            "search" => row.Set("hits", Keys.Hex(Hers.Value)),
            _ => row,
        };
        Assert.Equal(shown, ReadGrantedTrail.Shows(new AccessScope([AccessField.Trail], names ? [Hers] : [], 1), row));
    }

    private static Caller Owner(TenantState state) =>
        new()
        {
            Tenant = TenantId.Parse("abcd0123"), Actor = "owner", Role = Role.Owner, Scope = LocationScope.All, State = state,
        };

    private static void Refused(Refusal why, Outcome<Access> decided)
    {
        Assert.False(decided.Holds(out _, out var refusal));
        Assert.Equal(why, refusal);
    }
}
