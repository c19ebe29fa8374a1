using Clinic.Platform.Store;

namespace Clinic.Platform.Access;

/// <summary>
/// At which of the clinic's locations somebody works (ISO-5): at all of them, or at those named. It stands in the session row, so
/// it costs no read. Within one clinic and its keys: it is what a member may see, not a wall between tenants.
/// </summary>
public sealed class LocationScope
{
    private const string Everywhere = "all";

    private LocationScope(IReadOnlyList<LocationId>? ids) => Ids = ids;

    public static LocationScope All { get; } = new(null);

    /// <summary>Null when it is all of them, those too that are added later.</summary>
    public IReadOnlyList<LocationId>? Ids { get; }

    internal string Text => Ids is null ? Everywhere : LocationIds.Text(Ids);

    public static LocationScope Of(IEnumerable<LocationId> ids) => new([.. ids.Distinct()]);

    /// <summary>Whether somebody of this scope may see what belongs to a location; what belongs to none, everybody may.</summary>
    public bool Reaches(LocationId? location) => Ids is null || location is not { } placed || Ids.Contains(placed);

    internal static LocationScope Read(string text) => text == Everywhere ? All : new(LocationIds.Read(text));
}

/// <summary>A list of locations as one plain attribute: ids only.</summary>
internal static class LocationIds
{
    private const char Separator = ' ';

    public static string Text(IEnumerable<LocationId> ids) => string.Join(Separator, ids.Select(i => Keys.Hex(i.Value)));

    public static IReadOnlyList<LocationId> Read(string text) =>
        [.. text.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Select(i => new LocationId(Guid.ParseExact(i, "N")))];
}
