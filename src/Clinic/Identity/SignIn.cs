using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Identity;

/// <param name="Clinic">Needed only when the same address and password work for several clinics.</param>
public sealed record SignInRequest(string Email, string Password, string? Clinic = null);

/// <summary>Who is signed in. The CSRF token goes into X-CSRF-Token of every call that changes something.</summary>
/// <param name="Locations">At which the member works; absent when at all.</param>
public sealed record SessionResponse(
    SessionId Session, string Clinic, MemberId Member, string Name, string Role, DateTimeOffset StartedAt, DateTimeOffset EndsAt,
    string CsrfToken, IReadOnlyList<LocationId>? Locations);

/// <summary>
/// Opens a session (IDN-3, IDN-8). An unknown address and a wrong password have one answer and take one time; success and failure
/// are in the trail.
/// </summary>
public static class SignIn
{
    internal static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> Handle(
        SignInRequest request, HttpContext http, TenantStores stores, Sessions sessions, LoginPointers pointers,
        PublicTrail publicTrail, TimeProvider clock, CancellationToken ct)
    {
        var matches = await Candidates(request, http, stores, sessions, pointers, publicTrail, ct);
        if (matches.Count == 0)
        {
            return Problems.From(MemberRefusals.NotActive);
        }

        if (matches.Count > 1)
        {
            var clinics = new JsonArray([.. matches.Select(m => (JsonNode)m.Store.Caller.Tenant.Value)]);
            return Problems.From(SignInRefusals.SeveralClinics with { More = new JsonObject { ["clinics"] = clinics } });
        }

        var (store, member) = matches[0];
        var now = clock.GetUtcNow();
        var token = SessionToken.Draw(store.Caller.Tenant);
        var session = Id.New<SessionId>(now);
        var commit = await store.Commit(Open(store.Caller, member, token, session, now), ct);
        if (!commit.Holds(out var why))
        {
            return Problems.From(why);
        }

        SessionCookie.Write(http, token, SessionRow.LengthMax);
        return TypedResults.Created("/v1/sessions/current", new SessionResponse(
            session, token.Tenant.Value, member.Id, member.Profile.Name, SessionViews.RoleCode(member.Role), now,
            now + SessionRow.LengthMax, token.CsrfToken, member.Scope.Ids));
    }

    /// <summary>
    /// The version is that of which role and locations were read: a change of access in between refuses this session.
    /// </summary>
    private static Change Open(Caller caller, Member member, SessionToken token, SessionId session, DateTimeOffset now) =>
        Change.By(caller with { Actor = member.Id.ToString(), Member = member.Id, Role = member.Role, Session = session },
            AuditAction.SignedIn,
                subject: Keys.Hex(session.Value))
            .Patch(
                new Item(Keys.Member(member.Id)).Set(MemberItem.LatestSession, Keys.Hex(session.Value)), [],
                Condition.Is(MemberItem.Status, Member.Active).And(Condition.VersionIs(member.Version)), MemberRefusals.NotActive)
            .Require(Keys.State, TenantStateItem.Unmoved(caller.State!), MemberRefusals.NotActive)
            .Insert(SessionRow.Write(
                token.StoredHash, session, member.Id, member.Role, member.Scope, now, caller.State!.Freeze))
            .Insert(MemberSessionItem.Write(member.Id, session, token.StoredHash, caller, now))
            .Insert(ClockRow.Start(Durations.SessionEnd.Name, MemberSessionItem.ClockSubject(member.Id, session),
                now + SessionRow.LengthMax));

    /// <summary>
    /// The members whom address and password fit. At least one slow hash is computed whatever is found. Of a clinic that is not
    /// open, nothing but its state is read: a frozen one answers like an unknown address.
    /// </summary>
    private static async Task<List<(TenantStore Store, Member Member)>> Candidates(
        SignInRequest request, HttpContext http, TenantStores stores, Sessions sessions, LoginPointers pointers,
        PublicTrail publicTrail, CancellationToken ct)
    {
        var matches = new List<(TenantStore, Member)>();
        var email = ContactText.Email(request.Email);
        var found = email is null || request.Password.Length > Passwords.LengthMax ? [] : await pointers.Find(email, ct);
        var hashed = false;
        foreach (var (tenant, id) in found.Where(p => request.Clinic is null || p.Tenant.Value == request.Clinic))
        {
            if (await sessions.StateOf(tenant, ct) is not { Status: TenantStatus.Active } state)
            {
                continue;
            }

            var store = stores.For(Caller.Public(tenant, http) with { State = state });
            if (await Known(store, id, ct) is not { } member)
            {
                // A pointer has no authority: that of a purged sign-up has outlived its clinic's keys.
                continue;
            }

            hashed = true;
            if (Passwords.Matches(member.Profile.PasswordHash, request.Password) && member.Status == Member.Active)
            {
                matches.Add((store, member));
            }
            else
            {
                var entry = new AuditEntry(store.Caller, AuditAction.SignInFailed,
                    AuditOutcome.Refused) { Subject = Keys.Hex(id.Value) };
                await store.Note(entry, ct);
            }
        }

        if (!hashed)
        {
            Passwords.SpendTheTime(request.Password[..Math.Min(request.Password.Length, Passwords.LengthMax)]);
            await publicTrail.Write(http, AuditAction.SignInFailed, AuditOutcome.Refused,
                found.Count == 0 ? "unknown-address" : "clinic-not-open");
        }

        return matches;
    }

    /// <summary>
    /// Null too for a row that no key of the clinic opens: an answer of its own would tell that one stands there.
    /// </summary>
    private static async Task<Member?> Known(TenantStore store, MemberId id, CancellationToken ct)
    {
        try
        {
            return await MemberItem.Read(store, id, ct);
        }
        catch (KeyGoneException)
        {
            return null;
        }
    }
}

internal static class SignInRefusals
{
    public static readonly Refusal SeveralClinics = new(409, "choose-clinic",
        "This address works for several clinics: name one of them.");
}
