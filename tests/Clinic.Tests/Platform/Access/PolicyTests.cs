using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Platform.Access;

public sealed class PolicyTests
{
    public static TheoryData<Permission> Permissions => [.. Enum.GetValues<Permission>()];

    [Theory]
    [MemberData(nameof(Permissions))]
    [Trait("Promise", "RBAC-1")]
    public void Nobody_known_and_the_system_hold_nothing(Permission permission)
    {
        Assert.False(Policy.Allows(Role.Public, permission));
        Assert.False(Policy.Allows(Role.System, permission));
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    [Trait("Promise", "RBAC-2")]
    public void The_owner_holds_all_of_the_clinic_and_nothing_of_the_platform(Permission permission) =>
        Assert.Equal(!IsOfPlatform(permission), Policy.Allows(Role.Owner, permission));

    [Theory]
    [MemberData(nameof(Permissions))]
    [Trait("Promise", "ISO-6")]
    public void An_operator_holds_nothing_of_a_clinic(Permission permission) =>
        Assert.Equal(IsOfPlatform(permission) || permission == Permission.SessionOwn, Policy.Allows(Role.Operator, permission));

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public void A_desk_holds_what_it_needs_for_patients_and_a_doctor_their_record_too()
    {
        Permission[] desk =
        [
            Permission.SessionOwn, Permission.LocationRead, Permission.PatientRegister, Permission.PatientRead,
            Permission.PatientSearch, Permission.PatientAmend, Permission.ConsentRead, Permission.ConsentRecord,
        ];
        Assert.Equal(desk.Order(), Held(Role.Receptionist));
        Permission[] record =
        [
            Permission.PatientMerge, Permission.PatientExport, Permission.VisitRead, Permission.VisitSet, Permission.NoteRead,
            Permission.NoteWrite,
            Permission.NoteSign, Permission.ChartRead, Permission.ChartWrite, Permission.DocumentRead, Permission.DocumentWrite,
        ];
        Assert.Equal(desk.Concat(record).Order(), Held(Role.Doctor));
    }

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public void What_no_row_names_is_denied()
    {
        Assert.False(Policy.Allows((Role)999, Permission.SessionOwn));
        Assert.False(Policy.Allows(Role.Owner, (Permission)999));
    }

    private static IEnumerable<Permission> Held(Role role) =>
        Enum.GetValues<Permission>().Where(p => Policy.Allows(role, p)).Order();

    private static bool IsOfPlatform(Permission permission) => permission.ToString()
        .StartsWith("Platform", StringComparison.Ordinal);
}
