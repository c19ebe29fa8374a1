using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Platform.Trail;

namespace Clinic.Tenancy;

/// <summary>
/// Makes the reserved tenant platform and adds operators; run from the command line by whoever deploys, never over HTTP.
/// </summary>
internal static class BootstrapPlatform
{
    private const string CommandLine = "command-line";

    /// <summary>Keys and state of the platform's own tenant. Safe to call again.</summary>
    public static async Task<Done> Ensure(TenantStores stores, KeyMaker keys, CancellationToken ct)
    {
        var caller = Caller.System(TenantId.Platform, CommandLine, "deploy") with { State =
            new TenantState(TenantStatus.Active, 1) };
        var store = stores.For(caller);
        if (await store.Get(Keys.State, ct) is not null)
        {
            return Done.Yes;
        }

        var change = Change.By(caller, AuditAction.ClinicSignedUp, subject: TenantId.Platform.Value)
            .With(await keys.DrawTenantKeys(TenantId.Platform, ct))
            .Insert(TenantStateItem.Write(caller.State));
        return await store.Commit(change, ct);
    }

    /// <summary>Adds an operator: a member of the platform, without access to any clinic's data (ISO-6).</summary>
    public static async Task<Outcome<MemberId>> AddOperator(
        TenantStores stores, LoginPointers pointers, TimeProvider clock, string name, string email, string password,
        CancellationToken ct)
    {
        var rules = new FieldRules().Text(name, "name", 120).Email(email, "email")
            .Need(password.Length is >= Passwords.LengthMin and <= Passwords.LengthMax, "password",
                $"{Passwords.LengthMin} to {Passwords.LengthMax} characters");
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        var address = ContactText.Email(email)!;
        if ((await pointers.Find(address, ct)).FirstOrDefault(p => p.Tenant.IsPlatform)
            is { Tenant: var found, Member: var known } && found == TenantId.Platform)
        {
            return known;
        }

        var now = clock.GetUtcNow();
        var member = new Member(Id.New<MemberId>(now), Role.Operator, LocationScope.All, Member.Active,
            new MemberProfile(name.Trim(), address, Passwords.Hash(password)));
        var store = stores.For(Caller.System(TenantId.Platform, CommandLine, "operator-add"));
        await pointers.Put(address, TenantId.Platform, member.Id, ct);
        var commit = await store.Commit(
            Change.By(store.Caller, AuditAction.OperatorAdded, subject: Keys.Hex(member.Id.Value))
                .Insert(MemberItem.Write(member)).Insert(MemberItem.Roster(member)),
            ct);
        return commit.Holds(out var why) ? member.Id : why;
    }
}
