using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing.Faults;

namespace Clinic.Testing.Kills;

/// <summary>
/// The export of a record, which is one answer: its Api dies among the calls that gather it, or while it goes out. Then the
/// client, who must not take a part for the whole, asks again.
/// </summary>
internal sealed class KilledExport : KilledWork, IAsyncDisposable
{
    private const int LongNotes = 24;
    private const int NoteLength = 100_000;
    private const int TriesMax = 60;
    private const int PieceBytes = 128 * 1024;

    private readonly PortLease port = PortLease.Take();
    private readonly FunctionProcess api;
    private readonly Uri url;
    private (SignedUpClinic Clinic, ClinicClient Client, string Path)? record;

    public KilledExport(ClinicApp app)
        : base(app, "export")
    {
        url = new Uri($"http://127.0.0.1:{port.Port}");
        var environment = new Dictionary<string, string>(LocalPrincipals.Environment(RoleNames.ApiBase, app.Cloud.Gate.Url))
        {
            ["ASPNETCORE_URLS"] = url.ToString().TrimEnd('/'),
            ["CLINIC_STAGE"] = CloudNames.Local.Stage,
            ["CLINIC_ACCOUNT"] = CloudNames.Local.Account,
        };
        var binary = Path.Combine(AppContext.BaseDirectory, "Clinic.Api.dll");
        var command = new ChildCommand(WorkerProcess.Dotnet(), [binary], AppContext.BaseDirectory, environment);
        api = new FunctionProcess("api", command, null, LogCapture.Lines.Enqueue);
    }

    public override string? BeginsAfter => null;

    /// <summary>How many answers broke off after their first byte.</summary>
    public int CutShort { get; private set; }

    public override bool Counts(GateCall call) => true;

    public override void Kill() => api.Kill();

    public override async Task<IReadOnlyList<string>> Do(Func<string, KillSwitch> arm)
    {
        record ??= await Record();
        var (clinic, client, path) = record.Value;
        await AwaitApi();
        var before = await Ledger.Take(App.Raw, [clinic.Id]);
        byte[]? bytes;
        using (var kills = arm(clinic.Id))
        {
            bytes = await Ask(client, path, kills);
        }

        for (var tries = 0; bytes is null; tries++)
        {
            Xunit.Assert.True(tries < TriesMax, "The Api does not come back.");
            await AwaitApi();
            bytes = await Ask(client, path, null);
        }

        var after = await Ledger.Take(App.Raw, [clinic.Id]);
        return
        [
            $"{Convert.ToHexString(SHA256.HashData(WithoutItsMoment(bytes)))}",
            $"told before it went out: {after.RequestedSince(before) > 0}",
            .. await Rows(clinic, before), .. await Objects(clinic),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        record?.Client.Dispose();
        port.Dispose();
    }

    /// <summary>Null when there was no whole answer.</summary>
    private async Task<byte[]?> Ask(ClinicClient client, string path, KillSwitch? kills)
    {
        // As little as possible on its way, so that the answer is still going out when the process dies.
        using var handler = new SocketsHttpHandler { ConnectCallback = ConnectNarrowly };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path));
        request.Headers.Add("Cookie", client.Cookies.GetCookieHeader(url));
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode == HttpStatusCode.OK ? await Whole(answer.Content, kills) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (IOException)
        {
            CutShort++;
            return null;
        }
    }

    private static async Task<byte[]> Whole(HttpContent content, KillSwitch? kills)
    {
        await using var body = await content.ReadAsStreamAsync();
        using var whole = new MemoryStream();
        var piece = new byte[PieceBytes];
        while (await body.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false) is > 0 and var read)
        {
            whole.Write(piece, 0, read);
            kills?.AnswerGoesOn();
        }

        return whole.ToArray();
    }

    private static async ValueTask<Stream> ConnectNarrowly(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private Task AwaitApi() => Until.Holds(
        async () =>
        {
            try
            {
                using var http = new HttpClient();
                return (await http.GetAsync(new Uri(url, "/health"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "Api");

    private async Task<(SignedUpClinic Clinic, ClinicClient Client, string Path)> Record()
    {
        var clinic = await Clinic();
        var patient = Bundles.Patient(Word());
        var notes = Enumerable.Range(0, LongNotes)
            .Select(_ => Bundles.Observation(patient, string.Join(' ', Enumerable.Repeat(Word(), NoteLength / 20))));
        var report = await clinic.Owner.Import(Bundles.Bytes(Bundles.Of([patient, .. notes])));
        var path = await clinic.Owner.OnlyPatient(report) + "/export";
        await Settled(clinic);
        await AwaitApi();
        var client = new ClinicClient(url, url);
        (await client.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
        return (clinic, client, path);
    }

    /// <summary>The bundle says when it was written.</summary>
    private static byte[] WithoutItsMoment(byte[] bundle)
    {
        var json = JsonNode.Parse(bundle)!.AsObject();
        json.Remove("timestamp");
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
