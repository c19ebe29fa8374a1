using System.Text.Json;
using Clinic.Records;
using Clinic.Records.Fhir;
using Clinic.Records.Reading;

namespace Clinic.Imports;

/// <summary>One pass for the patients, so that references to them can be told from others; one for all else.</summary>
internal sealed class BundlePlanning(ReadOnlyMemory<byte> bundle, string source, DateOnly today, PlanReport report)
{
    private const int IdLengthMax = 64;

    private readonly List<PlannedEntry> patients = [];
    private readonly List<PlannedEntry> others = [];
    private readonly List<PlannedEntry> shared = [];
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly HashSet<(string Type, string Id)> seen = [];
    private readonly Dictionary<string, (int Start, int Length)> binaries = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> attachments = [];
    private readonly List<(string Patient, string Other)> linked = [];
    private readonly HashSet<string> revised = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> same = new(StringComparer.Ordinal);

    public IReadOnlyList<PlannedEntry> Plan(IReadOnlyList<BundleEntry> entries)
    {
        foreach (var entry in entries)
        {
            Take(entry, patientsOnly: true);
        }

        foreach (var entry in entries)
        {
            Take(entry, patientsOnly: false);
        }

        return Finish();
    }

    private void Take(BundleEntry entry, bool patientsOnly)
    {
        if (entry.Problem is { } problem)
        {
            if (!patientsOnly)
            {
                Refuse(PlanReport.UnknownType, entry.Index, entry.Path, problem);
            }

            return;
        }

        try
        {
            using var json = JsonDocument.Parse(bundle.Slice(entry.Start, entry.Length), FhirText.Strict);
            var type = json.RootElement.Text("resourceType");
            if (type == FhirTypes.Patient == patientsOnly)
            {
                Take(entry, json.RootElement, type is not null && FhirTypes.IsKnown(type) ? type : null);
            }
        }
        catch (JsonException)
        {
            if (!patientsOnly)
            {
                Refuse(PlanReport.UnknownType, entry.Index, entry.Path, EntryReason.DuplicateMember);
            }
        }
    }

    private List<PlannedEntry> Finish()
    {
        foreach (var (patient, other) in linked)
        {
            var name = aliases.GetValueOrDefault(other, other);
            var first = same.GetValueOrDefault(patient, patient);
            if (name != first && patients.Exists(p => p.Patient == name) && !same.ContainsValue(name))
            {
                same.TryAdd(name, first);
            }
        }

        // A patient's own together: each step then writes, and is entered in the trail, for one patient.
        var order = patients.Select((p, i) => (p.Patient, i)).ToDictionary(p => p.Patient, p => p.i, StringComparer.Ordinal);
        var owned = others.Select(e => e with
        {
            Patient = Owner(e.Patient),
            IsSource = IsRevised(e),
            Attached = attachments.TryGetValue(e.Index, out var url) ? binaries.GetValueOrDefault(url) : default,
        }).ToList();
        var owners = owned.Where(e => e.Attached.Length > 0).GroupBy(e => e.Attached.Start)
            .ToDictionary(g => g.Key, g => g.First().Patient);
        foreach (var entry in shared)
        {
            // A file is of whom the document is that names it, and of nobody else.
            IEnumerable<string> whose = owners.TryGetValue(entry.Start, out var owner) ? [owner]
                : patients.Select(p => p.Patient).Where(p => !same.ContainsKey(p));
            owned.AddRange(whose.Select((p, i) => entry with { Patient = p, IsCopy = i > 0 }));
        }

        var sorted = owned.OrderBy(e => order.GetValueOrDefault(e.Patient, int.MaxValue))
            .ThenBy(e => e.Patient, StringComparer.Ordinal).ThenBy(e => FhirReading.Rank(e.Type)).ThenBy(e => e.Index);
        return
        [
            .. patients.OrderBy(p => same.ContainsKey(p.Patient)).Select(p => p with { Patient = Owner(p.Patient) }),
            .. sorted,
        ];
    }

    private string Owner(string reference)
    {
        var name = aliases.GetValueOrDefault(reference, reference);
        return same.GetValueOrDefault(name, name);
    }

    private bool IsRevised(PlannedEntry entry) =>
        revised.Contains($"{entry.Type}/{entry.Id}") || (entry.FullUrl is { } url && revised.Contains(url));

