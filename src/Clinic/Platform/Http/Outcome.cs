using System.Diagnostics.CodeAnalysis;

namespace Clinic.Platform.Http;

/// <summary>
/// Either a value or the reason why there is none. Expected failures travel here; exceptions are bugs or outages.
/// </summary>
public readonly struct Outcome<T>
{
    private readonly T? value;
    private readonly Refusal? refusal;

    private Outcome(T? value, Refusal? refusal)
    {
        this.value = value;
        this.refusal = refusal;
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);

    /// <summary>True with the value, false with the refusal; exactly one of the two is set.</summary>
    public bool Holds([MaybeNullWhen(false)] out T held, [MaybeNullWhen(true)] out Refusal why)
    {
        held = value;
        why = refusal;
        return refusal is null;
    }
}

/// <summary>Done, or the reason why nothing was done.</summary>
public readonly struct Done
{
    private readonly Refusal? refusal;

    private Done(Refusal? refusal) => this.refusal = refusal;

    public static Done Yes => default;

    public static implicit operator Done(Refusal refusal) => new(refusal);

    public bool Holds([MaybeNullWhen(true)] out Refusal why)
    {
        why = refusal;
        return refusal is null;
    }
}
