using System.Collections.Concurrent;

namespace Clinic.Testing;

/// <summary>
/// What passes where more people look than into the tables: addresses as access logs keep them, problems, messages of queues. The
/// plaintext sweep reads it when the suite is over.
/// </summary>
public static class Overheard
{
    public static ConcurrentQueue<string> Addresses { get; } = new();

    public static ConcurrentQueue<string> Problems { get; } = new();

    public static ConcurrentQueue<string> Messages { get; } = new();

    internal static void Answer(string address, Answered answer)
    {
        Addresses.Enqueue(address);

        // This one problem is there to show who was found, and is a disclosure with its entry.
        if ((int)answer.Status >= 400 && !answer.Text.Contains("likely-duplicate", StringComparison.Ordinal))
        {
            Problems.Enqueue(answer.Text);
        }
    }
}
