namespace Clinic.Local;

/// <summary>How to run the stand-ins. The defaults are those of a test: nothing survives, every port is free.</summary>
public sealed record StandInOptions
{
    /// <summary>Where the npm packages are cached.</summary>
    public string PackagesFolder { get; init; } = Packages.DefaultFolder;

    /// <summary>Tables, objects and queued messages live here and survive a restart; null keeps them in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Empties the data folder first.</summary>
    public bool Fresh { get; init; }

    /// <summary>Replaces every queue's visibility timeout, so that a test of redelivery does not take minutes.</summary>
    public TimeSpan? Visibility { get; init; }

    /// <summary>The port of the mail page when it is free, else any; null is any.</summary>
    public int? MailPort { get; init; }

    /// <summary>How long all three may take to answer, once installed.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromSeconds(60);
}
