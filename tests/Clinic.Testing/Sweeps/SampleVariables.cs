namespace Clinic.Testing.Sweeps;

/// <summary>The variables that every sample may use. What another operation makes is named in the sample itself.</summary>
public static class SampleVariables
{
    private static readonly Dictionary<string, Func<ClinicApp, SignedUpClinic, Task<string>>> Makers = new(StringComparer.Ordinal)
    {
        ["uuid"] = (_, _) => Task.FromResult(Guid.CreateVersion7().ToString()),
        ["email"] = (_, _) => Task.FromResult($"somebody.{Samples.Next()}@asha-polyclinic.example"),
        ["phone"] = (_, _) => Task.FromResult(Samples.Phone(Samples.Next())),
        ["familyName"] = (_, _) => Task.FromResult("Deshpande-" + Samples.Letters(Samples.Next())),
        ["now"] = (app, _) => Task.FromResult(app.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)),
        ["clinic"] = (_, clinic) => Task.FromResult(clinic.Id),
        ["ownerEmail"] = (_, clinic) => Task.FromResult(clinic.Email),
        ["ownerPassword"] = (_, clinic) => Task.FromResult(clinic.Password),
        ["uploadedImport"] = async (_, clinic) => await UploadedImport(clinic),
        ["confirmationToken"] = async (app, _) => await ConfirmationToken(app),
    };

    public static Task<string> Value(string variable, ClinicApp app, SignedUpClinic clinic) =>
        Makers.TryGetValue(variable, out var make)
            ? make(app, clinic)
            : throw new InvalidOperationException($"No sample variable is called {variable}: see events/README.md.");

    private static async Task<string> UploadedImport(SignedUpClinic clinic)
    {
        var bundle = Bundles.Bytes(Bundles.Of(Bundles.Patient()));
        var ticket = await Uploads.Offer(clinic.Owner, bundle);
        await Uploads.Put(ticket.Json, bundle);
        return ticket.Json["id"]!.GetValue<string>();
    }

    private static async Task<string> ConfirmationToken(ClinicApp app)
    {
        var unconfirmed = await app.SignUpUnconfirmed();
        return ClinicApp.TokenIn(await app.Mail.Await(unconfirmed.Email, "Confirm"));
    }
}
