using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clinic.Platform.Cloud.Policies;

/// <summary>Writes a bound policy in the form that IAM takes.</summary>
public static class PolicyJson
{
    public const string Version = "2012-10-17";

    // The text goes to IAM and into templates, never into HTML; escaped '+' and '&' would only make it unreadable.
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(BoundPolicy policy, bool trust = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("Version", Version);
            writer.WriteStartArray("Statement");
            foreach (var statement in policy.Statements)
            {
                WriteStatement(writer, statement, trust);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteStatement(Utf8JsonWriter writer, BoundStatement statement, bool trust)
    {
        writer.WriteStartObject();
        writer.WriteString("Sid", statement.Sid);
        writer.WriteString("Effect", statement.Effect == PolicyEffect.Allow ? "Allow" : "Deny");
        WritePrincipals(writer, statement.Principals);
        WriteStrings(writer, "Action", statement.Actions);

        // A trust policy is a resource's own policy too, but IAM refuses a Resource element in it.
        if (!trust)
        {
            WriteStrings(writer, "Resource", statement.Resources);
        }

        WriteConditions(writer, statement.Conditions);
        writer.WriteEndObject();
    }

    private static void WritePrincipals(Utf8JsonWriter writer, IReadOnlyList<BoundPrincipal> principals)
    {
        if (principals.Count == 0) { return; }
        if (principals is [{ Id: "*" }])
        {
            writer.WriteString("Principal", "*");
            return;
        }

        writer.WriteStartObject("Principal");
        foreach (var kind in principals.GroupBy(principal => principal.Kind))
        {
            WriteStrings(writer, kind.Key, [.. kind.Select(principal => principal.Id)]);
        }

        writer.WriteEndObject();
    }

    private static void WriteConditions(Utf8JsonWriter writer, IReadOnlyList<PolicyCondition> conditions)
    {
        if (conditions.Count == 0) { return; }
        writer.WriteStartObject("Condition");
        foreach (var byOperator in conditions.GroupBy(condition => condition.Operator))
        {
            writer.WriteStartObject(byOperator.Key);

            // The same key twice under one operator would be one JSON name twice, of which IAM keeps one: a lost guard.
            foreach (var byKey in byOperator.GroupBy(condition => condition.Key, StringComparer.OrdinalIgnoreCase))
            {
                WriteValues(writer, byKey.Key, byKey.Single().Values);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>One value stands alone, as AWS writes its examples: checkers of templates compare with that form.</summary>
    private static void WriteValues(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values is [var only]) { writer.WriteString(name, only); }
        else { WriteStrings(writer, name, values); }
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) { writer.WriteStringValue(value); }
        writer.WriteEndArray();
    }
}
