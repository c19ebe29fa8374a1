using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Tenancy;

public sealed record SignUpClinicRequest(SignUpClinicProfile Clinic, SignUpOwner Owner);

public sealed record SignUpClinicProfile(
    string Name, PostalAddress Address, string Phone, string Email, IReadOnlyList<ClinicLocation> Locations, ClinicPlan Plan);

public sealed record SignUpOwner(string Name, string Email, string Password);

public sealed record SignUpClinicResponse(string Clinic, DateTimeOffset ConfirmBefore);

/// <summary>
/// Signs up a clinic with its owner (ISO-5). Everything is on from the first row (ISO-7): keys, trail, isolation. Nobody signs in
/// and nothing but the confirmation mail goes out until the owner's address is confirmed; after 24 hours without it all is
/// purged.
/// </summary>
public static class SignUpClinic
{
    private const string India = "Asia/Kolkata";

    internal static async Task<Results<Accepted<SignUpClinicResponse>, ProblemHttpResult>> Handle(
        SignUpClinicRequest request, HttpContext http, TenantStores stores, KeyMaker keys, TimeProvider clock,
        CancellationToken ct)
    {
        if (Check(request) is { } refusal)
        {
            return Problems.From(refusal);
        }

        var now = clock.GetUtcNow();
        var tenant = TenantId.Draw();
        var owner = new Member(
            Id.New<MemberId>(now), Role.Owner, LocationScope.All, Member.Active,
            new MemberProfile(request.Owner.Name.Trim(), ContactText.Email(request.Owner.Email)!,
                Passwords.Hash(request.Owner.Password)));
        var locations = request.Clinic.Locations.Select((place, i) => Place(place, now, i)).ToList();
        var state = new TenantState(TenantStatus.Unconfirmed, 1) { Locations = [.. locations.Select(l => l.Id)] };
        var store = stores.For(Caller.Public(tenant, http) with { State = state });
        var due = now + Durations.SignUpUnconfirmed.Length;
        var change = Change.By(store.Caller, AuditAction.ClinicSignedUp, subject: tenant.Value)
            .With(await keys.DrawTenantKeys(tenant, ct))
            .Insert(TenantStateItem.Write(state))
            .Insert(ClinicProfileItem.Write(Profile(request.Clinic), version: 1))
            .Insert(MemberItem.Write(owner))
            .Insert(MemberItem.Roster(owner))
            .Insert(ClockRow.Start(Durations.SignUpUnconfirmed.Name, Keys.Hex(owner.Id.Value), due))
            .Publish(Topics.ClinicSignedUp, Keys.Hex(owner.Id.Value));
        change = locations.Aggregate(change, (c, location) => c.Insert(LocationItem.Write(location)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why)
            ? TypedResults.Accepted((string?)null, new SignUpClinicResponse(tenant.Value, due))
            : Problems.From(why);
    }

    internal static Refusal? Check(SignUpClinicRequest request)
    {
        var rules = new FieldRules()
            .Text(request.Clinic.Name, "clinic.name", 120)
            .Address(request.Clinic.Address, "clinic.address")
            .Phone(request.Clinic.Phone, "clinic.phone")
            .Email(request.Clinic.Email, "clinic.email")
            .Need(request.Clinic.Locations.Count is >= 1 and <= LocationItem.PerClinicMax, "clinic.locations",
                $"1 to {LocationItem.PerClinicMax} locations")
            .Text(request.Owner.Name, "owner.name", 120)
            .Email(request.Owner.Email, "owner.email")
            .Text(request.Owner.Password, "owner.password", Passwords.LengthMax, Passwords.LengthMin);
        for (var i = 0; i < Math.Min(request.Clinic.Locations.Count, LocationItem.PerClinicMax); i++)
        {
            var (name, address) = request.Clinic.Locations[i];
            rules.Location(name, address, $"clinic.locations[{i}].");
        }

        return rules.Refusal;
    }

    private static ClinicProfile Profile(SignUpClinicProfile clinic) => new(
        clinic.Name.Trim(), clinic.Address, ContactText.Phone(clinic.Phone)!, ContactText.Email(clinic.Email)!, clinic.Plan,
        India);

    /// <summary>A millisecond apart, so that they are listed in the order in which they were given.</summary>
    private static Location Place(ClinicLocation place, DateTimeOffset now, int number) => new(
        Id.New<LocationId>(now.AddMilliseconds(number)), true, 1, place with { Name = place.Name.Trim() });
}
