using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Aadhaar;

/// <param name="Reason">What the whole number is needed for; it stands in the trail, sealed.</param>
public sealed record RevealAadhaarRequest(string Reason);

public sealed record RevealAadhaarResponse(string Number);

/// <summary>
/// The one door by which a whole Aadhaar number leaves the vault (ENC-6): for a permission of its own, with a reason that is in
/// the trail before the number goes out.
/// </summary>
public static class RevealAadhaar
{
    private const int ReasonMin = 10;
    private const int ReasonMax = 200;

    internal static async Task<Results<Ok<RevealAadhaarResponse>, ProblemHttpResult>> Handle(
        PatientId patient, RevealAadhaarRequest request, Caller caller, TenantStore store, CancellationToken ct)
    {
        var rules = new FieldRules().Text(request.Reason, "reason", ReasonMax, ReasonMin);
        if (rules.Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        var entry = new AuditEntry(caller, AuditAction.AadhaarRevealed, AuditOutcome.Requested) { Patient = patient,
            Term = request.Reason.Trim() };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, token), ct);
        return disclosed.Holds(out var number, out var why)
            ? TypedResults.Ok(new RevealAadhaarResponse(number)) : Problems.From(why);
    }

    private static async Task<string?> Read(TenantStore store, PatientId patient, CancellationToken ct) =>
        await PatientItem.Read(store, patient, ct) is { Record.Aadhaar: { } kept }
            ? await AadhaarVaultItem.Reveal(store, patient, kept.Reference, ct)
            : null;
}
