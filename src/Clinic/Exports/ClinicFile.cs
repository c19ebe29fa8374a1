using System.Text.Json;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Tenancy;

namespace Clinic.Exports;

public sealed record ExportedLocation(LocationId Id, bool IsOpen, ClinicLocation Place);

/// <param name="Locations">At which the member works; absent when at all.</param>
public sealed record ExportedMember(MemberId Id, string Name, string Email, string Role, IReadOnlyList<LocationId>? Locations);

public sealed record ExportedClinic(
    ClinicProfile Profile, IReadOnlyList<ExportedLocation> Locations, IReadOnlyList<ExportedMember> Staff);

/// <summary>The clinic's account, its locations, and who works there: no password, session or key.</summary>
internal static class ClinicFile
{
    public static async Task<byte[]> Write(Delivery message, CancellationToken ct)
    {
        var entry = new AuditEntry(message.Caller, AuditAction.StaffRead, AuditOutcome.Requested) { Subject = message.Subject };
        var read = await message.Store.Disclose(entry, t => Read(message.Store, t), ct);
        return read.Holds(out var clinic, out _)
            ? JsonSerializer.SerializeToUtf8Bytes(clinic, ExportsJson.Default.ExportedClinic)
            : throw new InvalidOperationException("A clinic has no profile.");
    }

    private static async Task<ExportedClinic?> Read(TenantStore store, CancellationToken ct)
    {
        if (await ClinicProfileItem.Read(store, ct) is not { } profile)
        {
            return null;
        }

        var (staff, from) = (new List<ExportedMember>(), (string?)null);
        do
        {
            var page = await store.Query(Keys.RosterArea, "", Page<Item>.SizeDefault, from, newestFirst: false, ct);
            foreach (var id in page.Items.Select(MemberItem.IdOnRoster))
            {
                if (await MemberItem.Read(store, id, ct) is { } member)
                {
                    staff.Add(new ExportedMember(
                        id, member.Profile.Name, member.Profile.Email, member.Role.ToString().ToLowerInvariant(),
                        member.Scope.Ids));
                }
            }

            from = page.NextSort;
        }
        while (from is not null);
        var locations = await LocationItem.All(store, ct);
        return new ExportedClinic(profile, [.. locations.Select(l => new ExportedLocation(l.Id, l.IsOpen, l.Place))], staff);
    }
}
