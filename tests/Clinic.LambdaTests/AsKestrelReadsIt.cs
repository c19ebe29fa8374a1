using System.Net;
using System.Net.Sockets;
using System.Text;
using Clinic.Lambda;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.LambdaTests;

/// <summary>
/// The application must see the same path on Lambda as on Kestrel, or what is tested there does not hold here: each target is
/// sent to a real Kestrel, byte for byte, and read from an event.
/// </summary>
public sealed class AsKestrelReadsIt
{
    /// <summary>What decoders get wrong, to be strung together.</summary>
    private static readonly string[] Pieces =
    [
        "/", "/", "/", "a", "b", ".", "..", "%2F", "%2f", "%2e", "%2E", "%252e", "%252F", "%25", "%", "%2", "%zz", "+", "%2B",
        "%20", ";", "=", "&", "%3B", "%3F", "%23", "%5C", "\\", "%00", "%01", "%7F", "%FF", "%C3%A9", "%E0%A4%B2", "%C0%AF",
        "%ED%A0%80", "%F0%9F%98%80", "~", ":", "@", "*", "%c3", "%A9",
    ];

    [Fact]
    public async Task Every_path_means_the_same()
    {
        var random = new Random(20261125);
        var targets = Enumerable.Range(0, 2000)
            .Select(_ => "/" + string.Concat(random.GetItems(Pieces, random.Next(1, 9)))).Distinct().ToList();
        var byKestrel = await Kestrel(targets);
        var refused = 0;
        for (var i = 0; i < targets.Count; i++)
        {
            var request = RestEventReader.Read(Events.Rest(e => e["path"] = targets[i]));
            var ours = request.IsBad ? "refused" : $"{request.RawTarget} {request.Path}";
            Assert.Equal($"{targets[i]}: {byKestrel[i]}", $"{targets[i]}: {ours}");
            refused += request.IsBad ? 1 : 0;
        }

        Assert.InRange(refused, 100, targets.Count / 2);
    }

    /// <summary>Raw target and path of each, or "refused".</summary>
    private static async Task<List<string>> Kestrel(IReadOnlyList<string> targets)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(http => http.Response.WriteAsync(
            $"{http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget} {http.Request.Path.Value}"));
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());
        var answers = new List<string>();
        foreach (var target in targets)
        {
            answers.Add(await Ask(address, target));
        }

        return answers;
    }

    private static async Task<string> Ask(Uri address, string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.0\r\nHost: h\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync();
        return answer.Split(' ')[1] == "400" ? "refused" : answer.Split("\r\n\r\n", 2)[1];
    }
}
