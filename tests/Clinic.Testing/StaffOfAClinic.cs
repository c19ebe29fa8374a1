using System.Net;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <param name="Client">The member's browser, signed in.</param>
public sealed record StaffMember(ClinicClient Client, string Id, string Email)
{
    public string Path => $"/v1/staff/{Id}";
}

/// <summary>A clinic's locations and the people who work there, made through the Api.</summary>
public static class StaffOfAClinic
{
    /// <summary>A group whose locations have the given names, and their ids in that order.</summary>
    public static async Task<(SignedUpClinic Clinic, IReadOnlyList<string> Locations)> SignUpGroup(
        this ClinicApp app, params string[] names)
    {
        var request = Samples.SignUp();
        request["clinic"]!["plan"] = "group";
        request["clinic"]!["locations"] = new JsonArray([.. names.Select(Samples.Location)]);
        var clinic = await app.SignUpClinic(request);
        return (clinic, await clinic.LocationIds());
    }

    public static async Task<IReadOnlyList<string>> LocationIds(this SignedUpClinic clinic) =>
        [.. (await clinic.Owner.Get("/v1/locations")).Expect(HttpStatusCode.OK).Json["locations"]!.AsArray()
            .Select(l => l!["id"]!.GetValue<string>())];

    /// <summary>The token of the mail.</summary>
    public static async Task<string> Invite(
        this ClinicApp app, SignedUpClinic clinic, string email, string role, IReadOnlyList<string>? locations = null)
    {
        // An address may be invited again: of its invitations the newest is meant.
        var before = (await app.Mail.To(email)).Count;
        (await clinic.Owner.Post("/v1/staff/invitations", Samples.Invitation(email, role, locations)))
            .Expect(HttpStatusCode.Created);
        return await Until.Holds(
            async () => (await app.Mail.To(email)).Skip(before)
                .Where(m => m.Subject == $"Work with {clinic.Name}").Select(ClinicApp.TokenIn).FirstOrDefault(),
            "mail of an invitation");
    }

    public static Task<Answered> Accept(this ClinicApp app, string token, string password = Samples.Password) =>
        app.Client().Post("/v1/invitations/acceptances", new JsonObject { ["token"] = token, ["password"] = password });

    /// <summary>Somebody who was invited, accepted and signed in.</summary>
    public static async Task<StaffMember> Join(
        this ClinicApp app, SignedUpClinic clinic, string role, IReadOnlyList<string>? locations = null)
    {
        var email = Address();
        var accepted = (await app.Accept(await app.Invite(clinic, email, role, locations))).Expect(HttpStatusCode.OK);
        var client = app.Client();
        (await client.SignIn(email, Samples.Password)).Expect(HttpStatusCode.Created);
        return new StaffMember(client, accepted.Json["member"]!.GetValue<string>(), email);
    }

    /// <summary>One that nobody has yet.</summary>
    public static string Address() => $"farah.{Samples.Next()}@asha-polyclinic.example";
}
