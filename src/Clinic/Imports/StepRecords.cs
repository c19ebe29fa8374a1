using System.Text.Json;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Records;
using Clinic.Records.Reading;
using Clinic.Visits;

namespace Clinic.Imports;

/// <summary>What became of one entry beside the resource that is kept.</summary>
/// <param name="Link">The entry of our record; null when there is none.</param>
/// <param name="Why">Why nothing was recorded of a type that we record; null when something was, or of other types.</param>
/// <param name="Rows">How many rows it writes.</param>
internal readonly record struct Taken(RecordLink? Link, string? Why, int Rows);

/// <summary>
/// The records of ours that the entries of one step become. What was amended here since is left as it is: whoever works here
/// knows more of her than the file that came again.
/// </summary>
internal sealed class StepRecords(
    TenantStore store, BroughtFiles files, Patient patient, Import import, DateTimeOffset now, Dictionary<Key, RecordLink> known,
    Dictionary<(string Type, string Reference), Key> references, IReadOnlyList<ReadResource?> read,
    AllergyStanding standingBefore)
{
    private const string RetractionReason = "Entered in error, or changed, where it came from.";

    private readonly List<Func<Change, Change>> writes = [];
    private AllergyStanding? standing;

    /// <summary>Reads what the entries refer to, in one round beside the standing of allergies.</summary>
    /// <param name="there">Kept rows of the batch.</param>
    public static async Task<StepRecords> Of(
        TenantStore store, SourceNames names, BroughtFiles files, Import import, Patient patient, IReadOnlyList<PartEntry> batch,
        IReadOnlyDictionary<Key, Item> there, DateTimeOffset now, CancellationToken ct)
    {
        var read = batch.Select(Read).ToList();
        var references = new Dictionary<(string Type, string Reference), Key>();
        foreach (var (type, reference) in read.Where(r => r?.Found is not null).SelectMany(r => Referred(r!.Value.Found!)))
        {
            if (FhirReferences.IdOf(type, reference) is { } id && !references.ContainsKey((type, reference)))
            {
                var token = await names.Resource(store.Caller.Tenant, import.Source, type, id, ct);
                references.Add((type, reference), Keys.Fhir(patient.Id, type, token));
            }
        }

        var others = Task.WhenAll(references.Values.Distinct().Where(k => !there.ContainsKey(k)).Chunk(BatchMax)
            .Select(keys => store.GetMany(keys, ct)));
        var standing = batch.Any(e => e.Type == "AllergyIntolerance")
            ? AllergyStanding.Read(store, patient, ct) : Task.FromResult(AllergyStanding.None);
        await Task.WhenAll(others, standing);
        var known = (await others).SelectMany(r => r).Concat(there.Values)
            .Select(r => (r.Key, Link: FhirRow.LinkOf(r))).Where(r => r.Link is not null)
            .ToDictionary(r => r.Key, r => r.Link!);
        return new StepRecords(store, files, patient, import, now, known, references, read, await standing);
    }

    private const int BatchMax = 100;

    /// <summary>How many rows the standing of allergies adds.</summary>
    public int MoreRows => standing is null ? 0 : 1;

    /// <param name="index">In the batch.</param>
    /// <param name="place">Of the kept resource; its last part is the token of what it is called there.</param>
    /// <param name="before">The kept row; null when the resource is new.</param>
    public async Task<Taken> Take(int index, Key place, Item? before, CancellationToken ct)
    {
        if (read[index] is not { } resource)
        {
            return default;
        }

        var link = before is null ? null : FhirRow.LinkOf(before);
        var why = resource.Found?.IsRetracted == true ? NotRecorded.EnteredInError : resource.Why;
        var taken = why is not null ? await Withdraw(link, why, ct)
            : resource.Found!.Visit is not null ? await TakeVisit(resource.Found, place, link, ct)
            : resource.Found.Document is not null ? await TakeDocument(resource.Found, place, link, ct)
            : await TakeFinding(resource.Found, place, link, ct);
        if (taken.Link is { } made)
        {
            known[place] = made;
        }

        return taken;
    }

    public Change Apply(Change change)
    {
        change = writes.Aggregate(change, (c, write) => write(c));
        return standing is null ? change : standing.Write(change, patient.Id, standingBefore);
    }

    private async Task<Taken> TakeVisit(Recordable found, Key place, RecordLink? link, CancellationToken ct)
    {
        var at = found.At!.Value;
        if (new FindingScene(patient.Record.Birth, at, now).IsBeforeBirth)
        {
            return new Taken(link, NotRecorded.Rule + ":at", 0);
        }

        if (link is null)
        {
            var visit = new Visit(
                EntryIds.Of(at, TokenOf(place)), found.VisitState, 1, now, store.Caller.Actor, 0, 0, [], found.Visit!);
            writes.Add(c => c.Insert(VisitItem.Write(patient.Id, visit))
                .Insert(TimelineItem.Write(patient.Id, ChartKind.Visit, visit.Id)));
            return new Taken(new RecordLink(ChartKind.Visit, visit.Id, 1), null, 2);
        }

        if (await VisitItem.Read(store, patient.Id, link.Id, ct) is not { } before || before.Version != link.Version)
        {
            return new Taken(link, null, 0);
        }

        var after = before with
        {
            State = found.VisitState, Version = before.Version + 1, At = now, By = store.Caller.Actor, Record = found.Visit!,
        };
        writes.Add(c => c.Replace(VisitItem.Write(patient.Id, after), VisitItem.Unchanged(before), Problems.Conflict)
            .Insert(VisitItem.Earlier(patient.Id, before)));
        return new Taken(link with { Version = after.Version }, null, 2);
    }

    /// <summary>A document that comes again stays as it was: its resource alone has a new version.</summary>
    private async Task<Taken> TakeDocument(Recordable found, Key place, RecordLink? link, CancellationToken ct)
    {
        if (link is not null)
        {
            return new Taken(link, null, 0);
        }

        var visit = LinkTo("Encounter", found.Encounter, ChartKind.Visit);
        var document = await files.Lay(
            store, patient.Id, found.Document!, found.At ?? import.StartedAt, TokenOf(place), visit, now, ct);
        writes.Add(c => BroughtFiles.Insert(c, document, now));
        return new Taken(new RecordLink(ChartKind.Document, document.Id, 1), null, BroughtFiles.Rows);
    }

    private async Task<Taken> TakeFinding(Recordable found, Key place, RecordLink? link, CancellationToken ct)
    {
        var scene = new FindingScene(patient.Record.Birth, found.At ?? import.StartedAt, now);
        if (!Choose(found, scene).Holds(out var named, out var why))
        {
            return await Withdraw(link, $"{NotRecorded.Rule}:{(why.Errors is [var first, ..] ? first.Field : why.Code)}", ct);
        }

        if (link is not null)
        {
            return await Amend(found, named, scene, place, link, ct);
        }

        var row = new ChartRow(
            patient.Id, named.Finding.Kind, EntryIds.Of(scene.At, TokenOf(place)), FindingEntry.Current, 1, now,
            store.Caller.Actor, LinkTo("Encounter", found.Encounter, ChartKind.Visit));
        return Insert(new FindingEntry(row, FindingBody.Of(named, scene)));
    }

    private Taken Insert(FindingEntry entry)
    {
        if (Stand(entry) is { } why)
        {
            return new Taken(null, why, 0);
        }

        writes.Add(c => c.Insert(entry.Write()).Insert(TimelineItem.Write(patient.Id, entry.Row.Kind, entry.Row.Id)));
        return new Taken(new RecordLink(entry.Row.Kind, entry.Row.Id, 1), null, 2);
    }

    /// <summary>
    /// The same entry anew, unless its kind or its instant is another one: then the entry is retracted and another is made, for
    /// an id begins with the instant.
    /// </summary>
    private async Task<Taken> Amend(
        Recordable found, NamedFinding named, FindingScene scene, Key place, RecordLink link, CancellationToken ct)
    {
        if (await Current(link, ct) is not { } before)
        {
            return new Taken(link, null, 0);
        }

        var visit = LinkTo("Encounter", found.Encounter, ChartKind.Visit);
        if (before.Row.Kind != named.Finding.Kind || before.Body.At != scene.At)
        {
            var row = new ChartRow(
                patient.Id, named.Finding.Kind, EntryIds.Of(scene.At, TokenOf(place)), FindingEntry.Current, 1, now,
                store.Caller.Actor, visit);
            var withdrawn = Replace(before, Retracted(before));
            var made = Insert(new FindingEntry(row, FindingBody.Of(named, scene)));
            return made with { Rows = made.Rows + withdrawn.Rows };
        }

        var after = new FindingEntry(
            before.Row with { Version = before.Row.Version + 1, VersionAt = now, VersionBy = store.Caller.Actor, Visit = visit },
            FindingBody.Of(named, scene));
        return Replace(before, after);
    }

    private async Task<Taken> Withdraw(RecordLink? link, string why, CancellationToken ct) =>
        link is not null && link.Kind is not (ChartKind.Visit or ChartKind.Document) && await Current(link, ct) is { } before
            ? Replace(before, Retracted(before)) with { Why = why }
            : new Taken(link, why, 0);

    /// <summary>Null when it was amended here, or retracted.</summary>
    private async Task<FindingEntry?> Current(RecordLink link, CancellationToken ct) =>
        await store.Get(ChartItem.Place(patient.Id, link.Kind, link.Id), ct) is { } item && item.Version == link.Version
            && !ChartItem.IsRetracted(item)
            ? await FindingEntry.Open(store, patient.Id, link.Kind, link.Id, item, ct)
            : null;

    private FindingEntry Retracted(FindingEntry before) => before.Retract(RetractionReason, store.Caller.Actor, now);

    private Taken Replace(FindingEntry before, FindingEntry after)
    {
        var link = new RecordLink(after.Row.Kind, after.Row.Id, before.Row.Version);
        if (Stand(after) is { } why)
        {
            return new Taken(link, why, 0);
        }

        writes.Add(c => c.Replace(after.Write(), before.Row.Version, Problems.Conflict).Insert(before.Earlier()));
        return new Taken(link with { Version = after.Row.Version }, null, 2);
    }

    /// <summary>Null when it contradicts no other allergy.</summary>
    private string? Stand(FindingEntry entry)
    {
        if (entry.Body.Finding.Allergy is null)
        {
            return null;
        }

        if (!(standing ?? standingBefore).After(entry).Holds(out var after, out var why))
        {
            return why.Code;
        }

        standing = after;
        return null;
    }

    /// <summary>The first that holds its rules, else what the last broke.</summary>
    private Outcome<NamedFinding> Choose(Recordable found, FindingScene scene)
    {
        Refusal? broken = null;
        foreach (var members in found.Findings.Select(m => WithLinks(m, found)))
        {
            if (members.Only().Holds(out var named, out broken) && (broken = RecordEntry.Broken(named, scene)) is null)
            {
                return named;
            }
        }

        return broken!;
    }

    private FindingMembers WithLinks(FindingMembers members, Recordable found)
    {
        if (members.DentalFinding is { } tooth)
        {
            return members with
            {
                DentalFinding = tooth with { Replaces = LinkTo("Observation", found.Replaces, ChartKind.DentalFinding) },
            };
        }

        if (members.LabReport is not { } report)
        {
            return members;
        }

        var results = found.Results.Select(r => LinkTo("Observation", r, ChartKind.LabResult)).OfType<EntryId>().Distinct()
            .ToList();
        return members with { LabReport = report with { Results = results.Count == 0 ? null : results } };
    }

    private EntryId? LinkTo(string type, string? reference, ChartKind kind) =>
        reference is not null && references.TryGetValue((type, reference), out var place)
            && known.TryGetValue(place, out var link) && link.Kind == kind ? link.Id : null;

    private static ReadResource? Read(PartEntry entry)
    {
        if (entry.IsSource)
        {
            return null;
        }

        using var json = JsonDocument.Parse(entry.Json, FhirText.Strict);
        return FhirReading.Read(entry.Type, json.RootElement, entry.Attached);
    }

    private static IEnumerable<(string Type, string Reference)> Referred(Recordable found) =>
        found.Results.Append(found.Replaces).OfType<string>().Select(r => ("Observation", r))
            .Concat(found.Encounter is { } encounter ? [("Encounter", encounter)] : []);

    private static string TokenOf(Key place) => place.Sort[(place.Sort.LastIndexOf('#') + 1)..];
}
