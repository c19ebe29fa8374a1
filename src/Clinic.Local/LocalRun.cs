using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Clinic.Identity;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Local;

/// <summary>
/// The embedded default: everything on this machine by one command, the same binaries and policies as deployed.
/// </summary>
internal static class LocalRun
{
    private const int MailPort = 5081;

    public static async Task<int> RunAsync(LocalOptions options, CancellationToken ct)
    {
        var port = FreePort(options.Port);
        await using var cloud = await LocalCloud.StartAsync(
            new StandInOptions { DataFolder = options.DataFolder, Fresh = options.Fresh, MailPort = MailPort },
            TimeProvider.System, Trouble, ct: ct);
        await using var functions = new Functions(
            cloud, new Uri($"http://127.0.0.1:{port}"), options.Lambda, Trouble);
        Say("Starting the API and the workers");
        await functions.StartAsync(ct);
        await Operator(cloud, ct);
        cloud.StartSchedule(Trouble);
        if (options.Demo)
        {
            await DemoClinic.Ensure(functions.ApiUrl, cloud.StandIns.MailPage, options.DataFolder, Say, ct);
        }

        Print(functions.ApiUrl, cloud, options);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, ct), cloud.StandIns.FirstDeathAsync());
        Say(ct.IsCancellationRequested ? "Stopping" : "A stand-in ended; stopping");
        return ct.IsCancellationRequested ? 0 : 1;

        // Ctrl-C reaches the children too: that they end is then no news.
        void Trouble(string line)
        {
            if (!ct.IsCancellationRequested)
            {
                Say(line);
            }
        }
    }

    /// <summary>The platform's own tenant and its first operator, as the deploy command makes them.</summary>
    private static async Task Operator(LocalCloud cloud, CancellationToken ct)
    {
        var access = new AwsAccess(
            CloudNames.Local, cloud.Gate.Url,
            new BasicAWSCredentials(LocalPrincipals.AccessKey(RoleNames.ApiBase), LocalPrincipals.SecretKey(RoleNames.ApiBase)));
        await using var services = new ServiceCollection().AddLogging().AddClinic(access).BuildServiceProvider();
        var stores = services.GetRequiredService<TenantStores>();
        var ready = await BootstrapPlatform.Ensure(stores, services.GetRequiredService<KeyMaker>(), ct);
        var added = await BootstrapPlatform.AddOperator(
            stores, services.GetRequiredService<LoginPointers>(), TimeProvider.System, "Demo Operator", DemoClinic.OperatorEmail,
            DemoClinic.Password, ct);
        if (!ready.Holds(out var why) || !added.Holds(out _, out why))
        {
            throw new InvalidOperationException("The platform could not be prepared: " + why.Code);
        }
    }

    private static int FreePort(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            throw new UsageException($"Port {port} is in use: choose another with --port N.");
        }
    }

    private static void Print(Uri api, LocalCloud cloud, LocalOptions options)
    {
        Console.WriteLine();
        Console.WriteLine($"  API page   {new Uri(api, "/docs")}");
        Console.WriteLine($"  API        {new Uri(api, "/v1")}");
        Console.WriteLine($"  Mail       {cloud.StandIns.MailPage}   (what the workers sent)");
        Console.WriteLine($"  Data       {options.DataFolder}   (--fresh empties it)");
        if (options.Demo)
        {
            Console.WriteLine($"  Owner      {DemoClinic.OwnerEmail}   password: {DemoClinic.Password}");
        }

        Console.WriteLine($"  Operator   {DemoClinic.OperatorEmail}   password: {DemoClinic.Password}");
        Console.WriteLine();
        Console.WriteLine("  Ready. Ctrl-C stops everything.");
    }

    private static void Say(string line) => Console.WriteLine($"· {line}");
}
