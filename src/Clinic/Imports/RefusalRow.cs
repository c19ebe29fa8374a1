using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Imports;

/// <summary>Refusals of one step, some hundred to a row. Places and codes only, so they need no sealing.</summary>
internal static class RefusalRow
{
    private const string List = "list";

    public static Item Write(ImportId import, long step, int page, EntryRefusal[] refusals) =>
        new Item(Keys.ImportRefusals(import, step, page))
            .Set(List, JsonSerializer.Serialize(refusals, ImportsJson.Default.EntryRefusalArray));

    public static EntryRefusal[] Read(Item row) =>
        JsonSerializer.Deserialize(row.Need(List), ImportsJson.Default.EntryRefusalArray)!;
}
