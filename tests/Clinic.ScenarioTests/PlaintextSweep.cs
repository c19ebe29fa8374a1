using System.Net;
using Clinic.Testing;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Clinic.ScenarioTests.LastCollectionLast", "Clinic.ScenarioTests")]

namespace Clinic.ScenarioTests;

/// <summary>After all other tests: what they said must be readable nowhere (ENC-3, ENC-4, AIX-10).</summary>
[Collection(LastCollectionLast.Name)]
public sealed class PlaintextSweep
{
    private static readonly Lazy<Task<(Dump Dump, string Words)>> Shared = new(Take);

    [Fact]
    [Trait("Promise", "ENC-4")]
    [Trait("Promise", "ENC-3")]
    public async Task No_name_phone_or_mail_that_the_suite_used_stands_in_a_table_or_bucket()
    {
        var (dump, words) = await Shared.Value;
        Assert.Empty(dump.Find([words]));
        Assert.True(dump.Length > 10_000, "The dump is empty.");
        Assert.NotEmpty(SpokenValues.All);
        Assert.Empty(dump.Find(SpokenValues.All));
    }

    /// <summary>
    /// The tests read a clinic's rows partition by partition, of those that were written through the gate: that is all it has.
    /// </summary>
    [Fact]
    public async Task No_row_of_a_clinic_was_out_of_the_tests_sight()
    {
        var app = await ClinicApp.Get();
        var (dump, _) = await Shared.Value;
        var theirs = dump.Partitions.Where(p => p.Partition.StartsWith("T#", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(theirs);
        Assert.DoesNotContain(
            theirs, p => !app.Gate.Written.Of(p.Table, p.Partition).Contains(p.Partition, StringComparer.Ordinal));
    }

    /// <summary>All that is stored, and words of uploads that nobody confirmed, which lie there as long as anything.</summary>
    private static async Task<(Dump Dump, string Words)> Take()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var patient = await clinic.Owner.RegisterPatient();
        var words = "Ranganathan" + Samples.Letters(Samples.Next());
        byte[] letter = [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.UTF8.GetBytes(words)];
        var ticket = (await clinic.Owner.Offer(patient, DocumentsOfAClinic.Offer(letter))).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(ticket.Json, letter);
        var bundle = Bundles.Bytes(Bundles.Of([Bundles.Patient(words)]));
        var upload = await Uploads.Offer(clinic.Owner, bundle);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(upload.Json, bundle));
        return (await Dump.Take(app.Cloud.StandIns), words);
    }

    [Theory]
    [InlineData("plain Sunita Deshpande here")]
    [InlineData("S\0u\0n\0i\0t\0a\0 \0D\0e\0s\0h\0p\0a\0n\0d\0e\0")]
    [InlineData("eHgxU3VuaXRhIERlc2hwYW5kZTEyMw==")]
    [InlineData("53756e697461204465736870616e6465")]
    [Trait("Promise", "ENC-4")]
    public void The_sweep_sees_a_planted_leak_in_each_encoding(string leak)
    {
        var dump = new Dump();
        dump.Add(leak);
        Assert.Contains("Sunita Deshpande", dump.Find(["Sunita Deshpande", "somebody else"]));
    }

    /// <summary>The pass over all at once finds neither more nor less than a search for each alone; seeded.</summary>
    [Fact]
    public void One_pass_finds_what_a_search_for_each_finds()
    {
        var random = new Random(7);
        var haystack = new byte[200_000];
        for (var i = 0; i < haystack.Length; i++)
        {
            haystack[i] = (byte)random.Next(4);
        }

        var all = new ManyNeedles();
        var expected = new List<string>();
        for (var i = 0; i < 2_000; i++)
        {
            var needle = new byte[random.Next(ManyNeedles.LengthMin, 14)];
            for (var b = 0; b < needle.Length; b++)
            {
                needle[b] = (byte)random.Next(4);
            }

            var name = Convert.ToHexString(needle);
            all.Add(needle, name);
            expected.AddRange(haystack.AsSpan().IndexOf(needle) >= 0 ? [name] : []);
        }

        all.Add(haystack[^ManyNeedles.LengthMin..], "end");
        Assert.InRange(expected.Count, 200, 1_900);
        Assert.Equal(expected.Append("end").Distinct().Order(StringComparer.Ordinal), all.In(haystack));
    }

    [Fact]
    [Trait("Promise", "AIX-10")]
    public async Task No_log_line_holds_a_value_that_the_suite_used()
    {
        await ClinicApp.Get();
        var logs = new Dump();
        foreach (var line in LogCapture.Lines)
        {
            logs.Add(line);
        }

        Assert.True(logs.Length > 1_000, "There are no log lines.");
        Assert.Empty(logs.Find(SpokenValues.All));
    }

    /// <summary>Access logs keep addresses, problems go into anybody's log, queues and mail are read by others.</summary>
    [Fact]
    [Trait("Promise", "ENC-4")]
    public async Task No_address_problem_message_or_mail_names_a_patient()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var registration = Samples.Registration();
        (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
        registration["patient"]!["gender"] = "unheard-of";
        (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.BadRequest);

        foreach (var (where, texts) in (IEnumerable<(string, IEnumerable<string>)>)
        [
            ("addresses", Overheard.Addresses), ("problems", Overheard.Problems), ("messages", Overheard.Messages),
            ("mails", [await app.Mail.Everything()]),
        ])
        {
            var heard = new Dump();
            foreach (var text in texts)
            {
                heard.Add(text);
            }

            Assert.True(heard.Length > 50, $"There are no {where}.");
            Assert.NotEmpty(SpokenValues.OfPatients);
            var found = heard.Find(SpokenValues.OfPatients);
            Assert.True(found.Count == 0, $"{where}: {string.Join(", ", found)}");
        }
    }
}

/// <summary>Runs the sweeps over the whole suite when the suite is over.</summary>
public sealed class LastCollectionLast : ITestCollectionOrderer
{
    public const string Name = "Last";

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName == Name);
}

[CollectionDefinition(LastCollectionLast.Name, DisableParallelization = true)]
public sealed class LastCollection;
