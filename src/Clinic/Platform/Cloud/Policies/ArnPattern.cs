namespace Clinic.Platform.Cloud.Policies;

/// <summary>
/// The resource of a statement against the one that is asked for, field by field: a wildcard stands for anything within a field
/// and never for the colons between the first five, so "*" in the place of the region cannot swallow the account.
/// </summary>
internal static class ArnPattern
{
    private const int Fields = 6;

    /// <exception cref="NotSupportedException">
    /// The pattern has fewer fields than an ARN. IAM fills them up with wildcards where it stands in an identity policy and
    /// matches nothing elsewhere; none of ours is written so.
    /// </exception>
    public static bool Matches(string pattern, string arn, PolicyContext context)
    {
        if (pattern == "*") { return true; }
        var expected = pattern.Split(':', Fields);
        if (expected.Length < Fields) { throw new NotSupportedException($"{pattern} is not a whole ARN."); }
        var asked = arn.Split(':', Fields);
        return asked.Length == Fields
            && expected.Zip(asked).Take(Fields - 1).All(pair =>
                PolicyPattern.Matches(pair.First, pair.Second, PolicyContext.Empty))
            && PolicyPattern.Matches(expected[^1], asked[^1], context);
    }
}
