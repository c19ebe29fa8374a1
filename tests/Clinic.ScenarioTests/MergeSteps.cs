using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What the tests of merged records do again and again.</summary>
internal static class MergeSteps
{
    public static async Task<(ClinicApp App, SignedUpClinic Clinic, string Into, string Merged)> Two()
    {
        var (app, clinic, into) = await VisitSteps.Known();
        return (app, clinic, into, "/v1/patients/" + await clinic.Owner.RegisterPatient());
    }

    public static string IdOf(string path) => path.Split('/')[^1];

    /// <summary>A visit with a note, a finding and a document.</summary>
    /// <returns>Their paths.</returns>
    public static async Task<IReadOnlyList<string>> Fill(SignedUpClinic clinic, string path)
    {
        var visit = (await VisitSteps.Plan(clinic.Owner, path, open: true)).Headers.Location!.ToString();
        var note = (await clinic.Owner.Post(visit + "/notes", VisitSteps.Soap.DeepClone())).Expect(HttpStatusCode.Created);
        var finding = (await clinic.Owner.Post(path + "/chart", Condition())).Expect(HttpStatusCode.Created);
        var document = await clinic.Owner.Keep(IdOf(path), DocumentsOfAClinic.Pdf());
        return [visit, note.Headers.Location!.ToString(), finding.Headers.Location!.ToString(), document];
    }

    public static JsonObject Condition() => new()
    {
        ["at"] = TimeProvider.System.GetUtcNow().ToString("O"),
        ["condition"] = Charts.Condition("Orthostasis" + Samples.Letters(Samples.Next())),
    };

    /// <summary>Acts once, just before a call of this clinic's is carried out; red at its end when that was not done.</summary>
    public static IDisposable Meanwhile(ClinicApp app, SignedUpClinic clinic, Func<GateCall, bool> at, Func<Task> act) =>
        new OnceBefore(app, call => call.Tenant == clinic.Id && at(call), act);

    private sealed class OnceBefore : IDisposable
    {
        private readonly IDisposable hook;
        private int met;
        private volatile bool done;

        public OnceBefore(ClinicApp app, Func<GateCall, bool> at, Func<Task> act) => hook = app.Gate.Before(async call =>
        {
            if (at(call) && Interlocked.Increment(ref met) == 1)
            {
                await act();
                done = true;
            }
        });

        public void Dispose()
        {
            hook.Dispose();
            Assert.True(done, met == 0 ? "The moment did not come." : "What was to happen meanwhile failed.");
        }
    }

    /// <summary>A transaction that writes or looks at a row of her record.</summary>
    public static Func<GateCall, bool> WritesOf(string path) => call =>
        call.Operation == "TransactWriteItems" && IsOf(call, path);

    /// <summary>The read of her head.</summary>
    public static Func<GateCall, bool> ReadsHeadOf(string path) => call =>
        call.Operation == "GetItem" && IsOf(call, path) && Incidents.Body(call).Contains("\"HEAD\"", StringComparison.Ordinal);

    private static bool IsOf(GateCall call, string path)
    {
        var area = "#PAT#" + Guid.Parse(IdOf(path)).ToString("N");
        return call.LeadingKeys.Any(k => k.EndsWith(area, StringComparison.Ordinal));
    }

    public static async Task<JsonArray> Entries(ClinicClient client, string path) =>
        (await client.Get(path)).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();

    public static Task<Answered> Ask(
        ClinicClient client, string merged, string into, int version = 1, int intoVersion = 1, string? key = null) =>
        Send(client, merged + "/merge", $"\"{version}\"", new JsonObject
        {
            ["into"] = IdOf(into),
            ["intoVersion"] = intoVersion,
            ["reason"] = "Both hers, says her sister " + Samples.Letters(Samples.Next()),
        }, key);

    public static async Task Merge(ClinicClient client, string merged, string into, int version = 1, int intoVersion = 1)
    {
        var answer = (await Ask(client, merged, into, version, intoVersion)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("merged", answer["state"]!.GetValue<string>());
        Assert.Equal(version + 1, answer["version"]!.GetValue<int>());
        Assert.Equal(intoVersion + 1, answer["intoVersion"]!.GetValue<int>());
    }

    /// <summary>By the message of an erasure, to its end.</summary>
    public static async Task Erase(ClinicApp app, SignedUpClinic clinic, string path)
    {
        async Task<int> Done() => (await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientKeysDestroyed))).Count;
        var before = await Done();
        var caller = Caller.System(TenantId.Parse(clinic.Id), "test", "message");
        var commit = await app.ApiServices.GetRequiredService<TenantStores>().For(caller).Commit(
            Change.By(caller, AuditAction.MessageRedriven)
                .Publish(Topics.PatientErasure, Keys.Hex(Guid.Parse(IdOf(path)))), CancellationToken.None);
        Assert.True(commit.Holds(out _));
        await Until.Holds(async () => await Done() > before, "erasure");
    }

    public static Task<Answered> Undo(ClinicClient client, string merged, string version) =>
        Send(client, merged + "/merge/undo", version, new JsonObject { ["reason"] = "Two cousins of one name." });

    public static Task<Answered> Send(
        ClinicClient client, string path, string version, JsonObject body, string? key = null, HttpMethod? method = null) =>
        client.Send(method ?? HttpMethod.Post, path, body, r =>
        {
            r.Headers.TryAddWithoutValidation("If-Match", version);
            if (key is not null)
            {
                r.Headers.Add("Idempotency-Key", key);
            }
        });
}
