using Clinic.Patients;
using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Patients;

[Trait("Promise", "ISO-5")]
public sealed class PatientPlacesTests
{
    private static readonly Dictionary<char, LocationId> Ids =
        "abcz".ToDictionary(c => c, _ => new LocationId(Guid.CreateVersion7()));

    /// <summary>One letter a location; a dash is none, a star all.</summary>
    [Theory]
    [InlineData("a", "*", '-', "a")]
    [InlineData("ab", "*", '-', "-")]
    [InlineData("ab", "*", 'b', "b")]
    [InlineData("ab", "*", 'z', null)]
    [InlineData("ab", "b", '-', "b")]
    [InlineData("abc", "ab", '-', null)]
    [InlineData("abc", "ab", 'b', "b")]
    [InlineData("abc", "ab", 'c', null)]
    [InlineData("a", "b", '-', null)]
    [InlineData("a", "b", 'b', null)]
    public void A_new_patient_belongs_where_the_caller_works(string open, string scope, char asked, string? placed) =>
        Assert.Equal(placed, Told(Places(open, scope).ForNew(Id(asked))));

    [Theory]
    [InlineData("ab", "*", '-', 'a', "a")]
    [InlineData("ab", "*", '-', '-', "-")]
    [InlineData("ab", "*", 'b', 'a', "b")]
    [InlineData("a", "*", '-', '-', "-")]
    [InlineData("ab", "a", '-', 'c', "c")]
    [InlineData("ab", "a", 'b', 'a', null)]
    [InlineData("a", "ab", 'b', 'b', "b")]
    [InlineData("a", "ab", 'b', 'a', null)]
    public void A_known_one_stays_or_moves_to_where_the_caller_works(
        string open, string scope, char asked, char before, string? placed) =>
        Assert.Equal(placed, Told(Places(open, scope).ForKnown(Id(asked), Id(before))));

    private static PatientPlaces Places(string open, string scope) => new(
        scope == "*" ? LocationScope.All : LocationScope.Of(scope.Select(c => Ids[c])), [.. open.Select(c => Ids[c])]);

    private static LocationId? Id(char letter) => letter == '-' ? null : Ids[letter];

    private static string? Told(Placement placement) => !placement.Allowed ? null
        : placement.Location is { } id ? Ids.Single(i => i.Value == id).Key.ToString() : "-";
}
