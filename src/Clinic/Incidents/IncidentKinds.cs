namespace Clinic.Incidents;

/// <summary>A type of cyber security incident that must be reported to CERT-In.</summary>
/// <param name="Number">Its place in the annexure.</param>
/// <param name="Code">Stable, kebab-case; what the API takes and rows keep.</param>
public sealed record IncidentKind(int Number, string Code, string Label);

/// <summary>
/// The closed list of incident types: Annexure I of the CERT-In Directions, as dated data. A later list is a new version beside
/// this one; incidents keep the code that they were opened with.
/// </summary>
public static class IncidentKinds
{
    public const string Source = "CERT-In Directions No. 20(3)/2022-CERT-In under IT Act s.70B(6), Annexure I";

    public static readonly DateOnly IssuedOn = new(2022, 4, 28);

    public static readonly IReadOnlyList<IncidentKind> All =
    [
        new(1, "targeted-scanning", "Targeted scanning or probing of critical networks or systems"),
        new(2, "critical-compromise", "Compromise of critical systems or information"),
        new(3, "unauthorised-access", "Unauthorised access of IT systems or data"),
        new(4, "website-defacement", "Defacement of or intrusion into a website"),
        new(5, "malicious-code", "Malicious code: virus, worm, trojan, bots, spyware, ransomware, cryptominers"),
        new(6, "server-attack", "Attack on servers such as database, mail and DNS, or on network devices"),
        new(7, "identity-theft-phishing", "Identity theft, spoofing or phishing"),
        new(8, "denial-of-service", "Denial of service or distributed denial of service"),
        new(9, "critical-infrastructure",
            "Attack on critical infrastructure, SCADA, operational technology or wireless networks"),
        new(10, "application-attack", "Attack on applications such as e-governance or e-commerce"),
        new(11, "data-breach", "Data breach"),
        new(12, "data-leak", "Data leak"),
        new(13, "internet-of-things", "Attack on internet-of-things devices, systems, networks, software or servers"),
        new(14, "digital-payments", "Attack or incident affecting digital payment systems"),
        new(15, "malicious-mobile-app", "Attack through malicious mobile apps"),
        new(16, "fake-mobile-app", "Fake mobile apps"),
        new(17, "social-media-access", "Unauthorised access to social media accounts"),
        new(18, "cloud-systems", "Attack or suspicious activity affecting cloud systems or applications"),
        new(19, "emerging-technology", "Attack on big data, blockchain, virtual assets, robotics, 3D or 4D printing, or drones"),
        new(20, "ai-systems", "Attack on artificial intelligence or machine learning systems"),
    ];

    private static readonly Dictionary<string, IncidentKind> ByCode = All.ToDictionary(k => k.Code, StringComparer.Ordinal);

    public static bool IsKnown(string code) => ByCode.ContainsKey(code);

    /// <summary>A code of a list that is no longer this one is its own label.</summary>
    public static string Label(string code) => ByCode.TryGetValue(code, out var kind) ? kind.Label : code;
}
