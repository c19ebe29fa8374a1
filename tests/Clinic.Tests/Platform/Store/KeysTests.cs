using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Platform.Store;

public sealed class KeysTests
{
    [Theory]
    [InlineData("T#abcdefgh#PAT#1", "abcdefgh", "PAT#1")]
    [InlineData("T#platform#STATE", "platform", "STATE")]
    public void A_row_that_an_index_named_is_split(string pk, string tenant, string area)
    {
        var (found, key) = Keys.Split(pk, "sort");
        Assert.Equal((tenant, area, "sort"), (found.Value, key.Area, key.Sort));
        Assert.Equal(pk, Keys.Partition(found, key.Area));
    }

    [Theory]
    [InlineData("L#abcdefgh#PAT")]
    [InlineData("T#abcdefg##PAT")]
    [InlineData("T#ABCDEFGH#PAT")]
    [InlineData("T#abcdefghXPAT")]
    [InlineData("T#abcdefgh")]
    [InlineData("T#abc")]
    [InlineData("")]
    public void What_is_no_key_of_a_tenant_is_refused(string pk) =>
        Assert.Throws<InvalidOperationException>(() => Keys.Split(pk, "sort"));

    [Fact]
    public void An_entry_of_the_trail_has_a_place_that_nobody_can_aim_at()
    {
        var at = new DateTimeOffset(2026, 11, 1, 23, 59, 59, TimeSpan.Zero);
        var places = Enumerable.Range(0, 200).Select(_ => Keys.Audit(at, 1)).ToList();
        Assert.Equal(places.Count, places.Distinct().Count());
        Assert.All(places, p => Assert.Equal("AUD#2026110123#1", p.Area));
        Assert.True(string.CompareOrdinal(Keys.Audit(at, 1).Sort, Keys.Audit(at.AddTicks(1), 1).Sort) < 0);
    }

    [Fact]
    public void Versions_sort_as_numbers() => Assert.True(string.CompareOrdinal(
        Keys.PatientVersion(new PatientId(Guid.Empty), 9).Sort, Keys.PatientVersion(new PatientId(Guid.Empty), 10).Sort) < 0);
}
