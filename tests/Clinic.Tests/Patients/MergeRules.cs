using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Patients;

public sealed class MergeRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly LocationId Pune = Id.New<LocationId>(Now);

    private static Patient Known(PatientState state = PatientState.Active, LocationId? location = null) => new(
        Id.New<PatientId>(Now), state, 3, Now, "earlier",
        new PatientRecord(
            new PatientName("Asha"), new PatientBirth(new DateOnly(1990, 2, 14)), Gender.Female, null, null, null, null, location,
            null, []),
        []);

    private static Patient Merged() => Known(PatientState.Merged) with
    {
        Merging = new Merging(Id.New<PatientId>(Now), PatientState.Active),
    };

    private static IReadOnlyList<PatientId> Others(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Id.New<PatientId>(Now))];

    private static string Said(Patient merged, Patient into, long version = 3, long intoVersion = 3) =>
        MergePatient.Decide(new MergePair(merged, into), version, intoVersion, "x", Now).Holds(out _, out var why)
            ? "merged" : why.Code;

    [Fact]
    public void What_stands_in_the_way_of_a_merge_is_named()
    {
        var one = Known();
        Assert.Equal("invalid-fields", Said(one, one));
        Assert.Equal("patient-merged", Said(Merged(), Known()));
        Assert.Equal("stale-version", Said(Known(), Known(), version: 2));
        Assert.Equal("merge-into-merged", Said(Known(), Merged()));
        Assert.Equal("stale-version", Said(Known(), Known(), intoVersion: 2));
        Assert.Equal("merge-of-survivor", Said(Known() with { Absorbed = Others(1) }, Known()));
        Assert.Equal("merge-too-many", Said(Known(), Known() with { Absorbed = Others(Patient.AbsorbedMax) }));
        Assert.Equal("merged", Said(Known(), Known() with { Absorbed = Others(Patient.AbsorbedMax - 1) }));
        Assert.Equal("merge-into-not-active", Said(Known(), Known(PatientState.ConsentPending)));
        Assert.Equal("merged", Said(Known(PatientState.ConsentPending), Known()));
        Assert.Equal("merge-across-locations", Said(Known(location: Pune), Known()));
        Assert.Equal("merged", Said(Known(location: Pune), Known(location: Pune)));
        Assert.Equal("merged", Said(Known(), Known(location: Pune)));
    }

    [Theory]
    [InlineData(PatientState.Active)]
    [InlineData(PatientState.ConsentPending)]
    public void An_undo_makes_of_both_what_they_were_but_for_their_versions(PatientState was)
    {
        var before = new MergePair(Known(was), Known() with { Absorbed = Others(2) });
        Assert.True(MergePatient.Decide(before, 3, 3, "x", Now).Holds(out var merged, out _));
        Assert.Equal((PatientState.Merged, 4L, 4L), (merged.Merged.State, merged.Merged.Version, merged.Into.Version));
        Assert.Equal([.. before.Into.Absorbed, before.Merged.Id], merged.Into.Absorbed);

        Assert.True(UndoMerge.Decide(merged, 4, "y", Now).Holds(out var after, out _));
        Assert.Equal(before.Merged with { Version = 5, VersionBy = "y" }, after.Merged);
        Assert.Equal(before.Into.Absorbed, after.Into.Absorbed);
        Assert.False(UndoMerge.Decide(merged, 3, "y", Now).Holds(out _, out var why));
        Assert.Equal("stale-version", why.Code);
        Assert.False(UndoMerge.Decide(after, 5, "y", Now).Holds(out _, out why));
        Assert.Equal("patient-not-merged", why.Code);
    }

    [Fact]
    public void A_refusal_says_what_changed_and_where_she_is_now()
    {
        var merged = Merged();
        Assert.False(MergePatient.Decide(new MergePair(merged, Known()), 3, 3, "x", Now).Holds(out _, out var why));
        Assert.Equal(
            (merged.Merging!.Into.ToString(), 3L, "earlier"),
            (why.More!["into"]!.GetValue<string>(), why.More["version"]!.GetValue<long>(),
                why.More["changedBy"]!.GetValue<string>()));
        Assert.False(MergePatient.Decide(new MergePair(Known(), Known()), 3, 2, "x", Now).Holds(out _, out why));
        Assert.Equal("intoVersion", Assert.Single(why.Errors).Field);
        Assert.Equal(3L, why.More!["version"]!.GetValue<long>());
    }

    [Fact]
    public void A_condition_on_none_of_several_values_names_each()
    {
        Assert.Equal("NOT #c_st IN (:c0_st, :c1_st, :c2_st)", Condition.IsNoneOf("st", "a", "b", "c").Expression);
        Assert.Equal(["a", "b", "c"], Condition.IsNoneOf("st", "a", "b", "c").Values.Values.Select(v => v.S));
        Assert.Contains(Codes.Of(PatientState.Merged), PatientItem.Readable.Values.Values.Select(v => v.S));
        Assert.DoesNotContain(Codes.Of(PatientState.Merged), PatientItem.ReadableOrMerged.Values.Values.Select(v => v.S));
    }
}
