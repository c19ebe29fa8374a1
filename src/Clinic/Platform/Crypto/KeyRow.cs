using System.Globalization;
using Clinic.Platform.Store;

namespace Clinic.Platform.Crypto;

/// <summary>
/// A row of the Keys table: the id of a key, when it was drawn, and the key wrapped. What it is the key of stands in its place
/// (<see cref="Keys.TenantKey"/>, <see cref="Keys.PatientKey"/>).
/// </summary>
internal static class KeyRow
{
    public const string Id = "id";
    public const string Wrapped = "k";
    private const string MadeAt = "at";

    public static Item Write(Key place, KeyVersion version, byte[] wrapped) => new Item(place)
        .Set(Id, version.Key.Id.ToString("N"))
        .Set(MadeAt, version.MadeAt)
        .Set(Wrapped, wrapped);

    /// <param name="plain">The unwrapped key; it belongs to the result and is zeroed with it.</param>
    public static KeyVersion Read(Item row, int number, byte[] plain) =>
        new(number, row.Instant(MadeAt), DataKey.Owning(Guid.ParseExact(row.Need(Id), "N"), plain));

    public static int TenantNumber(Key place) => Part(place, 1);

    /// <summary>
    /// One row for each key: while keys are wrapped anew one has two, and the later opens for longer. Keys are told apart by id,
    /// not by number: two processes, of which one knows the clinic's newer key already, may draw the same number, and both keys
    /// have sealed something.
    /// </summary>
    public static IEnumerable<Item> LastWraps(IEnumerable<Item> rows) =>
        rows.GroupBy(r => r.Need(Id)).Select(wraps => wraps.MaxBy(r => Wrap(r.Key))!);

    public static string ClassName(Key place) => place.Sort[..place.Sort.IndexOf('#', StringComparison.Ordinal)];

    public static int Number(Key place) => Part(place, 1);

    /// <summary>Which of the tenant's keys wraps a patient's.</summary>
    public static KeyRef Wrapper(Key place) =>
        KeyRef.Of(KeyRef.Named(default, ClassName(place)).WrappedBy);

    /// <summary>Which version of the tenant's key wraps it.</summary>
    public static int Wrap(Key place) => Part(place, 2);

    private static int Part(Key place, int index) =>
        int.Parse(place.Sort.Split('#')[index], CultureInfo.InvariantCulture);
}
