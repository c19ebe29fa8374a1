using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Tenancy;

/// <summary>
/// A place where the clinic sees patients; a group has several (ISO-5). Sealed whole under the clinic's contacts key.
/// </summary>
public sealed record ClinicLocation(string Name, PostalAddress Address);

/// <param name="IsOpen">Of a closed one nobody is given new patients or staff; who belongs to it stays.</param>
internal sealed record Location(LocationId Id, bool IsOpen, long Version, ClinicLocation Place);

/// <summary>
/// A row for each location, and in the clinic's state the ids of those that are open: that row is read with each request, so a
/// registration knows them without a read of its own.
/// </summary>
internal static class LocationItem
{
    public const int PerClinicMax = 50;

    private const string State = "st";
    private const string Open = "open";
    private const string Closed = "closed";
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item Write(Location location) => new Item(Keys.Location(location.Id))
        .Set(State, location.IsOpen ? Open : Closed)
        .SetVersion(location.Version)
        .Seal(Body, location.Place, TenancyJson.Default.ClinicLocation, Key);

    public static async Task<IReadOnlyList<Location>> All(TenantStore store, CancellationToken ct)
    {
        var locations = new List<Location>();
        foreach (var row in await Rows(store, ct))
        {
            var place = await store.Open(row, Body, Key, TenancyJson.Default.ClinicLocation, ct);
            locations.Add(new Location(
                new LocationId(Guid.ParseExact(row.Key.Sort, "N")), row.Need(State) == Open, row.Version, place!));
        }

        return locations;
    }

    /// <summary>Sealed; in the order in which they were added.</summary>
    public static async Task<IReadOnlyList<Item>> Rows(TenantStore store, CancellationToken ct) =>
        (await store.Query(Keys.LocationArea, "", Page<Item>.SizeMax, null, newestFirst: false, ct)).Items;

    /// <summary>
    /// The open ones, from those that this request found to those that shall be: refused when another changed them.
    /// </summary>
    public static Change Reopen(
        Change change, IReadOnlyList<LocationId> before, IReadOnlyList<LocationId> after) => change.Patch(
        new Item(Keys.State).Set(TenantStateItem.Locations, LocationIds.Text(after)), [],
        Condition.Is(TenantStateItem.Locations, LocationIds.Text(before)), Problems.Conflict);

    public static FieldRules Location(this FieldRules rules, string name, PostalAddress address, string prefix) =>
        rules.Text(name, prefix + "name", 120).Address(address, prefix + "address");
}

internal static class LocationRefusals
{
    public static readonly Refusal TooMany = new(409, "too-many-locations",
        $"A clinic has at most {LocationItem.PerClinicMax} locations.");

    public static readonly Refusal Last = new(409, "last-location", "A clinic has at least one open location.");
}
