using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Staff;
using Xunit;

namespace Clinic.Tests.Staff;

[Trait("Promise", "ISO-5")]
public sealed class StaffAccessTests
{
    private static readonly LocationId Here = new(Guid.CreateVersion7());
    private static readonly LocationId Elsewhere = new(Guid.CreateVersion7());

    public static TheoryData<StaffRole, string, bool, string?> Given => new()
    {
        { StaffRole.Receptionist, "here", false, null },
        { StaffRole.Receptionist, "none", true, null },
        { StaffRole.Owner, "none", true, null },
        { StaffRole.Receptionist, "none", false, "locations" },
        { StaffRole.Receptionist, "here", true, "locations" },
        { StaffRole.Receptionist, "empty", false, "locations" },
        { StaffRole.Receptionist, "elsewhere", false, "locations[0]" },
        { StaffRole.Receptionist, "both", false, "locations[1]" },
        { StaffRole.Receptionist, "many", false, "locations" },
        { StaffRole.Owner, "here", false, "locations" },
    };

    [Theory]
    [MemberData(nameof(Given))]
    public void Where_somebody_works_is_said_in_so_many_words(StaffRole role, string locations, bool all, string? field)
    {
        IReadOnlyList<LocationId>? ids = locations switch
        {
            "here" => [Here],
            "elsewhere" => [Elsewhere],
            "both" => [Here, Elsewhere],
            "empty" => [],
            "many" => [.. Enumerable.Repeat(Here, 51)],
            _ => null,
        };
        var refusal = new FieldRules().Access(role, ids, all, [Here]).Refusal;
        Assert.Equal(field, refusal?.Errors[0].Field);
    }

    [Fact]
    public void A_scope_reads_back_and_reaches_its_locations_and_who_has_none()
    {
        var scope = LocationScope.Read(LocationScope.Of([Here, Here]).Text);
        Assert.Equal([Here], scope.Ids);
        Assert.True(scope.Reaches(Here) && scope.Reaches(null) && !scope.Reaches(Elsewhere));
        Assert.False(LocationScope.Of([]).Reaches(Here));
        Assert.False(LocationScope.Read(LocationScope.Of([]).Text).Reaches(Here));
        Assert.True(LocationScope.Read(LocationScope.All.Text).Reaches(Elsewhere));
    }
}
