using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Xunit;

namespace Clinic.Tests.Platform.Trail;

public sealed class AuditRowTests
{
    private const string Pk = "T#abcdefgh#AUD#2026110110#1";
    private static readonly DateTimeOffset At = new(2026, 11, 1, 10, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Attributes => [.. Row().Attributes.Keys];

    [Fact]
    public void The_hash_of_a_row_is_of_the_row()
    {
        var row = Row();
        Assert.Equal(AuditRow.Hash(Pk, row), AuditRow.Hash(Pk, row));
        Assert.NotEqual(AuditRow.Hash(Pk, row), AuditRow.Hash(Pk.Replace("abcdefgh", "abcdefgi", StringComparison.Ordinal), row));
        Assert.NotEqual(AuditRow.Hash(Pk, row), AuditRow.Hash(Pk, Row()));
    }

    [Theory]
    [MemberData(nameof(Attributes))]
    [Trait("Promise", "AUD-2")]
    public void Each_attribute_that_changes_or_goes_changes_it(string name)
    {
        var row = Row();
        var before = AuditRow.Hash(Pk, row);
        row.Attributes[name] = row.Attributes[name].N is { } number ? new() { N = number + "0" }
            : new() { S = row.Attributes[name].S + "x" };
        Assert.NotEqual(before, AuditRow.Hash(Pk, row));
        row.Attributes.Remove(name);
        Assert.NotEqual(before, AuditRow.Hash(Pk, row));
    }

    [Fact]
    [Trait("Promise", "AUD-2")]
    public void An_added_attribute_and_a_moved_boundary_change_it()
    {
        var row = Row();
        var before = AuditRow.Hash(Pk, row);
        row.Set("zz", "new");
        Assert.NotEqual(before, AuditRow.Hash(Pk, row));
        row.Attributes.Remove("zz");
        Assert.Equal(before, AuditRow.Hash(Pk, row));
        row.Set("w", "session-require").Set("zz", "d");
        Assert.NotEqual(before, AuditRow.Hash(Pk, row));
    }

    [Fact]
    public void The_hash_itself_is_left_out()
    {
        var row = Row();
        var before = AuditRow.Hash(Pk, row);
        Assert.Equal(before, AuditRow.Hash(Pk, row.Set("h", before)));
    }

    [Fact]
    public void Address_device_and_term_are_sealed_and_ids_are_plain()
    {
        var row = Row();
        Assert.Equal([AuditRow.DetailAttribute], row.Seals.Select(s => s.Name));
        Assert.DoesNotContain(row.Attributes.Values, a => a.S is { } s
            && (s.Contains("10.0.0.1", StringComparison.Ordinal) || s.Contains("Deshpande", StringComparison.Ordinal)));
    }

    private static Item Row()
    {
        var caller = Caller.System(TenantId.Parse("abcdefgh"), "clock", "cause-1") with
        {
            Session = Id.New<SessionId>(At),
            Trace = new ClientTrace("10.0.0.1", "Firefox"),
        };
        var entry = new AuditEntry(caller, AuditAction.PatientSearched, AuditOutcome.Refused)
        {
            Patient = Id.New<PatientId>(At),
            Subject = "subject",
            Hits = [Id.New<PatientId>(At), Id.New<PatientId>(At)],
            Note = "session-required",
            Term = "Deshpande",
        };
        return AuditRow.Make(entry, At, new ChainLink("0123456789abcdef", 7, "aa", 1));
    }
}
