using System.Buffers;
using System.Text.Json;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>The event that Lambda makes of received messages.</summary>
internal static class SqsEvent
{
    public static ReadOnlyMemory<byte> From(IReadOnlyList<SqsMessage> messages, string queueArn)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("Records");
            foreach (var message in messages)
            {
                Write(json, message, queueArn);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, SqsMessage message, string queueArn)
    {
        json.WriteStartObject();
        json.WriteString("messageId", message.MessageId);
        json.WriteString("receiptHandle", message.ReceiptHandle);
        json.WriteString("body", message.Body);
        json.WritePropertyName("attributes");
        Write(json, message.Attributes);
        json.WriteStartObject("messageAttributes");
        foreach (var attribute in message.MessageAttributes?.EnumerateObject().ToList() ?? [])
        {
            WriteMessageAttribute(json, attribute);
        }

        json.WriteEndObject();
        json.WriteString("md5OfBody", message.Md5OfBody);
        json.WriteString("eventSource", "aws:sqs");
        json.WriteString("eventSourceARN", queueArn);
        json.WriteString("awsRegion", CloudNames.Region);
        json.WriteEndObject();
    }

    // Lambda spells the members in lower case and adds the two empty lists.
    private static void WriteMessageAttribute(Utf8JsonWriter json, JsonProperty attribute)
    {
        json.WriteStartObject(attribute.Name);
        foreach (var member in attribute.Value.EnumerateObject())
        {
            json.WritePropertyName(char.ToLowerInvariant(member.Name[0]) + member.Name[1..]);
            member.Value.WriteTo(json);
        }

        json.WriteStartArray("stringListValues");
        json.WriteEndArray();
        json.WriteStartArray("binaryListValues");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JsonElement? value)
    {
        if (value is { } given)
        {
            given.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteEndObject();
    }
}
