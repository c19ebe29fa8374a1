namespace Clinic.Testing.Sweeps;

/// <summary>What samples may name: the clinic that they are sent for, and a way to make what it lacks.</summary>
/// <param name="Owner">Signed in.</param>
/// <param name="Stranger">Nobody, with whom another clinic signs up.</param>
public sealed record SampleWorld(
    ClinicClient Owner, string Clinic, string OwnerEmail, string OwnerPassword, ClinicClient Stranger, Mailbox Mail,
    TimeProvider Clock)
{
    public static SampleWorld Of(ClinicApp app, SignedUpClinic clinic) =>
        new(clinic.Owner, clinic.Id, clinic.Email, clinic.Password, app.Client(), app.Mail, app.Clock);
}

/// <summary>The variables that every sample may use. What another operation makes is named in the sample itself.</summary>
public static class SampleVariables
{
    private static readonly Dictionary<string, Func<SampleWorld, Task<string>>> Makers = new(StringComparer.Ordinal)
    {
        ["uuid"] = _ => Task.FromResult(Guid.CreateVersion7().ToString()),
        ["email"] = _ => Task.FromResult($"somebody.{Samples.Next()}@asha-polyclinic.example"),
        ["phone"] = _ => Task.FromResult(Samples.Phone(Samples.Next())),
        ["familyName"] = _ => Task.FromResult("Deshpande-" + Samples.Letters(Samples.Next())),
        ["now"] = w => Task.FromResult(w.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)),
        ["clinic"] = w => Task.FromResult(w.Clinic),
        ["ownerEmail"] = w => Task.FromResult(w.OwnerEmail),
        ["ownerPassword"] = w => Task.FromResult(w.OwnerPassword),
        ["uploadedImport"] = UploadedImport,
        ["confirmationToken"] = ConfirmationToken,
    };

    public static Task<string> Value(string variable, SampleWorld world) =>
        Makers.TryGetValue(variable, out var make)
            ? make(world)
            : throw new InvalidOperationException($"No sample variable is called {variable}: see events/README.md.");

    private static async Task<string> UploadedImport(SampleWorld world)
    {
        var bundle = Bundles.Bytes(Bundles.Of(Bundles.Patient()));
        var ticket = await Uploads.Offer(world.Owner, bundle);
        await Uploads.Put(ticket.Json, bundle);
        return ticket.Json["id"]!.GetValue<string>();
    }

    private static async Task<string> ConfirmationToken(SampleWorld world)
    {
        var request = Samples.SignUp();
        (await world.Stranger.Post("/v1/clinics", request)).Expect(System.Net.HttpStatusCode.Accepted);
        return ClinicApp.TokenIn(await world.Mail.Await(request["owner"]!["email"]!.GetValue<string>(), "Confirm"));
    }
}
