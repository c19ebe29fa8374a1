using System.Text;
using System.Text.Json;
using System.Xml;

namespace Clinic.Records.Fhir;

/// <summary>
/// Narrative in XHTML: words of the record, escaped. It carries what no element of the resource has: a report, a reason.
/// </summary>
internal static class FhirNarrative
{
    /// <param name="paragraphs">Those that are null are left out; nothing is written when all are.</param>
    public static void Narrative(this Utf8JsonWriter json, string status, params IReadOnlyList<string?> paragraphs)
    {
        var said = paragraphs.OfType<string>().Where(p => !string.IsNullOrWhiteSpace(p)).ToList();
        if (said.Count == 0)
        {
            return;
        }

        json.WriteStartObject("text");
        json.WriteString("status", status);
        json.WriteString("div", Div(said));
        json.WriteEndObject();
    }

    /// <summary>Lines stay as they were written: each text is one paragraph, its line breaks in it.</summary>
    private static string Div(IEnumerable<string> paragraphs)
    {
        var div = new StringBuilder("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
        foreach (var paragraph in paragraphs)
        {
            div.Append("<p style=\"white-space: pre-wrap\">");
            Escape(div, paragraph);
            div.Append("</p>");
        }

        return div.Append("</div>").ToString();
    }

    private static void Escape(StringBuilder div, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], letter))
            {
                div.Append(letter).Append(text[++i]);
                continue;
            }

            // A reader of XML turns a carriage return into a line feed unless it is written by its number.
            _ = letter switch
            {
                '<' => div.Append("&lt;"),
                '>' => div.Append("&gt;"),
                '&' => div.Append("&amp;"),
                '"' => div.Append("&quot;"),
                '\r' => div.Append("&#13;"),
                _ => div.Append(XmlConvert.IsXmlChar(letter) ? letter : '\uFFFD'),
            };
        }
    }
}
