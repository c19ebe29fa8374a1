namespace Clinic.Notifications;

/// <summary>
/// A mail to one person. Text only holds what its reader may see without signing in: never data of a patient (MSG-2).
/// </summary>
public sealed record Mail(string To, string Subject, string Text);

/// <summary>The mail provider: what leaves the machine.</summary>
internal interface IMailer
{
    /// <summary>Hands a mail over. The tags come back in the provider's own event of having accepted it.</summary>
    /// <returns>The provider's id of the mail.</returns>
    /// <exception cref="MailRefusedException">The provider answered that it did not take the mail.</exception>
    Task<string> Send(Mail mail, MailTags tags, CancellationToken ct);
}

/// <summary>Which delivery a mail is: ids only.</summary>
internal sealed record MailTags(string Tenant, string Delivery);

/// <summary>A definite no: the mail is certainly not under way, so another try cannot double it.</summary>
internal sealed class MailRefusedException(int status) : InvalidOperationException("The mail provider refused a mail.")
{
    public int Status { get; } = status;
}

/// <summary>Where mail comes from and where its links lead.</summary>
public sealed record MailSettings(string From, Uri PublicUrl)
{
    public static MailSettings FromEnvironment() => new(
        Environment.GetEnvironmentVariable("CLINIC_MAIL_FROM")
            ?? throw new InvalidOperationException("CLINIC_MAIL_FROM is not set."),
        new Uri(Environment.GetEnvironmentVariable("CLINIC_PUBLIC_URL")
            ?? throw new InvalidOperationException("CLINIC_PUBLIC_URL is not set.")));
}
