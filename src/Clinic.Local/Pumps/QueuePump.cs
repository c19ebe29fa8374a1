using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>Gives an event to the function of a queue and returns its answer; throws when the invocation failed.</summary>
public delegate Task<ReadOnlyMemory<byte>> InvokeFunction(QueueSpec queue, ReadOnlyMemory<byte> payload, CancellationToken ct);

/// <summary>
/// Lambda's event source mapping of one queue: receives a batch, invokes the function, deletes what succeeded. What is not
/// deleted comes again after the visibility timeout, and after too many receives goes to the dead-letter queue.
/// </summary>
public sealed class QueuePump : IAsyncDisposable
{
    // Short, because a poll is never cut off: fauxqs would still give the next message to it, and nobody would have that message
    // until its visibility timeout.
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly QueueSpec _queue;
    private readonly string _arn;
    private readonly string _url;
    private readonly SqsHttp _sqs;
    private readonly InvokeFunction _invoke;
    private readonly Action<string> _trouble;
    private readonly CancellationTokenSource _stop = new();

    private QueuePump(QueueSpec queue, string arn, string url, SqsHttp sqs, InvokeFunction invoke, Action<string> trouble)
    {
        _queue = queue;
        _arn = arn;
        _url = url;
        _sqs = sqs;
        _invoke = invoke;
        _trouble = trouble;
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Ends when the pump was disposed; faults when it met something it cannot mend.</summary>
    public Task Completion { get; }

    /// <param name="trouble">One line per failed invocation or call.</param>
    public static async Task<QueuePump> StartAsync(
        Uri sqs, CloudNames names, QueueSpec queue, InvokeFunction invoke, Action<string> trouble, CancellationToken ct = default)
    {
        var http = new SqsHttp(sqs);
        var url = await http.GetQueueUrlAsync(names.Queue(queue), ct);
        return new QueuePump(queue, names.QueueArn(queue), url, http, invoke, trouble);
    }

    /// <summary>Waits for the open poll, at most a second; what it still brings is given back to the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sqs.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var messages = await _sqs.ReceiveMessageAsync(_url, _queue.BatchSize, LongPoll, CancellationToken.None);
                if (messages.Count > 0)
                {
                    await (_stop.IsCancellationRequested ? GiveBackAsync(messages) : HandleAsync(messages));
                }
            }
            catch (Exception failure) when (Transient.Is(failure, _stop))
            {
                _trouble($"Queue {_queue.Name}: {failure.Message} Trying again.");
                await Task.Delay(RetryAfter, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private Task GiveBackAsync(IReadOnlyList<SqsMessage> messages) =>
        _sqs.MakeVisibleBatchAsync(_url, messages.Select(m => m.ReceiptHandle));

    private async Task HandleAsync(IReadOnlyList<SqsMessage> messages)
    {
        // Whatever the function throws in a test is a failed invocation, as whatever it does on Lambda; so the task is looked at
        // instead of the exception being caught.
        var invocation = Task.Run(() => _invoke(_queue, SqsEvent.From(messages, _arn), _stop.Token), CancellationToken.None);
        await ((Task)invocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Token.ThrowIfCancellationRequested();
        if (!invocation.IsCompletedSuccessfully)
        {
            var why = invocation.Exception?.InnerException;
            _trouble($"Queue {_queue.Name}: {(why as FunctionFailedException)?.Message ?? why?.GetType().Name ?? "canceled"}");
            return;
        }

        var succeeded = BatchAnswer.Succeeded(await invocation, [.. messages.Select(m => m.MessageId)]);
        if (succeeded.Count < messages.Count)
        {
            _trouble($"Queue {_queue.Name}: {messages.Count - succeeded.Count} of {messages.Count} messages failed.");
        }

        var done = messages.Where(m => succeeded.Contains(m.MessageId)).Select(m => m.ReceiptHandle);
        await _sqs.DeleteMessageBatchAsync(_url, done, _stop.Token);
    }
}
