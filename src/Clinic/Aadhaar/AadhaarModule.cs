using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Aadhaar;

/// <summary>Aadhaar numbers: given voluntarily, kept as their last four, or whole in the vault of a clinic that may.</summary>
public static class AadhaarModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var aadhaar = v1.MapGroup("/patients/{patient}/aadhaar").WithTags("Aadhaar");
        aadhaar.MapPut("/", RecordAadhaar.Handle).WithName(nameof(RecordAadhaar)).Requires(Permission.AadhaarRecord)
            .WithSummary("Take an Aadhaar number that a patient gives voluntarily; If-Match names the version that was read");
        aadhaar.MapDelete("/", RemoveAadhaar.Handle).WithName(nameof(RemoveAadhaar)).Requires(Permission.AadhaarRecord)
            .WithSummary("Give an Aadhaar number up again; If-Match names the version that was read");
        aadhaar.MapPost("/reveal", RevealAadhaar.Handle).WithName(nameof(RevealAadhaar)).Requires(Permission.AadhaarReveal)
            .ExemptFromIdempotency("a number from the vault is not kept to be given out again")
            .WithSummary("Show a whole Aadhaar number from the vault, for a reason");
        var vault = v1.MapGroup("/clinics/current/aadhaar-vault").WithTags("Aadhaar");
        vault.MapGet("/", ReadAadhaarVault.Handle).WithName(nameof(ReadAadhaarVault)).Requires(Permission.ClinicRead)
            .WithSummary("Whether the clinic keeps whole Aadhaar numbers, and on what grounds");
        vault.MapPut("/", OpenAadhaarVault.Handle).WithName(nameof(OpenAadhaarVault)).Requires(Permission.AadhaarVaultSet)
            .WithSummary("Turn the vault for Aadhaar numbers on");
        vault.MapDelete("/", CloseAadhaarVault.Handle).WithName(nameof(CloseAadhaarVault)).Requires(Permission.AadhaarVaultSet)
            .WithSummary("Turn the vault for Aadhaar numbers off and destroy what it holds");
    }

    internal static void Register(ClockHandlers clocks) =>
        clocks.On(Durations.AadhaarVaultClosed.Name, (s, due, now, ct) =>
            EmptyAadhaarVault.Strike(due, s.GetRequiredService<KeyShredder>(), now, ct));
}
