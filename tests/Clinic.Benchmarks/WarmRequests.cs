using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.Benchmarks;

/// <summary>
/// What one request costs when everything is warm. One sandbox, one request at a time, as on Lambda; calls and units as the gate
/// saw them, allocations and CPU as the process itself counts them.
/// </summary>
internal static class WarmRequests
{
    private const int Clients = 8;
    private const int Imports = 5;

    private sealed record Operation(string Name, int Status, Func<ReadOnlyMemory<byte>> Event);

    public static async Task<IReadOnlyList<Table>> MeasureAsync(int n)
    {
        await using var app = await ClinicApp.StartAsync(evaluatePolicies: true, budget: null, CloudParts.Imports);
        var clinic = await app.SignUpClinic();
        var registration = Samples.Registration();
        var path = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var query = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        ReadOnlyMemory<byte> Event(string method, string route, JsonNode? body = null) =>
            RestEvent.Of(method, route, clinic.Owner, app.Url, body);
        Operation[] operations =
        [
            new("hop (/health: no call, no session)", 200, Once(RestEvent.Of("GET", "/health", null, app.Url))),
            new("read a patient", 200, Once(Event("GET", path))),
            new("search by phone", 200, Once(Event("POST", "/v1/patients/search", query))),
            new("register a patient", 201, () => Event("POST", "/v1/patients", Samples.Registration())),
        ];
        var rows = new List<IReadOnlyList<string>>();
        await using (var sandbox = await Sandbox.StartAsync("dotnet", [ThisProgram, Probe.Verb], app.Cloud.Gate.Url))
        {
            foreach (var operation in operations) { rows.Add(await MeasureAsync(operation, n, sandbox, app, clinic)); }
        }

        return
        [
            new Table($"Warm, one request at a time, n = {n}", Head, rows),
            await Sealing.MeasureAsync(app, clinic, path, rows.ToDictionary(r => r[0], r => Figures.Number(r[^1]))),
            await ImportsAsync(app),
            await ManyClientsAsync(app, clinic, path, n),
        ];
    }

    private static string[] Head =>
    [
        "operation", "p50 ms", "p99 ms", "AWS calls", "read units", "write units", "KMS calls", "KB allocated", "CPU ms",
    ];

    private static string ThisProgram => Path.Combine(AppContext.BaseDirectory, "Clinic.Benchmarks.dll");

    private static Func<ReadOnlyMemory<byte>> Once(ReadOnlyMemory<byte> payload) => () => payload;

    private static async Task<IReadOnlyList<string>> MeasureAsync(
        Operation operation, int n, Sandbox sandbox, ClinicApp app, SignedUpClinic clinic)
    {
        // Long enough for the second tier of compiled code.
        foreach (var payload in Enumerable.Range(0, Math.Max(200, n / 2)).Select(_ => operation.Event()))
        {
            RestEvent.Expect(operation.Status, await sandbox.InvokeAsync(payload));
        }

        var payloads = Enumerable.Range(0, n).Select(_ => operation.Event()).ToArray();
        var latencies = new List<double>(n);
        using var calls = app.Gate.Record(d => OfClinic(d, clinic));
        var before = await sandbox.UsageAsync();
        foreach (var payload in payloads)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await sandbox.InvokeAsync(payload);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            RestEvent.Expect(operation.Status, answer);
        }

