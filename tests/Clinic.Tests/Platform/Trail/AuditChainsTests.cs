using Clinic.Platform.Access;
using Clinic.Platform.Trail;
using Xunit;

namespace Clinic.Tests.Platform.Trail;

public sealed class AuditChainsTests
{
    private static readonly TenantId Here = TenantId.Parse("abcdefgh");
    private static readonly TenantId There = TenantId.Parse("abcdefgi");
    private readonly AuditChains chains = new();

    [Fact]
    [Trait("Promise", "AUD-2")]
    public void An_entry_links_to_the_one_before_it()
    {
        var slot = chains.Rent(Here);
        Assert.Equal((1L, ""), (slot.Next.Sequence, slot.Next.PreviousHash));
        chains.Settled(Here, slot, [0xab, 0xcd]);
        var next = chains.Rent(Here).Next;
        Assert.Equal((slot.Chain, 2L, "abcd"), (next.Chain, next.Sequence, next.PreviousHash));
        Assert.InRange(next.Shard, 0, AuditRow.Shards - 1);
    }

    [Fact]
    public void An_entry_that_was_certainly_not_written_leaves_no_gap()
    {
        var slot = chains.Rent(Here);
        chains.NotWritten(Here, slot);
        Assert.Same(slot, chains.Rent(Here));
        Assert.Equal(1, slot.Next.Sequence);
    }

    [Fact]
    public void A_chain_with_an_entry_in_doubt_is_not_continued()
    {
        var doubtful = chains.Rent(Here);
        var next = chains.Rent(Here);
        Assert.NotEqual(doubtful.Chain, next.Chain);
        Assert.Equal((1L, ""), (next.Next.Sequence, next.Next.PreviousHash));
    }

    [Fact]
    public void Two_in_flight_and_two_clinics_have_chains_of_their_own()
    {
        var (first, second) = (chains.Rent(Here), chains.Rent(Here));
        Assert.NotEqual(first.Chain, second.Chain);
        chains.Settled(Here, first, [1]);
        Assert.NotEqual(first.Chain, chains.Rent(There).Chain);
    }
}
