using System.Text.Json.Nodes;

namespace Clinic.Platform.Http;

/// <summary>
/// A named, expected failure. <paramref name="Code"/> is stable: it becomes the problem type. Texts never hold a value that
/// a client sent: answers and logs are read by people who may not see it.
/// </summary>
/// <param name="Status">HTTP status; docs/status-codes.md lists all.</param>
/// <param name="Code">Kebab-case slug, unique in the product.</param>
/// <param name="Title">One plain sentence.</param>
public sealed record Refusal(int Status, string Code, string Title)
{
    /// <summary>Which fields broke which rule, by JSON path.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Further members of the problem document. Data of a person only after its disclosure was audited.</summary>
    public JsonObject? More { get; init; }

    /// <summary>Several fields at once, as 422: a well-formed request that a rule refuses.</summary>
    public static Refusal Invalid(IReadOnlyList<FieldError> errors) =>
        new(422, "invalid-fields", "Some fields break a rule.") { Errors = errors };
}

/// <summary>A field by its JSON path ("name.family") and the rule it breaks ("1 to 100 characters").</summary>
public sealed record FieldError(string Field, string Rule);

/// <summary>Collects broken rules so that a client sees all of them at once.</summary>
public sealed class FieldRules
{
    /// <summary>A list of thousands of wrong items is answered by the first of them.</summary>
    public const int ErrorsMax = 50;

    private readonly List<FieldError> errors = [];

    public FieldRules Need(bool holds, string field, string rule)
    {
        if (!holds && errors.Count < ErrorsMax)
        {
            errors.Add(new FieldError(field, rule));
        }

        return this;
    }

    public FieldRules Text(string? text, string field, int lengthMax, int lengthMin = 1) =>
        Need(text is not null && text.Trim().Length >= lengthMin && text.Length <= lengthMax && !text.Any(char.IsControl),
            field, $"{lengthMin} to {lengthMax} characters without control characters");

    public FieldRules OptionalText(string? text, string field, int lengthMax) =>
        text is null ? this : Text(text, field, lengthMax);

    /// <summary>Text of several lines.</summary>
    public FieldRules Prose(string? text, string field, int lengthMax) => Need(
        !string.IsNullOrWhiteSpace(text) && text.Length <= lengthMax
            && !text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t')),
        field, $"1 to {lengthMax} characters, without control characters but line breaks and tabs");

    public FieldRules OptionalProse(string? text, string field, int lengthMax) =>
        text is null ? this : Prose(text, field, lengthMax);

    /// <summary>Null when nothing is broken.</summary>
    public Refusal? Refusal => errors.Count == 0 ? null : Http.Refusal.Invalid(errors);
}
