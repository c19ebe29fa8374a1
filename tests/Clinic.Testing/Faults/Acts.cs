using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;

namespace Clinic.Testing.Faults;

/// <summary>What clients do, from each way in which the product uses its stores.</summary>
public static class Acts
{
    private const int LargeNoteLength = 100_000;

    /// <summary>Of one clinic alone: these run in many lanes at once.</summary>
    public static readonly IReadOnlyList<Act> OfClinics =
    [
        new("register", lane =>
        {
            var (body, key) = (Samples.Registration(), Key());
            return Task.FromResult(lane.Run(() => lane.Clinic.Owner.Post("/v1/patients", body, key), HttpStatusCode.Created));
        }),
        new("amend", Amend),
        new("consents", Consents),
        new("read", Read),
        new("read, cold", async lane =>
        {
            var run = await Read(lane);
            lane.App.ForgetClinic(lane.Clinic.Id);
            return run;
        }),
        new("search", async lane =>
        {
            var registration = Samples.Registration();
            await Register(lane, registration);
            var body = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
            return lane.Run(() => lane.Clinic.Owner.Post("/v1/patients/search", body), HttpStatusCode.OK)
                with { Secret = Given(registration) };
        }),
        new("versions", async lane =>
        {
            var registration = Samples.Registration();
            var path = await Register(lane, registration);
            var form = registration["patient"]!.DeepClone();
            (await lane.Clinic.Owner.Put(path, form, "\"1\"")).Expect(HttpStatusCode.OK);
            return lane.Run(() => lane.Clinic.Owner.Get(path + "/versions"), HttpStatusCode.OK)
                with { Secret = Given(registration) };
        }),
        new("trail", async lane =>
        {
            await Register(lane, Samples.Registration());
            return lane.Run(() => lane.Clinic.Owner.Get("/v1/audit?size=5"), HttpStatusCode.OK) with { Secret = "\"sequence\"" };
        }),
        new("import", Import),
        new("export", async lane =>
        {
            var path = await lane.Keep("large", () => Large(lane));
            return lane.Run(() => lane.Clinic.Owner.Get(path + "/export"), HttpStatusCode.OK) with { Secret = "aaaaaaaa" };
        }),
        .. ActsOfTheRecord.All,
    ];

    /// <summary>Of the platform, or of clinics that are not known yet: these run in one lane.</summary>
    public static readonly IReadOnlyList<Act> OfThePlatform =
    [
        new("sign-in", lane =>
        {
            var body = new JsonObject { ["email"] = lane.Clinic.Email, ["password"] = lane.Clinic.Password };
            var run = lane.Run(
                async () =>
                {
                    using var client = lane.App.Client();
                    return await client.Post("/v1/sessions", body.DeepClone());
                },
                HttpStatusCode.Created);
            return Task.FromResult(run with
            {
                RepeatsItself = true,
                Secret = "csrfToken",
                Concerns = call => CallsOf.Tenants(call).Contains(lane.Clinic.Id) || CallsOf.Directory(call),
            });
        }),
        new("sign-up", SignUp),
        new("incident", Incident),
    ];

    internal static string Key() => Guid.CreateVersion7().ToString("N");

    /// <summary>
    /// Until no message of these tenants is open any more. Seen twice, because one tenant's message makes another's: it may have
    /// gone over to the one that was looked at before.
    /// </summary>
    internal static Task Settled(ClinicApp app, Func<IReadOnlyCollection<string>> tenants)
    {
        var clear = 0;
        return Until.Holds(
            async () =>
            {
                var open = false;
                foreach (var tenant in tenants())
                {
                    open = open || await app.Raw.HasOpenMessages(tenant);
                }

                clear = open ? 0 : clear + 1;
                return clear == 2;
            },
            "end of all messages");
    }

    private static async Task<string> Register(FaultLane lane, JsonObject registration) =>
        (await lane.Clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created).Headers.Location!.ToString();

    private static string Given(JsonObject registration) => registration["patient"]!["name"]!["given"]!.GetValue<string>();

    private static async Task<ActRun> Amend(FaultLane lane)
    {
        var registration = Samples.Registration();
        var path = await Register(lane, registration);
        var form = registration["patient"]!.DeepClone();
        form["phone"] = Samples.Phone(Samples.Next());
        return lane.Run(() => lane.Clinic.Owner.Put(path, form.DeepClone(), "\"1\""), HttpStatusCode.OK)
            with { RepeatAfterEffect = HttpStatusCode.PreconditionFailed };
    }

