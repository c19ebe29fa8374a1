using Clinic.Chart;
using Clinic.Documents;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Records.Fhir;
using Clinic.Visits;

namespace Clinic.Records;

/// <summary>
/// Rows of the record as FHIR resources: the current version of each. Drafts of notes, and documents that were never available,
/// are no part of it.
/// </summary>
internal sealed class OwnResources
{
    private static readonly Dictionary<string, ChartKind> Kinds = Enum.GetValues<ChartKind>().ToDictionary(Codes.Of);

    private readonly TenantStore store;
    private readonly PatientId patient;
    private readonly FhirLinks links;
    private readonly ILookup<string, Item> addenda;

    /// <param name="rows">What goes out together, and may refer to each other.</param>
    /// <param name="kept">
    /// Full URLs of the resources that go out in place of entries that were made of them and not amended since; such rows are
    /// left out.
    /// </param>
    /// <param name="subject">Whom they are about: of a merged record the one that it was merged into.</param>
    public OwnResources(
        TenantStore store, PatientId patient, IReadOnlyList<Item> rows, IReadOnlyList<Item> addenda,
        IReadOnlyDictionary<EntryId, string>? kept = null, PatientId? subject = null)
    {
        (this.store, this.patient) = (store, patient);
        Rows = [.. rows.Where(r => GoesOut(r) && kept?.ContainsKey(IdOf(r)) is not true)];
        var going = Rows.Select(IdOf).ToHashSet();
        links = new FhirLinks(
            PatientFhir.UrlOf(subject ?? patient),
            id => going.Contains(id) ? FhirJson.Url(id.Value) : kept?.GetValueOrDefault(id));
        this.addenda = addenda.ToLookup(r => r.Key.Sort.Split('#')[1], StringComparer.Ordinal);
    }

    /// <summary>Those that go out, in the order that they came in.</summary>
    public IReadOnlyList<Item> Rows { get; }

    public FhirLinks Links => links;

    public static ChartKind KindOf(Item row) => Kinds[row.Key.Sort.Split('#')[1]];

    public static EntryId IdOf(Item row) => EntryIds.OfSort(row.Key.Sort);

    /// <exception cref="Platform.Crypto.KeyGoneException">Erased.</exception>
    public async Task<FhirResource> Open(Item row, CancellationToken ct) => KindOf(row) switch
    {
        ChartKind.Visit => VisitFhir.Write(await VisitItem.Open(store, patient, row, ct), links),
        ChartKind.Note => NoteFhir.Write(await NoteItem.Open(store, patient, row, ct), await AddendaOf(row, ct), links),
        ChartKind.Document => DocumentFhir.Write(await DocumentItem.Open(store, patient, row, ct), links),
        var kind => FindingFhir.Write(await FindingEntry.Open(store, patient, kind, IdOf(row), row, ct), links),
    };

    public async Task<IReadOnlyList<Addendum>> AddendaOf(Item note, CancellationToken ct)
    {
        var found = new List<Addendum>();
        foreach (var row in addenda[Keys.Hex(IdOf(note).Value)])
        {
            found.Add(await NoteItem.OpenAddendum(store, patient, row, ct));
        }

        return found;
    }

    private static bool GoesOut(Item row) => KindOf(row) switch
    {
        ChartKind.Note => NoteItem.IsSignedRow(row),
        ChartKind.Document => DocumentFhir.GoesOut(DocumentItem.StateOf(row)),
        _ => true,
    };
}
