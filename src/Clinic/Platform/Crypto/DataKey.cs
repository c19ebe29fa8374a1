using System.Security.Cryptography;

namespace Clinic.Platform.Crypto;

/// <summary>
/// An unwrapped 256-bit key in memory. Eviction zeroes it; an operation that comes later is told so and loads the key again.
/// The lock is what keeps a half-zeroed key from ever sealing anything.
/// </summary>
internal sealed class DataKey : IDisposable
{
    public const int LengthBytes = 32;

    private readonly Lock gate = new();
    private readonly byte[] bytes;
    private bool gone;

    private DataKey(Guid id, byte[] bytes)
    {
        Id = id;
        this.bytes = bytes;
    }

    public Guid Id { get; }

    /// <summary>Takes ownership of the array: it is zeroed with the key.</summary>
    public static DataKey Owning(Guid id, byte[] bytes) =>
        bytes.Length == LengthBytes ? new(id, bytes) : throw new CryptographicException("A data key has 32 bytes.");

    public static DataKey Draw(Guid id) => new(id, RandomNumberGenerator.GetBytes(LengthBytes));

    /// <summary>Gives key and id to <paramref name="use"/>; false when the key was evicted meanwhile.</summary>
    public bool TryUse<TState, TResult>(TState state, Func<byte[], Guid, TState, TResult> use, out TResult? result)
    {
        lock (gate)
        {
            result = gone ? default : use(bytes, Id, state);
            return !gone;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            gone = true;
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
