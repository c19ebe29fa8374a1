using Clinic.Testing;
using Clinic.Testing.Isolation;

namespace Clinic.Soak;

/// <summary>Many clinics at once: every answer belongs to its clinic, and caches stay bounded.</summary>
internal static class Tenants
{
    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "n", "tenants", "seed");
        var (n, tenants) = (arguments.Number("n", 10_000), arguments.Number("tenants", 64));
        Console.WriteLine($"Starting the product; {tenants} clinics sign up, then {n} requests, {ManyTenants.AtOnce} at once.");
        await using var app = await ClinicApp.StartAsync();
        var report = await ManyTenants.Run(app, tenants, n, arguments.Number("seed", 1));
        Console.WriteLine(report);
        foreach (var role in report.Roles.GroupBy(r => r.Key.Split(' ')[0]))
        {
            Console.WriteLine($"{role.Key} asked STS {role.Sum(r => r.Value)} times, for {role.Count()} sessions");
        }

        return report.Findings.Count == 0 && report.IsBounded ? 0 : 1;
    }
}