        var after = await sandbox.UsageAsync();
        string[] row =
        [
            operation.Name, Figures.Text(Figures.Median(latencies)), Figures.Text(Figures.Percentile(latencies, 0.99)),
            .. Counted(calls, n), Figures.Text((after.AllocatedBytes - before.AllocatedBytes) / n / 1024, "0.#"),
            Figures.Text((after.CpuMs - before.CpuMs) / n),
        ];
        Console.Error.WriteLine(string.Join("  ", row));
        return row;
    }

    /// <summary>A real bundle of 96 resources, at a clinic of its own each time, by a worker that is a process.</summary>
    private static async Task<Table> ImportsAsync(ClinicApp app)
    {
        var resources = JsonNode.Parse(Bundles.BrettGottlieb)!["entry"]!.AsArray().Count;
        var rows = new List<(double Seconds, double CpuMs, string[] Counted)>();
        for (var i = 0; i <= Imports; i++)
        {
            var clinic = await app.SignUpClinic();
            using var worker = Process.GetProcessById(app.Process(CloudParts.Imports).Pid);
            using var calls = app.Gate.Record(d => OfClinic(d, clinic));
            var cpu = worker.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            var report = await clinic.Owner.Import(Bundles.BrettGottlieb);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if ((string?)report["state"] != "finished") { throw new InvalidOperationException($"The import ended as {report}."); }
            worker.Refresh();

            // The first compiles the worker's code.
            if (i > 0) { rows.Add((seconds, (worker.TotalProcessorTime - cpu).TotalMilliseconds, Counted(calls, resources))); }
        }

        var middle = rows.OrderBy(r => r.Seconds).ElementAt(rows.Count / 2);
        return new Table(
            $"Import of a bundle of {resources} resources, median of {Imports}; the rest per resource",
            [
                "operation", "seconds", "resources/s", "AWS calls", "read units", "write units", "KMS calls",
                "CPU ms of the worker",
            ],
            [
                [
                    "import, from the request to its end", Figures.Text(middle.Seconds),
                    Figures.Text(resources / middle.Seconds, "0"),
                    .. middle.Counted, Figures.Text(middle.CpuMs / resources),
                ],
            ]);
    }

    private static async Task<Table> ManyClientsAsync(ClinicApp app, SignedUpClinic clinic, string path, int n)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        await using var probe = Sandbox.StartHttp([ThisProgram, Probe.Verb], app.Cloud.Gate.Url, url);
        using var http = new HttpClient { BaseAddress = url };
        await Until.Holds(() => AnswersAsync(http), "the probe's health");
        (string, Func<HttpRequestMessage>)[] operations =
        [
            ("read a patient", () => Request(HttpMethod.Get, path, null)),
            ("register a patient", () => Request(HttpMethod.Post, "/v1/patients", Samples.Registration())),
        ];
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (name, request) in operations)
        {
            await LoadAsync(http, request, n);
            var before = await probe.UsageAsync();
            var seconds = await LoadAsync(http, request, n);
            var after = await probe.UsageAsync();
            rows.Add(
            [
                name, Figures.Text(n / seconds, "0"), Figures.Text((after.CpuMs - before.CpuMs) / n),
                Figures.Text((after.AllocatedBytes - before.AllocatedBytes) / n / 1024, "0.#"),
            ]);
        }

        return new Table(
            $"{Clients} clients at once on Kestrel, n = {n}", ["operation", "requests/s", "CPU ms", "KB allocated"], rows);

        HttpRequestMessage Request(HttpMethod method, string route, JsonNode? body)
        {
            var request = new HttpRequestMessage(method, route);
            request.Headers.Add("Cookie", clinic.Owner.Cookies.GetCookieHeader(app.Url));
            request.Headers.Add("X-CSRF-Token", clinic.Owner.CsrfToken);
            if (body is not null)
            {
                request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
            }

            return request;
        }
    }

    private static async Task<double> LoadAsync(HttpClient http, Func<HttpRequestMessage> make, int n)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, n, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, ct) =>
        {
            using var request = make();
            using var answer = await http.SendAsync(request, ct);
            answer.EnsureSuccessStatusCode();
        });
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<object?> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.IsSuccessStatusCode ? answer.StatusCode : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static bool OfClinic(GateDecision decision, SignedUpClinic clinic) =>
        decision.Call.Tenant == clinic.Id
        || decision.Call.LeadingKeys.Any(k => k.StartsWith($"T#{clinic.Id}#", StringComparison.Ordinal));

    private static string[] Counted(Recording calls, int n)
    {
        var decisions = calls.Decisions.ToArray();
        double Units(Func<GateConsumed, double> of) => decisions.SelectMany(d => d.Consumed).Sum(of) / n;
        return
        [
            Figures.Text((double)decisions.Length / n), Figures.Text(Units(c => c.Read)), Figures.Text(Units(c => c.Write)),
            Figures.Text((double)decisions.Count(d => d.Call.Service == "kms") / n),
        ];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
