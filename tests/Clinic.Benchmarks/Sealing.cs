using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Testing;

namespace Clinic.Benchmarks;

/// <summary>
/// How much of a request's CPU is field encryption. What a request seals, opens and makes tokens of is taken from a real one, by
/// number and size; that work is then done alone, many times, and set against the CPU of the whole request.
/// </summary>
internal static class Sealing
{
    private const int Times = 20_000;

    /// <summary>Sizes in bytes of what is sealed and opened, and the number of search tokens.</summary>
    private sealed record Work(string Operation, IReadOnlyList<int> Seals, IReadOnlyList<int> Opens, int Tokens);

    /// <param name="cpuMs">CPU of a whole request, by operation.</param>
    public static async Task<Table> MeasureAsync(
        ClinicApp app, SignedUpClinic clinic, string path, IReadOnlyDictionary<string, double> cpuMs)
    {
        Work[] works = [await OfRead(app, clinic, path), await OfRegistration(app, clinic)];
        var rows = works.Select(work =>
        {
            var ms = Alone(work);
            var whole = cpuMs.Single(c => c.Key.StartsWith(work.Operation, StringComparison.Ordinal)).Value;
            return (IReadOnlyList<string>)
            [
                work.Operation, Text(work.Seals.Count), Text(work.Opens.Count), Text(work.Tokens), Figures.Text(ms * 1000, "0.0"),
                Figures.Text(whole), Figures.Text(100 * ms / whole, "0.0") + " %",
            ];
        });
        return new Table(
            "Field encryption within a request's CPU",
            ["operation", "seals", "opens", "tokens", "CPU µs of these", "CPU ms of the request", "share"], [.. rows]);
    }

    private static async Task<Work> OfRead(ClinicApp app, SignedUpClinic clinic, string path)
    {
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id && d.Call.Operation == "PutItem");
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        var patient = new PatientId(Guid.Parse(path.Split('/')[^1]));
        var place = Keys.Patient(patient);
        var head = (await app.Raw.Of(clinic.Id, CloudParts.Records))[$"{place.Area}|{place.Sort}"];
        var entry = JsonNode.Parse(calls.Decisions.Single().Call.Body.Span)!["Item"]!;
        return new Work(
            "read a patient", [.. Sealed(entry)], [.. head.Values.Where(v => v.B is not null).Select(v => (int)v.B.Length)], 0);
    }

    private static async Task<Work> OfRegistration(ClinicApp app, SignedUpClinic clinic)
    {
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id && d.Call.Operation is "TransactWriteItems" or "Query");
        (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created);
        var puts = JsonNode.Parse(calls.Decisions.Single(d => d.Call.Operation == "TransactWriteItems").Call.Body.Span)!
            ["TransactItems"]!.AsArray().Select(m => m!["Put"]?["Item"]).OfType<JsonNode>().ToList();
        var lookedUp = calls.Decisions.Count(d => d.Call.Operation == "Query" && Indexed(d.Call.LeadingKeys.Single()));
        return new Work(
            "register a patient", [.. puts.SelectMany(Sealed)], [],
            lookedUp + puts.Count(p => Indexed(p["pk"]!["S"]!.GetValue<string>())));
    }

    private static bool Indexed(string place) => place.Contains("#IDX#", StringComparison.Ordinal);

    /// <summary>Sizes of the sealed attributes; the hash of an entry is binary too, and shorter than any of them.</summary>
    private static IEnumerable<int> Sealed(JsonNode item) => item.AsObject()
        .Select(a => a.Value!["B"]?.GetValue<string>()).OfType<string>().Select(b => Convert.FromBase64String(b).Length)
        .Where(length => length > FieldCipher.OverheadBytes);

    private static double Alone(Work work)
    {
        var key = RandomNumberGenerator.GetBytes(DataKey.LengthBytes);
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        byte[] Aad() => FieldCipher.Aad("a1b2c3d4", "records|T#a1b2c3d4#PAT#" + Keys.Hex(id), Keys.Head, "b", 1);
        byte[] Plain(int size) => new byte[size - FieldCipher.OverheadBytes];
        var plains = work.Seals.Select(Plain).ToList();
        var bodies = work.Opens.Select(size => FieldCipher.Seal(key, id, Plain(size), Aad())).ToList();
        void Once()
        {
            plains.ForEach(p => FieldCipher.Seal(key, id, p, Aad()));
            bodies.ForEach(b => FieldCipher.Open(key, b, Aad()));
            for (var i = 0; i < work.Tokens; i++) { BlindIndex.Token(key, "N", "sundaram", BlindIndex.CoarseBytes); }
        }

        using var me = Process.GetCurrentProcess();
        for (var i = 0; i < Times / 4; i++) { Once(); }
        me.Refresh();
        var before = me.UserProcessorTime + me.PrivilegedProcessorTime;
        for (var i = 0; i < Times; i++) { Once(); }
        me.Refresh();
        return (me.UserProcessorTime + me.PrivilegedProcessorTime - before).TotalMilliseconds / Times;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
