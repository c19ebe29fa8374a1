using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clinic.Platform.Access;

/// <summary>
/// Any id type, for what asks a type without knowing which: a trimmed program keeps no list of generic interfaces.
/// </summary>
public interface IId
{
    Guid Value { get; }
}

/// <summary>An id type: a UUIDv7 that cannot be mistaken for the id of another noun.</summary>
public interface IId<TSelf> : IId, IParsable<TSelf>
    where TSelf : struct, IId<TSelf>
{
    static abstract TSelf From(Guid value);
}

[JsonConverter(typeof(IdConverter<PatientId>))]
public readonly record struct PatientId(Guid Value) : IId<PatientId>
{
    public static PatientId From(Guid value) => new(value);

    public static PatientId Parse(string s, IFormatProvider? provider) => Id.Parse<PatientId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PatientId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

[JsonConverter(typeof(IdConverter<MemberId>))]
public readonly record struct MemberId(Guid Value) : IId<MemberId>
{
    public static MemberId From(Guid value) => new(value);

    public static MemberId Parse(string s, IFormatProvider? provider) => Id.Parse<MemberId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MemberId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

[JsonConverter(typeof(IdConverter<SessionId>))]
public readonly record struct SessionId(Guid Value) : IId<SessionId>
{
    public static SessionId From(Guid value) => new(value);

    public static SessionId Parse(string s, IFormatProvider? provider) => Id.Parse<SessionId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SessionId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

[JsonConverter(typeof(IdConverter<ImportId>))]
public readonly record struct ImportId(Guid Value) : IId<ImportId>
{
    public static ImportId From(Guid value) => new(value);

    public static ImportId Parse(string s, IFormatProvider? provider) => Id.Parse<ImportId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImportId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

/// <summary>A list of patients that a clinic brings.</summary>
[JsonConverter(typeof(IdConverter<SheetImportId>))]
public readonly record struct SheetImportId(Guid Value) : IId<SheetImportId>
{
    public static SheetImportId From(Guid value) => new(value);

    public static SheetImportId Parse(string s, IFormatProvider? provider) => Id.Parse<SheetImportId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SheetImportId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

[JsonConverter(typeof(IdConverter<IncidentId>))]
public readonly record struct IncidentId(Guid Value) : IId<IncidentId>
{
    public static IncidentId From(Guid value) => new(value);

    public static IncidentId Parse(string s, IFormatProvider? provider) => Id.Parse<IncidentId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IncidentId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

/// <summary>
/// Something in a patient's record: a visit, a note, a finding, a document. Made from the instant at which it happened, not at
/// which it was written down, so that ids sort as the record is read.
/// </summary>
[JsonConverter(typeof(IdConverter<EntryId>))]
public readonly record struct EntryId(Guid Value) : IId<EntryId>
{
    public static EntryId From(Guid value) => new(value);

    public static EntryId Parse(string s, IFormatProvider? provider) => Id.Parse<EntryId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EntryId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

[JsonConverter(typeof(IdConverter<LocationId>))]
public readonly record struct LocationId(Guid Value) : IId<LocationId>
{
    public static LocationId From(Guid value) => new(value);

    public static LocationId Parse(string s, IFormatProvider? provider) => Id.Parse<LocationId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LocationId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

/// <summary>A request of the platform for access, and the grant that it becomes.</summary>
[JsonConverter(typeof(IdConverter<AccessId>))]
public readonly record struct AccessId(Guid Value) : IId<AccessId>
{
    public static AccessId From(Guid value) => new(value);

    public static AccessId Parse(string s, IFormatProvider? provider) => Id.Parse<AccessId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AccessId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

/// <summary>An export of a whole clinic.</summary>
[JsonConverter(typeof(IdConverter<ExportId>))]
public readonly record struct ExportId(Guid Value) : IId<ExportId>
{
    public static ExportId From(Guid value) => new(value);

    public static ExportId Parse(string s, IFormatProvider? provider) => Id.Parse<ExportId>(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ExportId result) =>
        Id.TryParse(s, out result);

    public override string ToString() => Value.ToString("D");
}

/// <summary>What all id types share. Only the hyphenated form is read, so one thing has one spelling.</summary>
public static class Id
{
    private const int Length = 36;

    /// <summary>A new id of the given instant: sorts by time.</summary>
    public static T New<T>(DateTimeOffset now)
        where T : struct, IId<T> => T.From(Guid.CreateVersion7(now));

    public static T Parse<T>(string text)
        where T : struct, IId<T> => TryParse<T>(text, out var id) ? id : throw new FormatException("Not an id.");

    public static bool TryParse<T>([NotNullWhen(true)] string? text, out T id)
        where T : struct, IId<T>
    {
        // The parser skips white space around it.
        var valid = Guid.TryParseExact(text, "D", out var value) && text.Length == Length;
        id = valid ? T.From(value) : default;
        return valid;
    }
}

/// <summary>Ids in JSON are hyphenated strings.</summary>
public sealed class IdConverter<T> : JsonConverter<T>
    where T : struct, IId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Id.TryParse<T>(reader.GetString(), out var id)
            ? id
            : throw new JsonException("Not an id.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
