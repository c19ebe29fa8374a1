using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Consent;

/// <summary>What a notice is about.</summary>
[JsonConverter(typeof(CodeConverter<NoticeSubject>))]
public enum NoticeSubject
{
    /// <summary>The record that the clinic keeps, and messages.</summary>
    Record,

    /// <summary>Giving an Aadhaar number.</summary>
    Aadhaar,
}

/// <summary>
/// A notice as it is shown before consent (DPDP Rules 2025 r.3): itemised, plain, one version in several languages.
/// </summary>
/// <param name="Version">Day from which it holds.</param>
/// <param name="Language">BCP 47.</param>
/// <param name="TextHash">SHA-256 of the text, lower-case hex: what a consent artefact keeps as proof.</param>
public sealed record Notice(string Version, string Language, string Text, string TextHash, NoticeSubject Subject);

/// <summary>The published notices: dated data beside this file. Earlier versions stay, for consents were given on them.</summary>
internal static class Notices
{
    private static readonly Lazy<IReadOnlyList<Notice>> Published = new(Load);

    public static IReadOnlyList<Notice> All => Published.Value;

    /// <summary>The newest about Aadhaar numbers, in English: what is referred to when a number is given up.</summary>
    public static Notice Aadhaar => All.Last(n => n is { Subject: NoticeSubject.Aadhaar, Language: "en" });

    public static Notice? Find(string version, string language) =>
        All.FirstOrDefault(n => n.Version == version && n.Language == language);

    private static Notice[] Load()
    {
        using var stream = typeof(Notices).Assembly.GetManifestResourceStream("Clinic.Consent.notices.json")
            ?? throw new InvalidOperationException("The notices are not part of the assembly.");
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().SelectMany(v => v.GetProperty("texts").EnumerateObject().Select(t =>
        {
            var text = t.Value.GetString()!;
            return new Notice(v.GetProperty("version").GetString()!, t.Name, text,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
                Enum.GetValues<NoticeSubject>().Single(s => Codes.Of(s) == v.GetProperty("subject").GetString()));
        }))];
    }
}
