using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Clinic.Local.Gate;

/// <summary>
/// AES-256 in counter mode over a stream: what is read of it is the other stream, turned over; encrypting and decrypting are
/// the same, lengths stay, and a range can be read from its middle. .NET has no counter mode of its own, so this makes the key
/// stream by AES in ECB, as NIST SP 800-38A, 6.5 builds it. For the stand-in only: nothing authenticates what lies there, and
/// each object has a start of its own and is written once.
/// </summary>
internal sealed class CounterStream : Stream
{
    public const int BlockBytes = 16;
    private const int BlocksAtOnce = 4096;

    private readonly Stream _inner;
    private readonly Aes _aes = Aes.Create();
    private readonly UInt128 _start;
    private readonly byte[] _counters = new byte[BlocksAtOnce * BlockBytes];
    private readonly byte[] _pad = new byte[BlocksAtOnce * BlockBytes];
    private long _at;

    /// <summary>The first byte that the pad is for; -1 before there is one.</summary>
    private long _padAt = -1;

    public CounterStream(Stream inner, byte[] key, ReadOnlySpan<byte> start, long at)
    {
        (_inner, _at) = (inner, at);
        _aes.Key = key;
        _start = BinaryPrimitives.ReadUInt128BigEndian(start);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _inner.ReadAsync(buffer, cancellationToken);
        Turn(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = _inner.Read(buffer, offset, count);
        Turn(buffer.AsSpan(offset, read));
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _aes.Dispose();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Turn(Span<byte> bytes)
    {
        foreach (ref var one in bytes)
        {
            if (_padAt < 0 || _at >= _padAt + _pad.Length) { Pad(_at / BlockBytes); }
            one ^= _pad[_at - _padAt];
            _at++;
        }
    }

    private void Pad(long firstBlock)
    {
        for (var block = 0; block < BlocksAtOnce; block++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(
                _counters.AsSpan(block * BlockBytes), unchecked(_start + (UInt128)firstBlock + (UInt128)block));
        }

        _aes.EncryptEcb(_counters, _pad, PaddingMode.None);
        _padAt = firstBlock * BlockBytes;
    }
}
