using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <summary>
/// Exactly one of phone, email, name, abhaNumber and abhaAddress. A POST, so that nothing that is searched for stands in a URL or
/// its logs.
/// </summary>
/// <param name="Name">The beginning of one or more words of the name, or the words in another spelling.</param>
/// <param name="Cursor">The <c>next</c> of the part before; belongs to the same query.</param>
public sealed record SearchPatientsRequest(
    string? Phone = null, string? Email = null, string? Name = null, int? Size = null, string? Cursor = null,
    string? AbhaNumber = null, string? AbhaAddress = null);

public sealed record SearchPatientsResponse(IReadOnlyList<PatientHit> Patients, string? Next);

/// <summary>
/// Finds patients on sealed data, in three rounds: session; index; bodies beside the entry that names every hit. A name is
/// matched by coarse tokens and then compared after decryption, so a part may hold fewer rows than its size. Who begins as
/// asked comes first, then who sounds alike: a desk writes a name as it hears it.
/// </summary>
public static class SearchPatients
{
    /// <summary>In the trail: the entry names every hit, and she saw those of her locations alone.</summary>
    private const string OwnLocations = "own-locations";

    internal static async Task<Results<Ok<SearchPatientsResponse>, ProblemHttpResult>> Handle(
        SearchPatientsRequest request, Caller caller, TenantStore store, CancellationToken ct)
    {
        if (!Decide(request).Holds(out var query, out var why))
        {
            return Problems.From(why);
        }

        var cursor = await Cursors.Read(store, query.Identity, request.Cursor, ct);
        if (!cursor.Holds(out var from, out why))
        {
            return Problems.From(why);
        }

        var candidates = await query.Find(store, from, ct);
        var entry = new AuditEntry(caller, AuditAction.PatientSearched, AuditOutcome.Requested) { Hits = candidates.All,
            Term = query.Identity,
            Note = caller.Scope.Ids is null ? null : OwnLocations };
        var disclosed = await store.Disclose(entry, t => Open(store, candidates.All, t), ct);
        if (!disclosed.Holds(out var patients, out why))
        {
            return Problems.From(why);
        }

        var alike = candidates.Alike.ToHashSet();
        var hits = patients.Select(p => (Patient: p, Match: query.MatchOf(p, alike.Contains(p.Id))))
            .Where(h => h.Match is not null).Select(h => PatientHit.Of(h.Patient, h.Match!.Value)).OrderBy(h => h.Match).ToList();
        var next = await Cursors.Write(store, query.Identity, candidates.NextSort, ct);
        return TypedResults.Ok(new SearchPatientsResponse(hits, next));
    }

    /// <summary>Pure: which token to look up, and which bodies are really meant.</summary>
    internal static Outcome<PatientQuery> Decide(SearchPatientsRequest request)
    {
        var given = new[] { request.Phone, request.Email, request.Name, request.AbhaNumber, request.AbhaAddress }
            .Count(v => v is not null);
        var words = request.Name is { Length: <= 120 } name ? ContactText.NameWords(name) : [];
        var phone = ContactText.Phone(request.Phone);
        var email = ContactText.Email(request.Email);
        var number = AbhaText.Number(request.AbhaNumber);
        var address = AbhaText.Address(request.AbhaAddress);
        var size = request.Size ?? Page<Item>.SizeDefault;
        var rules = new FieldRules()
            .Need(given == 1, "phone", "exactly one of phone, email, name, abhaNumber and abhaAddress")
            .Need(request.Phone is null || phone is not null, "phone", "an Indian mobile number, or + and country code")
            .Need(request.Email is null || email is not null, "email", "an e-mail address")
            .Need(request.AbhaNumber is null || number is not null, "abhaNumber", AbhaText.NumberRule)
            .Need(request.AbhaAddress is null || address is not null, "abhaAddress", AbhaText.AddressRule)
            .Need(request.Name is null || words.Any(w => w.Length >= PatientIndex.PrefixMin), "name",
                $"the first {PatientIndex.PrefixMin} letters of a word, or more; at most 120 characters")
            .Need(request.Name is null || !request.Name.Any(char.IsControl), "name", "no control characters")
            .Need(size is >= 1 and <= Page<Item>.SizeMax, "size", $"1 to {Page<Item>.SizeMax}");
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        return (phone, email, number, address) switch
        {
            ({ } value, _, _, _) => PatientQuery.Exact(PatientIndex.PhoneKind, value, "phone", size, r => r.Phone),
            (_, { } value, _, _) => PatientQuery.Exact(PatientIndex.EmailKind, value, "email", size, r => r.Email),
            (_, _, { } value, _) => PatientQuery.Exact(PatientIndex.AbhaNumberKind, value, "abha", size, r => r.AbhaNumber),
            (_, _, _, { } value) => PatientQuery.Exact(PatientIndex.AbhaAddressKind, value, "abha", size, r => r.AbhaAddress),
            _ => PatientQuery.ByName(words, size),
        };
    }

    /// <summary>Heads of many patients in one call, their keys beside it; those whom nobody may read, or not this caller, are
    /// left out.</summary>
    internal static async Task<IReadOnlyList<Patient>?> Open(TenantStore store, IReadOnlyList<PatientId> ids,
        CancellationToken ct)
    {
        var rows = store.GetMany([.. ids.Select(Keys.Patient)], ct);
        await Task.WhenAll(ids.Select(id => store.Warm(PatientItem.IdentityKey(id), ct)).Append(rows));
        var byArea = (await rows).ToDictionary(r => r.Key.Area);
        var patients = new List<Patient>();
        foreach (var id in ids.Where(id => byArea.ContainsKey(Keys.Patient(id).Area)))
        {
            if (await PatientItem.Open(store, id, byArea[Keys.Patient(id).Area], ct) is { } patient)
            {
                patients.Add(patient);
            }
        }

        return patients;
    }
}