    private void Take(BundleEntry entry, JsonElement resource, string? type)
    {
        if (type is null)
        {
            Refuse(PlanReport.UnknownType, entry.Index, entry.Path + ".resourceType", EntryReason.UnknownType);
            return;
        }

        var id = resource.Text("id");
        var reason = id is null || !IsId(id) ? EntryReason.BadId
            : source == Import.DefaultSource && !Guid.TryParseExact(id, "D", out _) ? EntryReason.SourceNeeded
            : !seen.Add((type, id)) ? EntryReason.DuplicateId
            : null;
        if (reason is not null)
        {
            Refuse(type, entry.Index, entry.Path + ".id", reason);
        }
        else if (type == FhirTypes.Patient)
        {
            TakePatient(entry, resource, id!);
        }
        else
        {
            TakeOther(entry, resource, type, id!);
        }
    }

    private void TakePatient(BundleEntry entry, JsonElement resource, string id)
    {
        var reference = $"{FhirTypes.Patient}/{id}";
        if (!FhirPatient.Read(resource, today).Holds(out _, out var why))
        {
            Refuse(FhirTypes.Patient, entry.Index, entry.Path + (why == FhirPatient.NoName ? ".name" : ".birthDate"),
                why.Code);
            return;
        }

        if (entry.FullUrl is { } url && !aliases.TryAdd(url, reference))
        {
            Refuse(FhirTypes.Patient, entry.Index, $"entry[{entry.Index}].fullUrl", EntryReason.PatientAmbiguous);
            return;
        }

        // Lines of NDJSON have no address: a UUID is one.
        var address = entry.FullUrl ?? FhirReferences.Uuid + id;
        aliases.TryAdd(address, reference);
        known.Add(reference);
        known.Add(address);
        // Two resources about one patient: what is said of the other is said of her.
        foreach (var other in resource.Each("link").Select(l => l.Member("other").Text("reference")).OfType<string>())
        {
            linked.Add((reference, FhirReferences.Normal(other)));
        }

        Count(FhirTypes.Patient, resource);
        patients.Add(
            new PlannedEntry(entry.Index, FhirTypes.Patient, id, entry.FullUrl, reference, false, entry.Start, entry.Length));
    }

    private void TakeOther(BundleEntry entry, JsonElement resource, string type, string id)
    {
        var patient = FhirReferences.PatientOf(resource, known);
        var planned = new PlannedEntry(entry.Index, type, id, entry.FullUrl, patient ?? "", false, entry.Start, entry.Length);
        if (patient is null && type == "Binary")
        {
            binaries.TryAdd($"{type}/{id}", (entry.Start, entry.Length));
            binaries.TryAdd(entry.FullUrl ?? FhirReferences.Uuid + id, (entry.Start, entry.Length));
        }
        else if (patient is null && (patients.Count is 0 or > BundlePlan.SharingPatientsMax))
        {
            Refuse(type, entry.Index, entry.Path, patients.Count == 0 ? EntryReason.NoPatient : EntryReason.TooManyPatients);
            return;
        }

        if (type == DocumentFhir.Type && FhirDocument.AddressOf(resource) is { } attachment)
        {
            attachments.Add(entry.Index, attachment);
        }

        if (type == ProvenanceFhir.Type)
        {
            revised.UnionWith(resource.Each("entity").Where(e => e.Text("role") == "revision")
                .Select(e => e.Member("what").Text("reference")).OfType<string>());
        }

        Count(type, resource);
        (patient is null ? shared : others).Add(planned);
    }

    private void Count(string type, JsonElement resource) => report.Count(type, AadhaarFhir.Numbers(resource).Any());

    private void Refuse(string type, int index, string path, string reason) => report.Refuse(type, index, path, reason);

    private static bool IsId(string id) =>
        id.Length is >= 1 and <= IdLengthMax && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
}

/// <summary>What the planning of a file counts and refuses, over all its bundles.</summary>
internal sealed class PlanReport
{
    public const string UnknownType = "unknown";

    private readonly List<EntryRefusal> refused = [];
    private readonly Dictionary<string, TypeCount> counts = new(StringComparer.Ordinal);

    public IReadOnlyList<EntryRefusal> Refused => refused;

    public IReadOnlyDictionary<string, TypeCount> Counts => counts;

    public void Count(string type, bool isMasked) =>
        counts[type] = Imports.Counts.Sum(counts.GetValueOrDefault(type), new TypeCount(Read: 1, Masked: isMasked ? 1 : 0));

    public void Refuse(string type, int index, string path, string reason)
    {
        Count(type, isMasked: false);
        counts[type] = counts[type] with { Refused = counts[type].Refused + 1 };
        refused.Add(new EntryRefusal(index, path, reason));
    }
}
