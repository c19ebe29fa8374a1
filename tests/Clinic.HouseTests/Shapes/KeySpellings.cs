using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.HouseTests.Shapes;

/// <summary>How each member of Keys spells its key: stored rows outlive the code, so a changed spelling must be seen.</summary>
internal static partial class KeySpellings
{
    private static readonly Guid Sample = new("00000000-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset At = new(2026, 11, 1, 10, 30, 0, TimeSpan.Zero);

    public static string Text()
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;
        var constants = typeof(Keys).GetFields(all).Select(f => (f.Name, Value: f.GetValue(null)));
        var properties = typeof(Keys).GetProperties(all).Select(p => (p.Name, Value: p.GetValue(null)));
        var methods = typeof(Keys).GetMethods(all).Where(m => !m.IsSpecialName
            && (m.ReturnType == typeof(Key) || m.ReturnType == typeof(string)))
            .Select(m => (Name: Signature(m), Value: m.Invoke(null, [.. m.GetParameters().Select(Argument)])));
        return Snapshot.Lines(constants.Concat(properties).Concat(methods)
            .Select(k => $"{k.Name,-45}{Spell(k.Value)}").Order(StringComparer.Ordinal));
    }

    private static string Signature(MethodInfo method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.Name))})";

    private static string Spell(object? value) => value switch
    {
        Key key => $"{Mask(key.Area)} / {Mask(key.Sort)}",
        null => "",
        _ => Mask(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static string Mask(string text) =>
        Hex().Replace(text, m => m.Value == Keys.Hex(Sample) ? "<id>" : "<128 random bits>");

    private static object Argument(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type switch
        {
            _ when type == typeof(string) => $"<{parameter.Name}>",
            _ when type == typeof(int) || type == typeof(long) => parameter.HasDefaultValue
                ? parameter.DefaultValue! : Convert.ChangeType(1, type, null),
            _ when type == typeof(Guid) => Sample,
            _ when type == typeof(DateTimeOffset) => At,
            _ when type == typeof(DateOnly) => DateOnly.FromDateTime(At.UtcDateTime),
            _ when type == typeof(TenantId) => TenantId.Parse("abcd0123"),
            _ when type == typeof(SearchToken) => new SearchToken(1, "<kind>", "<token>"),
            _ when type == typeof(KeyRef) => KeyRef.Of(new PatientId(Sample), KeyClass.Clinical),
            _ when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
            _ => type.GetMethod("From", [typeof(Guid)])?.Invoke(null, [Sample])
                ?? throw new InvalidOperationException($"Keys takes a {type.Name}: give it a sample value here."),
        };
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Hex();
}
