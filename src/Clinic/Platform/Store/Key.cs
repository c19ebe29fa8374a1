namespace Clinic.Platform.Store;

/// <summary>
/// A place inside one tenant. It has no tenant: <see cref="TenantStore"/> puts its own in front, so that no slice can
/// name another's rows.
/// </summary>
public readonly record struct Key(string Area, string Sort);
