using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Trail;

/// <summary>
/// Trail of what concerns no clinic yet: unknown sessions, unknown users, public routes. It belongs to the reserved tenant
/// platform and holds one entry per address, reason and minute; the next entry says how many calls it stands for.
/// </summary>
internal sealed class PublicTrail(TenantStores stores, TimeProvider clock)
{
    private const int AddressesMax = 10_000;
    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    public Task Denied(HttpContext http, string code) => Write(http, AuditAction.AccessDenied, AuditOutcome.Refused, code);

    public async Task Write(HttpContext http, AuditAction action, AuditOutcome outcome, string code)
    {
        var caller = Caller.Public(TenantId.Platform, http);
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Trace!.Address}|{action}|{code}")));
        if (buckets.Count > AddressesMax)
        {
            buckets.Clear();
        }

        var bucket = buckets.GetOrAdd(name, _ => new Bucket());
        if (!bucket.Opens(minute, out var unwritten))
        {
            return;
        }

        var entry = new AuditEntry(caller, action, outcome)
        {
            Subject = Endpoints.Name(http),
            Note = unwritten == 0 ? code : $"{code} and {unwritten.ToString(CultureInfo.InvariantCulture)} before",
        };
        try
        {
            await stores.For(caller).Note(entry, http.RequestAborted);
        }
        catch
        {
            // Not counted as written: the next call of this minute tries again, and is refused with 503 like this one.
            bucket.Reopen(unwritten + 1);
            throw;
        }
    }

    private sealed class Bucket
    {
        private readonly Lock gate = new();
        private long lastMinute = -1;
        private long counted;

        /// <summary>True for the first call of a minute, with the number of calls since the last entry.</summary>
        public bool Opens(long minute, out long unwritten)
        {
            lock (gate)
            {
                unwritten = counted;
                if (minute == lastMinute)
                {
                    counted++;
                    return false;
                }

                lastMinute = minute;
                counted = 0;
                return true;
            }
        }

        /// <summary>The entry could not be written: what it stood for is still to be told.</summary>
        public void Reopen(long untold)
        {
            lock (gate)
            {
                lastMinute = -1;
                counted += untold;
            }
        }
    }
}
