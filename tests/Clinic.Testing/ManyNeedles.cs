using System.Buffers.Binary;

namespace Clinic.Testing;

/// <summary>
/// Which of many byte strings stand in a long one, in one pass: a hundred thousand of them, each looked for by itself in all that
/// a suite wrote, would take minutes. Their first bytes are kept in a table; few places of the long one pass it.
/// </summary>
public sealed class ManyNeedles
{
    /// <summary>Of a needle: shorter ones cannot be told apart by their beginning.</summary>
    public const int LengthMin = 5;

    private const int FilterBits = 24;
    private const ulong HeadMask = (1UL << (8 * LengthMin)) - 1;

    private readonly ulong[] filter = new ulong[1 << (FilterBits - 6)];
    private readonly Dictionary<ulong, List<(byte[] Needle, string Value)>> byHead = [];

    /// <exception cref="ArgumentException">The needle is shorter than <see cref="LengthMin"/>.</exception>
    public void Add(byte[] needle, string value)
    {
        if (needle.Length < LengthMin)
        {
            throw new ArgumentException($"A needle has {LengthMin} bytes at least.", nameof(needle));
        }

        var head = Head(needle);
        if (!byHead.TryGetValue(head, out var known))
        {
            byHead[head] = known = [];
        }

        known.Add((needle, value));
        var bit = BitOf(head);
        filter[bit >> 6] |= 1UL << (int)(bit & 63);
    }

    /// <summary>The values whose needles stand in it, each once.</summary>
    public IReadOnlyList<string> In(ReadOnlySpan<byte> haystack)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at + LengthMin <= haystack.Length; at++)
        {
            var head = Head(haystack[at..]);
            var bit = BitOf(head);
            if ((filter[bit >> 6] & (1UL << (int)(bit & 63))) == 0 || !byHead.TryGetValue(head, out var known))
            {
                continue;
            }

            foreach (var (needle, value) in known)
            {
                if (haystack[at..].StartsWith(needle))
                {
                    found.Add(value);
                }
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private static ulong Head(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes) & HeadMask;
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        bytes.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64LittleEndian(padded) & HeadMask;
    }

    private static ulong BitOf(ulong head) => (head * 0x9E3779B97F4A7C15UL) >> (64 - FilterBits);
}
