using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Clinic.Testing;

/// <summary>Keeps every log line of Api and workers, so that tests can search them for what must not be there.</summary>
public sealed class LogCapture : ILoggerProvider
{
    public static ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Capturing();

    public void Dispose()
    {
    }

    private sealed class Capturing : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
