using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Clinic.Local;

/// <summary>
/// A TCP port that no other process of ours takes while this is held. "Bind to 0, close, use" races with every other test
/// process; so ports come from below the ephemeral range and each is claimed by a lock that the system frees on death.
/// </summary>
public sealed class PortLease : IDisposable
{
    private const int First = 20_000;
    private const int Last = 29_999;
    private const int TriesMax = 200;

    private readonly FileStream _claim;

    private PortLease(int port, FileStream claim)
    {
        Port = port;
        _claim = claim;
    }

    public int Port { get; }

    public static PortLease Take()
    {
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            if (TryTake(Random.Shared.Next(First, Last + 1)) is { } lease)
            {
                return lease;
            }
        }

        throw new StandInFailedException($"No free port found between {First} and {Last}.");
    }

    /// <summary>A port by number, for example a mail page that keeps its address; null when somebody has it.</summary>
    public static PortLease? TryTake(int port)
    {
        var folder = Path.Combine(Path.GetTempPath(), "clinic-ports");
        Directory.CreateDirectory(folder);
        var claim = FileLock.TryTake(Path.Combine(folder, port.ToString(CultureInfo.InvariantCulture)));
        if (claim is null)
        {
            return null;
        }

        if (IsFree(port))
        {
            return new PortLease(port, claim);
        }

        claim.Dispose();
        return null;
    }

    public void Dispose() => _claim.Dispose();

    // The wildcard address, because DynamoDB Local binds to it.
    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
