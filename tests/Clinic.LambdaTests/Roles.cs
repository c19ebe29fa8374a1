using System.Runtime.CompilerServices;
using Clinic.Lambda;
using Microsoft.AspNetCore.Http;

namespace Clinic.LambdaTests;

/// <summary>What this executable does when a test starts it as a process of its own.</summary>
internal static class Roles
{
    public const string Heap = "heap";
    public const string FailsInit = "fails-init";
    public const string Rest = "rest";

    private const int BlockBytes = 8 * 1024 * 1024;

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [Heap]:
                Console.WriteLine($"held {await LambdaInit.RunAsync(() => Task.FromResult(Fill()))}");
                return 0;
            case [FailsInit]:
                return await LambdaInit.RunAsync<int>(() => throw new InvalidTimeZoneException("what is wrong"));
            case [Rest]:
                await using (var app = await LambdaInit.RunAsync(async () =>
                {
                    var app = TestApp.Build(http => http.Response.WriteAsync("ok"), authority: null);
                    await app.StartAsync();
                    return app;
                }))
                {
                    await Microsoft.Extensions.Hosting.HostingAbstractionsHostExtensions.WaitForShutdownAsync(app);
                }

                return 0;
            default:
                return 64;
        }
    }

    /// <summary>Megabytes that could be held before the collector said that there are no more; at most a thousand.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Fill()
    {
        var held = new List<byte[]>();
        try
        {
            while (held.Count < 1000 / 8)
            {
                held.Add(new byte[BlockBytes]);
            }
        }
        catch (OutOfMemoryException)
        {
            return held.Count * 8;
        }

        return held.Count * 8;
    }
}
