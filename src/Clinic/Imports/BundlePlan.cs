using System.Text.Json;
using Clinic.Platform.Http;
using Clinic.Records;
using Clinic.Records.Fhir;
using Clinic.Records.Reading;

namespace Clinic.Imports;

/// <summary>A resource that will be written: whose it is, and where it stands in the source.</summary>
/// <param name="Patient">Reference by which the source names the patient.</param>
/// <param name="IsCopy">It is about nobody, and another patient of the bundle has it too: counted there.</param>
/// <param name="IsSource">Another entry of the bundle is its revision, so it is kept and makes no entry of the record.</param>
internal sealed record PlannedEntry(
    int Index, string Type, string Id, string? FullUrl, string Patient, bool IsCopy, int Start, int Length)
{
    public bool IsSource { get; init; }
}

/// <summary>
/// A bundle understood as a whole: patients first, then what is theirs, patient by patient. The same bytes give the same plan, so
/// a worker that died is followed by one that does the same.
/// </summary>
internal sealed record BundlePlan(
    IReadOnlyList<PlannedEntry> Entries, IReadOnlyList<(int First, int Count)> Parts, IReadOnlyList<EntryRefusal> Refused,
    IReadOnlyDictionary<string, TypeCount> Counts)
{
    /// <summary>
    /// What is about nobody (an organisation, a practitioner) is kept with each patient of the bundle, when they are few.
    /// </summary>
    public const int SharingPatientsMax = 5;
    public const int PartBytesMax = 1024 * 1024;
    public const int PartEntriesMax = 500;
    private const string UnknownType = "unknown";
    private const int IdLengthMax = 64;

    public static Outcome<BundlePlan> Make(ReadOnlyMemory<byte> bundle, string source, DateOnly today)
    {
        if (!BundleReader.Read(bundle.Span).Holds(out var entries, out var why))
        {
            return why;
        }

        var planning = new Planning(bundle, source, today);
        foreach (var entry in entries)
        {
            planning.Take(entry, patientsOnly: true);
        }

        foreach (var entry in entries)
        {
            planning.Take(entry, patientsOnly: false);
        }

        return planning.Finish();
    }

    private static List<(int First, int Count)> Cut(List<PlannedEntry> entries)
    {
        var parts = new List<(int First, int Count)>();
        var (first, bytes) = (0, 0);
        for (var i = 0; i < entries.Count; i++)
        {
            if (i > first && (bytes + entries[i].Length > PartBytesMax || i - first == PartEntriesMax))
            {
                parts.Add((first, i - first));
                (first, bytes) = (i, 0);
            }

            bytes += entries[i].Length;
        }

        if (first < entries.Count)
        {
            parts.Add((first, entries.Count - first));
        }

        return parts;
    }

    /// <summary>One pass for the patients, so that references to them can be told from others; one for all else.</summary>
    private sealed class Planning(ReadOnlyMemory<byte> bundle, string source, DateOnly today)
    {
        private readonly List<PlannedEntry> patients = [];
        private readonly List<PlannedEntry> others = [];
        private readonly List<PlannedEntry> shared = [];
        private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
        private readonly HashSet<string> known = new(StringComparer.Ordinal);
        private readonly HashSet<(string Type, string Id)> seen = [];
        private readonly List<EntryRefusal> refused = [];
        private readonly Dictionary<string, TypeCount> counts = new(StringComparer.Ordinal);
        private readonly List<(string Patient, string Other)> linked = [];
        private readonly HashSet<string> revised = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> same = new(StringComparer.Ordinal);

        public void Take(BundleEntry entry, bool patientsOnly)
        {
            if (entry.Problem is { } problem)
            {
                if (!patientsOnly)
                {
                    Refuse(UnknownType, entry.Index, entry.Path, problem);
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
                    Refuse(UnknownType, entry.Index, entry.Path, EntryReason.DuplicateMember);
                }
            }
        }

        public BundlePlan Finish()
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
            var owned = others.Select(e => e with { Patient = Owner(e.Patient), IsSource = IsRevised(e) }).ToList();
            foreach (var entry in shared)
            {
                owned.AddRange(patients.Where(p => !same.ContainsKey(p.Patient)).Select((p, i) => entry with { Patient = p.Patient, IsCopy = i > 0 }));
            }

            var sorted = owned.OrderBy(e => order.GetValueOrDefault(e.Patient, int.MaxValue))
                .ThenBy(e => e.Patient, StringComparer.Ordinal).ThenBy(e => FhirReading.Rank(e.Type)).ThenBy(e => e.Index);
            List<PlannedEntry> entries =
            [
                .. patients.OrderBy(p => same.ContainsKey(p.Patient)).Select(p => p with { Patient = Owner(p.Patient) }),
                .. sorted,
            ];
            return new BundlePlan(entries, Cut(entries), [.. refused.OrderBy(r => r.Entry)], counts);
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
                Refuse(UnknownType, entry.Index, entry.Path + ".resourceType", EntryReason.UnknownType);
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

            known.Add(reference);
            known.UnionWith(entry.FullUrl is { } full ? [full] : []);
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
            if (patient is null && (patients.Count is 0 or > SharingPatientsMax))
            {
                Refuse(type, entry.Index, entry.Path, patients.Count == 0 ? EntryReason.NoPatient : EntryReason.TooManyPatients);
                return;
            }

            if (type == ProvenanceFhir.Type)
            {
                revised.UnionWith(resource.Each("entity").Where(e => e.Text("role") == "revision")
                    .Select(e => e.Member("what").Text("reference")).OfType<string>());
            }

            Count(type, resource);
            (patient is null ? shared : others).Add(planned);
        }

        private void Count(string type, JsonElement? kept)
        {
            var isMasked = kept is { } resource && AadhaarFhir.Numbers(resource).Any();
            counts[type] = Imports.Counts.Sum(counts.GetValueOrDefault(type), new TypeCount(Read: 1, Masked: isMasked ? 1 : 0));
        }

        private void Refuse(string type, int index, string path, string reason)
        {
            Count(type, null);
            counts[type] = counts[type] with { Refused = counts[type].Refused + 1 };
            refused.Add(new EntryRefusal(index, path, reason));
        }

        private static bool IsId(string id) =>
            id.Length is >= 1 and <= IdLengthMax && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
    }
}
