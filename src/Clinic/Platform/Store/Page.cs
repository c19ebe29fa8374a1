namespace Clinic.Platform.Store;

/// <summary>A bounded part of a list; <paramref name="NextSort"/> is where the next part begins, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextSort)
{
    public const int SizeMax = 100;
    public const int SizeDefault = 25;
}