    private static async Task<ActRun> Consents(FaultLane lane)
    {
        var path = await Register(lane, Samples.Registration());
        var (body, key) = (new JsonObject { ["consents"] = new JsonArray(Samples.Consent("communication-sms")) }, Key());
        return lane.Run(() => lane.Clinic.Owner.Post(path + "/consents", body, key), HttpStatusCode.Created);
    }

    private static async Task<ActRun> Read(FaultLane lane)
    {
        var registration = Samples.Registration();
        var path = await Register(lane, registration);
        return lane.Run(() => lane.Clinic.Owner.Get(path), HttpStatusCode.OK) with { Secret = Given(registration) };
    }

    private static Task<ActRun> Import(FaultLane lane)
    {
        var patient = Bundles.Patient();
        var bundle = Bundles.Bytes(Bundles.Of(patient, Bundles.Observation(patient, new string('b', LargeNoteLength))));
        var key = Key();
        var run = lane.Run(
            () => lane.Clinic.Owner.PostBytes("/v1/imports", bundle, "application/fhir+json", key), HttpStatusCode.Accepted);
        return Task.FromResult(run with { Settle = () => Settled(lane.App, run.Tenants) });
    }

    private static async Task<string> Large(FaultLane lane)
    {
        var patient = Bundles.Patient();
        var bundle = Bundles.Of(patient, Bundles.Observation(patient, new string('a', LargeNoteLength)));
        var path = await lane.Clinic.Owner.OnlyPatient(await lane.Clinic.Owner.Import(Bundles.Bytes(bundle)));
        await Settled(lane.App, () => [lane.Clinic.Id]);
        return path;
    }

    /// <summary>Nobody knows the clinic before: it is whoever was not there. Without a key, a repeat signs up another.</summary>
    private static async Task<ActRun> SignUp(FaultLane lane)
    {
        var body = Samples.SignUp();
        var known = (await lane.App.Raw.All(CloudParts.Records)).Where(r => r.ContainsKey("ep"))
            .Select(r => r["pk"].S.Split('#')[1]).ToHashSet();
        var born = new ConcurrentDictionary<string, bool>();
        async Task<Reply> Send()
        {
            using var client = lane.App.Client();
            return Reply.Of(await client.Post("/v1/clinics", body.DeepClone()));
        }

        return new ActRun(Send, HttpStatusCode.Accepted)
        {
            Tenants = () => [.. born.Keys],
            Concerns = call =>
            {
                var news = CallsOf.Tenants(call).Except(known).ToList();
                news.ForEach(t => born.TryAdd(t, true));
                return news.Count > 0;
            },
            RepeatsItself = true,
            Settle = () => Settled(lane.App, () => born.Keys.ToList()),
            Look = times => Mails(lane, body["owner"]!["email"]!.GetValue<string>(), 0, times),
        };
    }

    private static async Task<ActRun> Incident(FaultLane lane)
    {
        var operators = await lane.Keep("operator", lane.App.SignInOperator);
        var body = new JsonObject
        {
            ["awareAt"] = (lane.App.Clock.GetUtcNow() - TimeSpan.FromMinutes(10)).ToString("O", CultureInfo.InvariantCulture),
            ["kind"] = "data-breach",
            ["title"] = "Ransomware on laptops of Zephyrline",
            ["affectedClinics"] = new JsonArray(lane.Clinic.Id),
            ["description"] = "All keys were swapped that night.",
            ["drill"] = false,
            ["dataKinds"] = new JsonArray("contact"),
        };
        var (key, before) = (Key(), (await lane.App.Mail.To(lane.Clinic.Email)).Count);
        var tenants = new[] { lane.Clinic.Id, "platform" };
        return lane.Run(() => operators.Post("/platform/v1/incidents", body.DeepClone(), key), HttpStatusCode.Created) with
        {
            Tenants = () => tenants,
            Concerns = call => CallsOf.Tenants(call).Intersect(tenants).Any(),
            Settle = () => Settled(lane.App, () => tenants),
            Look = times => Mails(lane, lane.Clinic.Email, before, times),
        };
    }

    private static async Task<string?> Mails(FaultLane lane, string address, int before, int times)
    {
        var sent = (await lane.App.Mail.To(address)).Count - before;
        return sent == times ? null : $"{sent} mails for {times} acts";
    }
}
