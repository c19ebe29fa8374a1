using Clinic.Platform.Http;

namespace Clinic.Platform.Store;

/// <summary>
/// A read inside <see cref="TenantStore.Disclose{T}"/> found what this caller may not see. An exception, so that no slice can
/// overlook it and go on with other rows of the same patient; Disclose makes the answer of an absent thing of it.
/// </summary>
/// <param name="why">A code for the trail.</param>
/// <param name="answer">Another answer than that, where this caller may know that the thing is there.</param>
internal sealed class WithheldException(string why, Refusal? answer = null)
    : InvalidOperationException("A read was withheld from this caller.")
{
    public string Why { get; } = why;

    public Refusal? Answer { get; } = answer;
}
