using Clinic.HouseTests.Sweeps;
using Clinic.Platform.Access;
using Clinic.Testing.Sweeps;

namespace Clinic.HouseTests.Shapes;

/// <summary>Who may do what, as a table that whoever runs a clinic can read.</summary>
internal static class PolicyGrid
{
    public static string Text(Func<Role, Permission, bool> allows)
    {
        var roles = Enum.GetValues<Role>();
        var head = "permission".PadRight(24) + string.Concat(roles.Select(r => r.ToString().PadRight(10)));
        var rows = Enum.GetValues<Permission>()
            .Select(p => p.ToString().PadRight(24) + string.Concat(roles.Select(r => (allows(r, p) ? "yes" : "-").PadRight(10))));
        return Snapshot.Lines(new[] { head }.Concat(rows).Select(l => l.TrimEnd()));
    }

    public static string Routes(IEnumerable<Route> routes) => Snapshot.Lines(routes.Select(r =>
        $"{r.Method,-7}{r.Pattern,-45}{r.Name,-24}{Needs(r)}"));

    private static string Needs(Route route) =>
        route.Permission?.ToString() ?? (route.IsOutsideTheTrail ? "(outside the trail)" : "(open)");
}
