using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Clinic.Records.Reading;

/// <summary>
/// The words of a narrative. XHTML of a stranger is never shown as markup: what a reader sees of it is text, and a script in it
/// is text or nothing.
/// </summary>
internal static class Narrative
{
    private const long CharactersMax = 200_000;

    private static readonly HashSet<string> Unseen = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "template" };
    private static readonly HashSet<string> Lines =
        new(StringComparer.OrdinalIgnoreCase) { "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre" };

    /// <summary>Null when there is none, or it is no XHTML.</summary>
    public static string? TextOf(JsonElement resource)
    {
        if (resource.Member("text").Text("div") is not { } xhtml)
        {
            return null;
        }

        try
        {
            var settings = new XmlReaderSettings
            {
                // An entity of the document itself could refer to files, or grow without end.
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = CharactersMax,
            };
            using var reader = XmlReader.Create(new StringReader(xhtml), settings);
            var words = new System.Text.StringBuilder();
            Append(words, XElement.Load(reader));
            return FhirValues.Words(words.ToString());
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static void Append(System.Text.StringBuilder words, XElement element)
    {
        if (Unseen.Contains(element.Name.LocalName))
        {
            return;
        }

        foreach (var node in element.Nodes())
        {
            if (node is XText text)
            {
                words.Append(text.Value);
            }
            else if (node is XElement child)
            {
                Append(words, child);
            }
        }

        if (Lines.Contains(element.Name.LocalName) && words.Length > 0 && words[^1] != '\n')
        {
            words.Append('\n');
        }
    }
}
