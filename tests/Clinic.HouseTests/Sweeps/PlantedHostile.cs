using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.HouseTests.Sweeps;

/// <summary>Routes that are right for their sample and wrong for whatever is bent, each in its own way.</summary>
internal static class PlantedHostile
{
    private const string Sample = "{\"name\":\"a\"}";

    public static void Plant(WebApplication api, string prefix)
    {
        Post("breaks", (_, body) => throw new InvalidOperationException(body));
        Post("takes", (_, _) => Task.FromResult<IResult>(TypedResults.Text("fault")));
        Post("repeats", (_, body) => Refuse(new Refusal(400, "repeats", body)));
        Post("tells", (http, body) =>
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("planted").LogError("Refused {Body}", body);
            return Refuse(new Refusal(400, "tells", "Refused"));
        });
        Post("vague", (_, _) => Task.FromResult<IResult>(Problems.From(new Refusal(400, "vague", "Something is wrong."))));
        Post("bare", (_, _) => Task.FromResult<IResult>(TypedResults.Text("fault", statusCode: 400)));
        Post("keeps", Keep);
        // Of no shape, so that the sweep over shapes does not wait for it.
        Map("hangs", async (http, _) =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
            return TypedResults.NoContent();
        });
        api.MapGet(prefix + "/picky", (HttpContext http) => http.Request.Headers.ContainsKey("X-Junk")
            ? Results.BadRequest() : Results.Text("right")).WithName("picky").Requires(Permission.ClinicRead);

        RouteHandlerBuilder Map(string name, Func<HttpContext, string, Task<IResult>> fault) =>
            api.MapPost($"{prefix}/{name}", (Delegate)((HttpContext http) => RightOr(fault, http))).WithName(name)
                .Requires(Permission.ClinicRead);

        void Post(string name, Func<HttpContext, string, Task<IResult>> fault) =>
            Map(name, fault).Accepts<PlantedRequest>("application/json");
    }

    private static Task<IResult> Refuse(Refusal refusal) =>
        Task.FromResult<IResult>(Problems.From(refusal with { Errors = [new("name", "some rule")] }));

    private static async Task<IResult> RightOr(Func<HttpContext, string, Task<IResult>> fault, HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        return body.Trim() == Sample ? TypedResults.Text("right") : await fault(http, body);
    }

    private static async Task<IResult> Keep(HttpContext http, string body)
    {
        var caller = Caller.Of(http)!;
        var change = Change.By(caller, AuditAction.ClinicRead).Insert(
            new Item(Keys.Confirmation(Guid.CreateVersion7().ToString("N"))));
        var done = await http.RequestServices.GetRequiredService<TenantStores>().For(caller).Commit(change, http.RequestAborted);
        return done.Holds(out _) ? await Refuse(new Refusal(422, "keeps", "Refused")) : TypedResults.Conflict();
    }
}
