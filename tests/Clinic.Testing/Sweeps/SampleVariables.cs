using System.Net;
using System.Text.Json.Nodes;

namespace Clinic.Testing.Sweeps;

/// <summary>What samples may name: the clinic that they are sent for, and a way to make what it lacks.</summary>
/// <param name="Owner">Signed in.</param>
/// <param name="Stranger">Nobody, with whom another clinic signs up.</param>
/// <param name="Operator">Signs one in, when a sample needs it.</param>
public sealed record SampleWorld(
    ClinicClient Owner, string Clinic, string OwnerEmail, string OwnerPassword, ClinicClient Stranger, Mailbox Mail,
    TimeProvider Clock, Func<Task<ClinicClient>> Operator)
{
    public static SampleWorld Of(ClinicApp app, SignedUpClinic clinic) => new(
        clinic.Owner, clinic.Id, clinic.Email, clinic.Password, app.Client(), app.Mail, app.Clock, app.SignInOperator);
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
        ["sheetMapping"] = async w =>
            (await w.Owner.Get("/v1/sheet-mapping")).Expect(HttpStatusCode.OK).Headers.ETag!.Tag.Trim('"'),
        ["uploadedSheet"] = UploadedSheet,
        ["checkedSheet"] = async w => (await w.Owner.TrySheet(SheetOf()))["id"]!.GetValue<string>(),
        ["appliedSheet"] = async w =>
            (await w.Owner.ApplySheet(await w.Owner.TrySheet(SheetOf()), "register"))["id"]!.GetValue<string>(),
        ["uploadedPatient"] = w => SampleDocuments.Patient(w, stored: false),
        ["uploadedDocument"] = w => SampleDocuments.Document(w, stored: false),
        ["storedPatient"] = w => SampleDocuments.Patient(w, stored: true),
        ["storedDocument"] = w => SampleDocuments.Document(w, stored: true),
        ["photographedPatient"] = w => SampleDocuments.Patient(w, stored: true, isPhoto: true),
        ["photo"] = w => SampleDocuments.Document(w, stored: true),
        ["referencingPatient"] = SampleDocuments.ReferencingPatient,
        ["fileReference"] = SampleDocuments.FileReference,
        ["finishedExport"] = SampleExports.Finished,
        ["anotherExport"] = SampleExports.Another,
        ["linkedExport"] = SampleExports.Linked,
        ["exportToken"] = SampleExports.Token,
        ["openedExport"] = SampleExports.Opened,
        ["confirmationToken"] = ConfirmationToken,
        ["invitationToken"] = InvitationToken,
        ["strangersClinic"] = async w => (await StrangersClinic(w)).Clinic,
        ["releaseToken"] = ReleaseToken,
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

    /// <summary>Two patients whom no other list has.</summary>
    private static byte[] SheetOf() => PatientLists.Of(2, "S" + Samples.Letters(Samples.Next()));

    private static async Task<string> UploadedSheet(SampleWorld world)
    {
        var list = SheetOf();
        var ticket = await PatientLists.Offer(world.Owner, list);
        await Uploads.Put(ticket.Json, list);
        return ticket.Json["id"]!.GetValue<string>();
    }

    private static async Task<string> ConfirmationToken(SampleWorld world)
    {
        var request = Samples.SignUp();
        (await world.Stranger.Post("/v1/clinics", request)).Expect(HttpStatusCode.Accepted);
        return ClinicApp.TokenIn(await world.Mail.Await(EmailOf(request), "Confirm"));
    }

    /// <summary>Of the clinic itself: who accepts it is a member of it.</summary>
    private static async Task<string> InvitationToken(SampleWorld world)
    {
        var email = $"farah.{Samples.Next()}@asha-polyclinic.example";
        (await world.Owner.Post("/v1/staff/invitations", Samples.Invitation(email, "receptionist")))
            .Expect(HttpStatusCode.Created);
        return ClinicApp.TokenIn(await world.Mail.Await(email, "Work with"));
    }

    /// <summary>A clinic that works and that nobody is signed in to.</summary>
    private static async Task<(string Clinic, string Email)> StrangersClinic(SampleWorld world)
    {
        var request = Samples.SignUp();
        var signedUp = (await world.Stranger.Post("/v1/clinics", request)).Expect(HttpStatusCode.Accepted);
        var token = ClinicApp.TokenIn(await world.Mail.Await(EmailOf(request), "Confirm"));
        (await world.Stranger.Post("/v1/clinics/confirmations", new JsonObject { ["token"] = token }))
            .Expect(HttpStatusCode.NoContent);

        // A mail that is still under way would be held by a freeze, and whoever waits for quiet would wait for ever.
        await world.Mail.Await(EmailOf(request), "Welcome");
        return (signedUp.Json["clinic"]!.GetValue<string>(), EmailOf(request));
    }

    /// <summary>Of a clinic that its owner froze and an operator offers to release.</summary>
    private static async Task<string> ReleaseToken(SampleWorld world)
    {
        var (clinic, email) = await StrangersClinic(world);
        (await world.Stranger.SignIn(email, Samples.Password)).Expect(HttpStatusCode.Created);
        (await world.Stranger.Post("/v1/clinics/current/freeze", new JsonObject { ["reason"] = "lost-device" }))
            .Expect(HttpStatusCode.NoContent);
        (await (await world.Operator()).Post(
            $"/platform/v1/clinics/{clinic}/release", new JsonObject { ["reason"] = "owner-asked", ["text"] = "She rang." }))
            .Expect(HttpStatusCode.OK);
        return ClinicApp.TokenIn(await world.Mail.Await(email, "Release"));
    }

    private static string EmailOf(JsonObject signUp) => signUp["owner"]!["email"]!.GetValue<string>();
}
