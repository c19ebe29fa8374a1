using Clinic.HouseTests.Tidy;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>Each tidy rule on a text that breaks it, and on one that does not.</summary>
public sealed class EveryRuleFindsItsFault
{
    private const string Slice = "src/Clinic/Patients/RegisterPatient.cs";

    [Fact]
    public void A_long_line()
    {
        Finds(TidyRules.LongLines, Slice, new string('a', 131));
        Passes(TidyRules.LongLines, Slice, new string('a', 130));
    }

    [Fact]
    public void A_long_file_and_a_long_slice()
    {
        var handler = "class A { void Handle() { } }";
        Finds(TidyRules.LongFiles, "src/Clinic/Platform/A.cs", Lines(301));
        Passes(TidyRules.LongFiles, "src/Clinic/Platform/A.cs", Lines(300));
        Finds(TidyRules.LongFiles, Slice, handler + Lines(151));
        Passes(TidyRules.LongFiles, Slice, handler + Lines(149));
        Passes(TidyRules.LongFiles, "src/Clinic/Patients/Patient.cs", "class A { }" + Lines(299));
    }

    [Fact]
    public void A_long_method()
    {
        Finds(TidyRules.LongMethods, Slice, $"class A {{ void M() {{{Lines(61)}}} }}");
        Finds(TidyRules.LongMethods, Slice, $"class A {{ void M() {{ void Inner() {{{Lines(61)}}} }} }}");
        Passes(TidyRules.LongMethods, "tests/A.cs", $"class A {{ TheoryData<int> Table() {{{Lines(61)}}} }}");
        Passes(TidyRules.LongMethods, Slice, $"class A {{ void M() {{{Lines(59)}}} void N() {{{Lines(59)}}} }}");
    }

    [Theory]
    [InlineData("TO", "DO")]
    [InlineData("FIX", "ME")]
    [InlineData("HA", "CK")]
    public void A_mark_of_unfinished_work(string start, string end)
    {
        Finds(TidyRules.Marks, Slice, $"// {start}{end}: later");
        Passes(TidyRules.Marks, Slice, $"// {start}{end}S are words too");
    }

    [Fact]
    public void A_region()
    {
        Finds(TidyRules.Regions, Slice, "class A\n{\n#region x\n#endregion\n}");
        Passes(TidyRules.Regions, Slice, "class A { string S = \"#region\"; }");
    }

    [Theory]
    [InlineData("catch (Exception e) { Log(e); }", true)]
    [InlineData("catch (System.Exception) { }", true)]
    [InlineData("catch (Exception e) when (e.Message == \"\") { }", true)]
    [InlineData("catch { }", true)]
    [InlineData("catch { Undo(); throw; }", false)]
    [InlineData("catch (IOException) { }", false)]
    public void A_catch_of_everything(string clause, bool isFault) =>
        Check(TidyRules.CatchAlls, Slice, $"class A {{ void M() {{ try {{ }} {clause} }} }}", isFault);

    [Theory]
    [InlineData(Slice, "DateTime.UtcNow", true)]
    [InlineData(Slice, "System.DateTimeOffset.Now", true)]
    [InlineData(Slice, "Guid.NewGuid()", true)]
    [InlineData(Slice, "Guid.CreateVersion7()", true)]
    [InlineData(Slice, "Guid.CreateVersion7(now)", false)]
    [InlineData(Slice, "Task.Delay(pause, clock, ct)", false)]
    [InlineData("tests/A.cs", "Task.Delay(1)", true)]
    [InlineData("tests/A.cs", "Task.Delay(Timeout.Infinite, ct)", false)]
    [InlineData(TidyRules.SlownessPath, "Task.Delay(time)", false)]
    [InlineData("tests/Clinic.Testing/Faults/Other.cs", "Task.Delay(time)", true)]
    [InlineData("tests/A.cs", "Thread.Sleep(1)", true)]
    [InlineData("tests/A.cs", "Guid.CreateVersion7()", false)]
    [InlineData(Slice, "clock.GetUtcNow()", false)]
    public void A_banned_call(string path, string call, bool isFault) =>
        Check(TidyRules.BannedCalls, path, $"class A {{ void M() {{ var x = {call}; }} }}", isFault);

    [Theory]
    [InlineData(Slice, true)]
    [InlineData("src/Clinic/Platform/Cloud/AwsAccess.cs", false)]
    [InlineData("src/Clinic.Local/StandIns/AdminClients.cs", false)]
    public void An_AWS_client_made_elsewhere(string path, bool isFault) =>
        Check(TidyRules.AwsClients, path, "class A { object M() => new AmazonDynamoDBClient(); }", isFault);

    [Fact]
    public void A_skipped_test()
    {
        Finds(TidyRules.SkippedTests, "tests/A.cs", "class A { [Fact(Skip = \"later\")] void M() { } }");
        Passes(TidyRules.SkippedTests, "tests/A.cs", "class A { [Fact] void M() { list.Skip(1); } }");
    }

    [Theory]
    [InlineData(Slice, "AmendPatient.Handle(request)", true)]
    [InlineData(Slice, "Consent.RecordConsent.HandleMany(request)", true)]
    [InlineData(Slice, "mails.Handle(request)", false)]
    [InlineData("src/Clinic/Patients/PatientsModule.cs", "AmendPatient.Handle(request)", false)]
    public void A_handler_that_calls_a_handler(string path, string call, bool isFault) =>
        Check(TidyRules.HandlersCalled, path, $"class A {{ void M() {{ {call}; }} }}", isFault);

    [Theory]
    [InlineData(Slice, "using Clinic.Consent;", "Patients -> Consent")]
    [InlineData(Slice, "class A { Consent.Notice N; }", "Patients -> Consent")]
    [InlineData(Slice, "class A { object M() => Consent.Notice.Make(); }", "Patients -> Consent")]
    [InlineData("src/Clinic/Platform/Store/Keys.cs", "using Clinic.Consent;", "Platform -> Consent")]
    [InlineData(Slice, "using Clinic.Platform.Store; using Clinic.Patients;", null)]
    public void A_new_arrow_between_capabilities(string path, string text, string? arrow)
    {
        var found = TidyRules.Dependencies(new SourceFile(path, text), new HashSet<string> { "Patients", "Consent" }).ToList();
        Assert.Equal(arrow is null ? [] : [arrow], found.Select(a => $"{a.From} -> {a.To}"));
    }

    [Fact]
    public void A_snapshot_that_differs()
    {
        Assert.Null(Snapshot.Difference("a\nb\n", "a\nb\n"));
        Assert.Equal("- b\n+ c", Snapshot.Difference("a\nb\n", "a\nc\n"));
        Assert.NotNull(Snapshot.Difference("a\nb\n", "b\na\n"));
    }

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("\n", count - 1)) + "/**/";

    private static void Finds(Func<SourceFile, IEnumerable<string>> rule, string path, string text) =>
        Check(rule, path, text, isFault: true);

    private static void Passes(Func<SourceFile, IEnumerable<string>> rule, string path, string text) =>
        Check(rule, path, text, isFault: false);

    private static void Check(Func<SourceFile, IEnumerable<string>> rule, string path, string text, bool isFault) =>
        Assert.Equal(isFault, rule(new SourceFile(path, text)).Any());
}
