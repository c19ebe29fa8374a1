using System.Text.Json.Serialization;
using Clinic.Api;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Clinic.Testing.Sweeps;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.HouseTests.Sweeps;

public sealed record PlantedRequest(string Name);

[JsonSerializable(typeof(PlantedRequest))]
internal sealed partial class PlantedJson : JsonSerializerContext;

/// <summary>
/// The real Api with deliberately wrong routes beside its own: each sweep must find the fault of its kind here, or it would not
/// find it in the product either.
/// </summary>
internal static class PlantedApi
{
    private const string Prefix = "/planted";
    private static readonly Lazy<Task<SweepTarget>> Started = new(Start);

    public static Task<SweepTarget> Get() => Started.Value;

    private static async Task<SweepTarget> Start()
    {
        var app = await ClinicApp.Get();
        var api = ApiHost.Build([], ClinicApp.Access(RoleNames.ApiBase, app.Cloud), b =>
        {
            b.WebHost.UseUrls("http://127.0.0.1:0");
            b.Services.AddSingleton<TimeProvider>(app.Clock);
            b.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(PlantedJson.Default));
            b.Logging.ClearProviders().AddProvider(new LogCapture());
        });
        Plant(api);
        PlantedHostile.Plant(api, Prefix);
        await api.StartAsync();
        var routes = Route.Of(api.Services);
        var planted = routes.Where(r => r.Pattern.Contains(Prefix, StringComparison.Ordinal)).ToList();
        return new SweepTarget(app, new Uri(api.Urls.Single()), planted, SampleShelf.OfRepository().And(planted.Select(Sample)),
            routes);
    }

    private static void Plant(WebApplication api)
    {
        api.MapGet(Prefix + "/undeclared", () => TypedResults.Text("fault")).WithName("Undeclared");
        api.MapPost(Prefix + "/unlisted", () => TypedResults.Text("fault")).WithName("Unlisted").OpenToAll("nobody knows")
            .ExemptFromIdempotency("nobody knows");
        api.MapPost(Prefix + "/unguarded", () => TypedResults.Text("fault")).WithName("Unguarded")
            .Requires(Permission.ClinicRead).WithMetadata(new OutsideTheTrail("planted"));
        api.MapPost(Prefix + "/silent", () => TypedResults.Text("fault")).WithName("Silent").Requires(Permission.ClinicRead);
        api.MapPost(Prefix + "/twice", (Delegate)ActAgain).WithName("Twice").Requires(Permission.ClinicRead);
        api.MapGet(Prefix + "/leaky/{session}", (string session) => TypedResults.Text("fault")).WithName("Leaky")
            .Requires(Permission.ClinicRead);
        api.MapGet("/v1" + Prefix + "/around/{patient}", (Delegate)ReadAround).WithName("Around")
            .Requires(Permission.PatientRead);
        api.MapGet("/v1" + Prefix + "/through/{patient}", ReadPatient.Handle).WithName("Through")
            .Requires(Permission.PatientRead);
        api.MapPost(Prefix + "/lax", (HttpContext http) => TypedResults.Text("fault")).WithName("Lax")
            .Requires(Permission.ClinicRead)
            .Accepts<PlantedRequest>("application/json");
        api.MapPost(Prefix + "/caller", (Caller caller) => TypedResults.Text(caller.Tenant.Value)).WithName("TakesCaller")
            .Requires(Permission.ClinicRead);
    }

    /// <summary>Writes at each call, whatever the key says: it keeps no answer for a replay.</summary>
    private static async Task<IResult> ActAgain(Caller caller, TenantStore store, CancellationToken ct)
    {
        var change = Change.By(caller, AuditAction.ClinicRead).Insert(
            new Item(Keys.Confirmation(Guid.CreateVersion7().ToString("N"))));
        var done = await store.Commit(change, ct);
        return done.Holds(out _) ? TypedResults.NoContent() : TypedResults.Conflict();
    }

    /// <summary>Takes the read that rounds use, which asks nobody where she belongs.</summary>
    private static async Task<IResult> ReadAround(PatientId patient, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested) { Patient = patient };
        var read = await store.Disclose(entry, token => PatientItem.ReadForRounds(store, [patient], token), ct);
        return read.Holds(out var found, out var why) && found.Count > 0
            ? TypedResults.NoContent() : Problems.From(why ?? Problems.NotFound);
    }

    private static HttpSample Sample(Route route) => HttpSample.Parse(
        route.Name,
        $$$"""
        # {{session}} = SignIn.session
        # {{patient}} = RegisterPatient.id
        {{{route.Method}}} {{host}}{{{Names(route.Pattern)}}}

        {{{(route.Method == "POST" ? "{\"name\":\"a\"}" : "")}}}
        """);

    private static string Names(string pattern) => pattern.Replace("{", "{{", StringComparison.Ordinal)
        .Replace("}", "}}", StringComparison.Ordinal);
}
