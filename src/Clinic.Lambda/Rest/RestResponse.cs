using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Lambda;

/// <summary>
/// The response of one invocation. An answer goes out whole, so its body is kept in memory; but like Kestrel's it counts as
/// started with its first byte, and what may not be changed from then on throws here too.
/// </summary>
internal sealed class RestResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _onStarting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _onCompleted = new();
    private readonly ArrayBufferWriter<byte> _buffer;
    private readonly HeaderDictionary _headers = [];
    private int _status = StatusCodes.Status200OK;

    /// <param name="buffer">Holds the body; the caller clears it between invocations.</param>
    public RestResponse(ArrayBufferWriter<byte> buffer)
    {
        _buffer = buffer;
        Stream = new BodyStream(this);
        Writer = new BodyWriter(this);
        Headers = _headers;
        Body = Stream;
    }

    public int StatusCode
    {
        get => _status;
        set => _status = HasStarted ? throw Started() : value;
    }

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; }

    /// <summary>Set by middleware that wraps the body; the server itself looks only at what reached its own stream.</summary>
    public Stream Body { get; set; }

    public bool HasStarted { get; private set; }

    public Stream Stream { get; }

    public PipeWriter Writer { get; }

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
        {
            throw Started();
        }

        _onStarting.Push((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _onCompleted.Push((callback, state));

    public void DisableBuffering()
    {
        // A whole answer is all that Lambda takes here.
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        while (_onStarting.TryPop(out var starting))
        {
            await starting.Callback(starting.State);
        }

        HasStarted = true;
        _headers.IsReadOnly = true;
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task CompleteAsync() => StartAsync();

    public async Task RunOnCompletedAsync()
    {
        while (_onCompleted.TryPop(out var completed))
        {
            await completed.Callback(completed.State);
        }
    }

    private static InvalidOperationException Started() => new("The response has started: it cannot be changed any more.");

    private static InvalidOperationException Synchronous() => new("Synchronous writes are not allowed, as on Kestrel.");

    private sealed class BodyStream(RestResponse response) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await response.StartAsync(cancellationToken);
            response._buffer.Write(buffer.Span);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => response.StartAsync(cancellationToken);

        public override void Flush() => throw Synchronous();

        public override void Write(byte[] buffer, int offset, int count) => throw Synchronous();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class BodyWriter(RestResponse response) : PipeWriter
    {
        private long _unflushed;

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => _unflushed;

        public override void Advance(int bytes)
        {
            response._buffer.Advance(bytes);
            _unflushed += bytes;
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => response._buffer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => response._buffer.GetSpan(sizeHint);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            await response.StartAsync(cancellationToken);
            _unflushed = 0;
            return default;
        }

        public override void CancelPendingFlush()
        {
            // A flush never waits here.
        }

        public override void Complete(Exception? exception = null)
        {
            // The server completes the response when the pipeline is done.
        }
    }
}
