using Clinic.Platform.Http;

namespace Clinic.Consent;

/// <summary>What makes statements valid, and what a registration needs.</summary>
internal static class ConsentRules
{
    /// <summary>Both, each as a statement of its own.</summary>
    public static readonly IReadOnlyList<ConsentPurpose> Essential = [ConsentPurpose.PersonalData, ConsentPurpose.HealthData];

    private static readonly Refusal Missing = new(422, "consent-missing",
        "A registration needs each of these consents as a statement of its own.");

    public static Refusal? CheckRegistration(IReadOnlyList<ConsentStatement> statements, string? phone, string? email)
    {
        if (Check(statements, phone, email) is { } refusal)
        {
            return refusal;
        }

        var missing = Essential.Where(p => !statements.Any(s => s.Purpose == p && s.Given)).ToList();
        return missing.Count == 0
            ? null
            : Missing with { Errors =
                [.. missing.Select(p => new FieldError("consents", $"{Code(p)} must be given explicitly"))] };
    }

    public static Refusal? Check(IReadOnlyList<ConsentStatement> statements, string? phone, string? email)
    {
        var rules = new FieldRules()
            .Need(statements.Count <= Enum.GetValues<ConsentPurpose>().Length, "consents",
                "at most one statement for each purpose")
            .Need(statements.DistinctBy(s => s.Purpose).Count() == statements.Count, "consents", "each purpose once");
        for (var i = 0; i < statements.Count; i++)
        {
            var statement = statements[i];
            rules.Need(Notices.Find(statement.NoticeVersion, statement.Language)?.Subject == NoticeSubject.Record,
                    $"consents[{i}].noticeVersion", "a published notice of the record in that language (GET /v1/notices)")
                .Need(statement.Purpose != ConsentPurpose.Aadhaar, $"consents[{i}].purpose",
                    "by the route of Aadhaar numbers alone")
                .Need(!statement.Given || HasAddress(statement.Purpose, phone, email), $"consents[{i}].purpose",
                    "needs the phone or e-mail of that channel");
        }

        return rules.Refusal;
    }

    public static IReadOnlyList<ConsentState> States(IReadOnlyList<ConsentStatement> statements, DateTimeOffset now) =>
        [.. statements.Select(s => new ConsentState(s.Purpose, s.Given, now))];

    /// <summary>Later statements take the place of earlier ones of their purpose.</summary>
    public static IReadOnlyList<ConsentState> Merge(IReadOnlyList<ConsentState> before,
        IReadOnlyList<ConsentStatement> statements, DateTimeOffset now) =>
        [.. before.Where(b => statements.All(s => s.Purpose != b.Purpose)), .. States(statements, now)];

    public static bool EssentialGiven(IReadOnlyList<ConsentState> states) =>
        Essential.All(p => states.Any(s => s.Purpose == p && s.Given));

    public static string Code(ConsentPurpose purpose) => Codes.Of(purpose);

    private static bool HasAddress(ConsentPurpose purpose, string? phone, string? email) => purpose switch
    {
        ConsentPurpose.CommunicationSms or ConsentPurpose.CommunicationWhatsapp => phone is not null,
        ConsentPurpose.CommunicationEmail => email is not null,
        _ => true,
    };
}
