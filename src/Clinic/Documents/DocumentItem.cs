using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Documents;

/// <summary>The rows of a document.</summary>
internal static class DocumentItem
{
    public const string State = "st";
    private const string Kind = "k";
    private const string Media = "m";
    private const string Size = "z";
    private const string MadeAt = "made";
    private const string At = "at";
    private const string By = "by";
    private const string Visit = "visit";
    private const string Replaces = "prev";
    private const string ReplacedBy = "next";
    private const string First = "first";
    private const string Number = "n";
    private const string Scan = "ms";
    private const string Fault = "why";
    private const string Body = "b";
    private const string ContentKey = "key";
    private const string UploadKeyName = "upk";
    private const string Reason = "r";
    private const string IdName = "id";
    private const string Thumbnail = "th";
    private const string ThumbnailWhy = "thw";
    private const string ChangedAt = "cat";
    private const string ChangedBy = "cby";

    public static readonly string ChartCode = Codes.Of(ChartKind.Document);

    public static Key Place(PatientId patient, EntryId id) => Keys.Chart(patient, ChartCode, id);

    public static string Prefix => Keys.ChartPrefix(ChartCode);

    /// <summary>A new row, with the keys of its content and of its upload sealed beside the body.</summary>
    public static Item Write(Document document, byte[] contentKey)
    {
        var item = new Item(Place(document.Patient, document.Id))
            .SetVersion(document.Version)
            .Set(State, Codes.Of(document.State))
            .Set(Kind, Codes.Of(document.Kind))
            .Set(Media, document.Media.Extension)
            .Set(Size, document.SizeBytes)
            .Set(MadeAt, document.MadeAt)
            .Set(At, document.RecordedAt)
            .Set(By, document.RecordedBy)
            .Seal(Body, document.Body, DocumentsJson.Default.DocumentBody, ChartItem.ClinicalKey(document.Patient))
            .Seal(ContentKey, contentKey, ChartItem.ClinicalKey(document.Patient));
        if (document.UploadKey is { } uploadKey)
        {
            item.Seal(UploadKeyName, uploadKey.Bytes.ToArray(), ChartItem.ClinicalKey(document.Patient));
        }

        Optional(item, Visit, document.Visit);
        Optional(item, Replaces, document.Replaces);
        return item;
    }

    /// <summary>
    /// What a later state changes: sealed attributes stay as they are, and the row must still be what <paramref name="from"/>
    /// says.
    /// </summary>
    public static Change Move(this Change change, Document from, DocumentState to, Action<Item>? with = null)
    {
        var values = new Item(Place(from.Patient, from.Id)).SetVersion(from.Version + 1).Set(State, Codes.Of(to));
        with?.Invoke(values);

        // What was uploaded is read while it is checked and not again. Who holds the row of what was refused has no key to
        // anything of it.
        string[] removed = to switch
        {
            DocumentState.Checking => [],
            DocumentState.Refused => [UploadKeyName, ContentKey],
            _ => [UploadKeyName],
        };
        return change.Patch(values, removed, Condition.VersionIs(from.Version), Problems.Stale);
    }

    public static Item WithFault(this Item item, DocumentFault? fault) =>
        fault is { } why ? item.Set(Fault, Codes.Of(why)) : item;

    public static Item WithThumbnail(this Item item, ThumbnailResult thumbnail)
    {
        if (thumbnail.State == ThumbnailState.Made)
        {
            item.Set(Thumbnail, Codes.Of(thumbnail.State));
        }

        return thumbnail.Fault is { } why ? item.Set(ThumbnailWhy, Codes.Of(why)) : item;
    }

    public static Item WithScan(this Item item, MalwareState scan) => item.Set(Scan, Codes.Of(scan));

    public static Item WithPlaceInLine(this Item item, Document document) =>
        item.Set(Number, document.Number).Set(First, Keys.Hex(document.First.Value));

    public static Item WithNext(this Item item, EntryId next) => item.Set(ReplacedBy, Keys.Hex(next.Value));

    public static Item WithReason(this Item item, PatientId patient, string reason) =>
        item.Seal(Reason, System.Text.Encoding.UTF8.GetBytes(reason), ChartItem.ClinicalKey(patient));

    public static Item WithBody(this Item item, PatientId patient, DocumentBody body) =>
        item.Seal(Body, body, DocumentsJson.Default.DocumentBody, ChartItem.ClinicalKey(patient));

    public static Item WithChange(this Item item, DateTimeOffset at, string by) => item.Set(ChangedAt, at).Set(ChangedBy, by);

    /// <summary>Which document is which version of a line.</summary>
    public static Item InLine(Document document) =>
        new Item(Keys.ChartVersion(document.Patient, ChartCode, document.First, document.Number))
            .Set(IdName, Keys.Hex(document.Id.Value));

    public static EntryId IdInLine(Item row) => Id(row, IdName)!.Value;

    /// <summary>The clock that purges what nobody confirms, and what comes late.</summary>
    public static Item Clock(PatientId patient, EntryId id, DateTimeOffset due) =>
        ClockRow.Start(Durations.DocumentUnfinished.Name, Subject(patient, id), due);

    /// <summary>Patient and document in one word: how messages and clocks name one.</summary>
    public static string Subject(PatientId patient, EntryId id) => Keys.Hex(patient.Value) + Keys.Hex(id.Value);

    public static (PatientId Patient, EntryId Id) OfSubject(string subject) =>
        (new PatientId(Guid.ParseExact(subject.AsSpan(0, subject.Length / 2), "N")),
            new EntryId(Guid.ParseExact(subject.AsSpan(subject.Length / 2), "N")));

