using Clinic.Platform.Access;
using Clinic.Testing.Sweeps;

namespace Clinic.HouseTests.Sweeps;

/// <summary>Every route says who may call it, and the exceptions are lists that people read (RBAC-1).</summary>
internal static class AccessSweep
{
    public static IEnumerable<string> Undeclared(IEnumerable<Route> routes) =>
        routes.Where(r => r.Access is null && !r.IsOutsideTheTrail).Select(r => $"{r} declares no access")
            .Concat(routes.Where(r => r.IsPermitted && r.RightRole is null)
                .Select(r => $"{r} needs a permission that no role holds"))
            .Concat(routes.Where(r => r.Name == "unnamed" && !r.IsOutsideTheTrail).Select(r => $"{r} has no name"));

    public static IEnumerable<string> Open(IEnumerable<Route> routes) => routes
        .Select(r => (Route: r, Open: r.Access as RouteAccess.Open)).Where(r => r.Open is not null)
        .Select(r => $"{r.Route.Method} {r.Route.Pattern} | {r.Open!.Why}");

    public static IEnumerable<string> OutsideTheTrail(IEnumerable<Route> routes) =>
        routes.Where(r => r.IsOutsideTheTrail).Select(r => $"{r.Method} {r.Pattern}");

    public static IEnumerable<string> NotIdempotent(IEnumerable<Route> routes) =>
        routes.Where(r => r.NotIdempotent is not null).Select(r => $"{r.Method} {r.Pattern} | {r.NotIdempotent!.Why}");

    public static IEnumerable<string> Samples(IReadOnlyList<Route> routes, SampleShelf shelf) =>
        routes.Where(r => !r.IsOutsideTheTrail && shelf.Find(r.Name) is null).Select(r => $"{r} has no events/http/{r.Name}.http")
            .Concat(shelf.Names.Where(n => routes.All(r => r.Name != n)).Select(n => $"events/http/{n}.http is of no route"))
            .Concat(routes.Where(r => shelf.Find(r.Name) is { } s && s.Method != r.Method)
                .Select(r => $"{r} has a sample of another method"))
            .Concat(routes.Where(r => shelf.Find(r.Name) is { } s && s.BringsSession != r.IsPermitted)
                .Select(r => $"{r} and its sample differ on the session"));
}
