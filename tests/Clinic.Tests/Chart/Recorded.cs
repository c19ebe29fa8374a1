using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Chart;

/// <summary>Findings as a client sends them, decided without a store.</summary>
internal static class Recorded
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset At = Now.AddHours(-1);
    public static readonly PatientBirth Adult = new(new DateOnly(1986, 3, 9));

    public static Outcome<FindingEntry> Decide(
        string finding, PatientBirth? birth = null, DateTimeOffset? at = null, PatientState state = PatientState.Active)
    {
        var request = JsonSerializer.Deserialize(WithInstant(finding, at ?? At), ChartJson.Default.RecordEntryRequest)!;
        return request.Only().Holds(out var named, out var why)
            ? RecordEntry.Decide(
                request, named, Patient(birth ?? Adult, state), EntryIds.New(at ?? At), "somebody", Now)
            : why;
    }

    public static FindingEntry Good(string finding, PatientBirth? birth = null, DateTimeOffset? at = null)
    {
        var decided = Decide(finding, birth, at);
        Assert.True(decided.Holds(out var entry, out var why), string.Join("; ", why?.Errors ?? []));
        return entry;
    }

    /// <summary>Holds what a table says: null is good, else the fields that are broken, with spaces between.</summary>
    public static void Holds(string finding, string? broken, PatientBirth? birth = null)
    {
        var holds = Decide(finding, birth).Holds(out _, out var why);
        if (broken is null)
        {
            Assert.True(holds, string.Join("; ", (why?.Errors ?? []).Select(e => $"{e.Field}: {e.Rule}")));
            return;
        }

        Assert.False(holds, "Nothing was refused.");
        Assert.Equal("invalid-fields", why!.Code);
        Assert.Equal(broken, string.Join(' ', why.Errors.Select(e => e.Field).Distinct().Order(StringComparer.Ordinal)));
    }

    public static Patient Patient(PatientBirth birth, PatientState state = PatientState.Active) => new(
        Id.New<PatientId>(Now), state, 1, Now, "somebody",
        new PatientRecord(new PatientName("Asha"), birth, Gender.Female, null, null, null, null, null, null, []), []);

    private static string WithInstant(string finding, DateTimeOffset at)
    {
        var root = JsonNode.Parse(finding)!.AsObject();
        root["at"] = at;
        return root.ToJsonString();
    }
}