    /// <summary>
    /// Null when there is none, or nobody may read the patient. For <see cref="TenantStore.Disclose{T}"/>: patient, row and key
    /// come beside each other.
    /// </summary>
    public static Task<Document?> Read(TenantStore store, PatientId patient, EntryId id, CancellationToken ct) =>
        Read(store, PatientItem.Read(store, patient, ct), patient, id, ct);

    /// <summary>The same to show it, or to end what was begun: of a merged record too.</summary>
    public static Task<Document?> ReadForOne(TenantStore store, PatientId patient, EntryId id, CancellationToken ct) =>
        Read(store, PatientItem.ReadForOne(store, patient, ct), patient, id, ct);

    private static async Task<Document?> Read(
        TenantStore store, Task<Patient?> head, PatientId patient, EntryId id, CancellationToken ct)
    {
        var row = store.Get(Place(patient, id), ct);
        await Task.WhenAll(head, row, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return await head is not null && await row is { } item ? await Open(store, patient, item, ct) : null;
    }

    /// <exception cref="KeyGoneException">Erased.</exception>
    public static async Task<Document> Open(TenantStore store, PatientId patient, Item item, CancellationToken ct)
    {
        var body = await store.Open(item, Body, ChartItem.ClinicalKey(patient), DocumentsJson.Default.DocumentBody, ct);
        var reason = await store.Open(item, Reason, ChartItem.ClinicalKey(patient), ct);
        var uploadKey = await store.Open(item, UploadKeyName, ChartItem.ClinicalKey(patient), ct);
        return Plain(patient, item) with
        {
            Body = body!,
            UploadKey = uploadKey is null ? null : new UploadKey(uploadKey),
            Reason = reason is null ? null : System.Text.Encoding.UTF8.GetString(reason),
        };
    }

    /// <summary>Without what is sealed: for who works on all documents, whoever may read them.</summary>
    public static Document Plain(PatientId patient, Item item)
    {
        var id = IdOf(item);
        return new Document(
            patient, id, StateOf(item), item.Version, KindOf(item),
            DocumentMedia.Named(item.Need(Media)), item.Number(Size), item.Instant(MadeAt), item.Instant(At), item.Need(By),
            new DocumentBody("", "", []))
        {
            Visit = Id(item, Visit),
            Replaces = Id(item, Replaces),
            ReplacedBy = Id(item, ReplacedBy),
            Number = item.Has(Number) ? (int)item.Number(Number) : 1,
            First = Id(item, First) ?? id,
            Malware = Code<MalwareState>(item, Scan) ?? MalwareState.NotScanned,
            Fault = Code<DocumentFault>(item, Fault),
            Thumbnail = new ThumbnailResult(
                Code<ThumbnailState>(item, Thumbnail) ?? ThumbnailState.None, Code<ThumbnailFault>(item, ThumbnailWhy)),
            ChangedAt = item.Instant(item.Has(ChangedAt) ? ChangedAt : At),
            ChangedBy = item.Text(ChangedBy) ?? item.Need(By),
        };
    }

    public static DocumentState StateOf(Item item) => Code<DocumentState>(item, State)!.Value;

    /// <summary>Nobody renamed, retracted or replaced it.</summary>
    public static bool IsAsItCame(Item item) =>
        !item.Has(ChangedAt) && StateOf(item) is not (DocumentState.Replaced or DocumentState.Retracted);

    public static DocumentKind KindOf(Item item) => Code<DocumentKind>(item, Kind)!.Value;

    public static EntryId IdOf(Item item) => new(Guid.ParseExact(item.Key.Sort.AsSpan(Prefix.Length), "N"));

    /// <summary>What opens the content; null when it was refused.</summary>
    /// <exception cref="KeyGoneException">Erased.</exception>
    public static Task<SegmentCipher?> Cipher(TenantStore store, Document document, CancellationToken ct) =>
        Cipher(store, document, Keys.Hex(document.Id.Value), document.SizeBytes, ct);

    /// <summary>
    /// The same key for the document's thumbnail: what is sealed says that it is one, so neither opens in the other's place.
    /// </summary>
    /// <exception cref="KeyGoneException">Erased.</exception>
    public static Task<SegmentCipher?> ThumbnailCipher(
        TenantStore store, Document document, long sizeBytes, CancellationToken ct) =>
        Cipher(store, document, Keys.Hex(document.Id.Value) + "/thumbnail", sizeBytes, ct);

    private static async Task<SegmentCipher?> Cipher(
        TenantStore store, Document document, string file, long sizeBytes, CancellationToken ct)
    {
        var row = await store.Get(Place(document.Patient, document.Id), ct);
        return row is not null && await store.Open(row, ContentKey, ChartItem.ClinicalKey(document.Patient), ct) is { } key
            ? new SegmentCipher(key, store.Caller.Tenant, Keys.Hex(document.Patient.Value), file, sizeBytes) : null;
    }

    private static void Optional(Item item, string name, EntryId? id)
    {
        if (id is { } given)
        {
            item.Set(name, Keys.Hex(given.Value));
        }
    }

    private static EntryId? Id(Item item, string name) =>
        item.Text(name) is { } hex ? new EntryId(Guid.ParseExact(hex, "N")) : null;

    private static T? Code<T>(Item item, string name)
        where T : struct, Enum => item.Text(name) is { } code ? Enum.GetValues<T>().Single(v => Codes.Of(v) == code) : null;
}
