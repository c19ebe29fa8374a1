using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Clinic.Platform.Observe;

/// <summary>
/// One JSON line per log entry, with the field names of Powertools for AWS Lambda (level, message, timestamp, service, name,
/// function_name, exception_type; parameters in snake case), written before the call returns: a sandbox is frozen as
/// soon as it has answered, and what a background thread still held would be late or lost. Of an exception the type alone is
/// written, because its text may quote what it failed on (AIX-10).
/// </summary>
/// <param name="output">Gets UTF-8 lines; shared by all categories, written by one at a time.</param>
public sealed class JsonLines(Stream output, TimeProvider clock, string service, string? functionName) : ILoggerProvider
{
    /// <summary>CloudWatch cuts an event at 256 KB; a line of ours is far below, and the buffer shrinks back to this.</summary>
    private const int LineBytes = 1024;

    /// <summary>What a parameter may not be called.</summary>
    internal static readonly IReadOnlyList<string> OwnNames =
        ["level", "message", "timestamp", "service", "function_name", "name", "event_id", "exception_type"];

    private readonly Lock turn = new();
    private readonly ArrayBufferWriter<byte> line = new(LineBytes);

    /// <summary>To standard output, which Lambda carries to the function's log group.</summary>
    public static JsonLines ToStandardOutput(string service) => new(
        Console.OpenStandardOutput(), TimeProvider.System, service,
        Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME"));

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() => output.Flush();

    private void Write<TState>(string category, LogLevel level, EventId id, TState state, string message, Exception? exception)
    {
        lock (turn)
        {
            line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(line))
            {
                json.WriteStartObject();
                json.WriteString("level", level.ToString());
                json.WriteString("message", message);
                json.WriteString("timestamp", clock.GetUtcNow());
                json.WriteString("service", service);
                if (functionName is not null) { json.WriteString("function_name", functionName); }
                json.WriteString("name", category);
                json.WriteNumber("event_id", id.Id);
                Parameters(json, state);
                if (exception is not null) { json.WriteString("exception_type", exception.GetType().Name); }
                json.WriteEndObject();
            }

            line.Write("\n"u8);
            output.Write(line.WrittenSpan);
            output.Flush();
        }
    }

    internal static string NameOf(string parameter) => JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter);

    private static void Parameters<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> parameters) { return; }
        for (var i = 0; i < parameters.Count; i++)
        {
            var (name, value) = parameters[i];
            if (name == "{OriginalFormat}") { continue; }
            json.WritePropertyName(NameOf(name));
            switch (value)
            {
                case null: json.WriteNullValue(); break;
                case int number: json.WriteNumberValue(number); break;
                case long number: json.WriteNumberValue(number); break;
                case bool flag: json.WriteBooleanValue(flag); break;
                default: json.WriteStringValue(value.ToString()); break;
            }
        }
    }

    private sealed class Category(JsonLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Write(name, logLevel, eventId, state, formatter(state, exception), exception);
    }
}
